import { SignJWT } from 'jose';
import type { Config } from '../config/config.js';
import { DEMO_TOKEN_LIFETIME_MS } from '../config/time-limits.js';
import type { Role } from './access.js';
import { EVERY_TENANT } from './principal.js';
import { isDevelopmentSecret, signingSecret } from './signing-secret.js';

interface Claims {
  subject: string;
  roles: Role[];
  /** Tenant ids, or `*` for all. */
  tenants: string[];
  expiresAt: Date;
}

/** Signs with HS256. @param secret text, whose UTF-8 bytes are the key */
export function signToken(
  secret: string,
  { subject, roles, tenants, expiresAt }: Claims,
  audience?: string,
): Promise<string> {
  const token = new SignJWT({ roles, tenants })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(expiresAt);
  return (audience === undefined ? token : token.setAudience(audience)).sign(Buffer.from(secret));
}

/** A token for everything, to try Atrium out; undefined unless tokens are signed with the development secret. */
export async function demoToken(config: Config): Promise<string | undefined> {
  const secret = isDevelopmentSecret(config) ? signingSecret(config) : undefined;
  if (secret === undefined) return undefined;
  const expiresAt = new Date(Date.now() + DEMO_TOKEN_LIFETIME_MS);
  return signToken(
    secret,
    { subject: 'demo-admin', roles: ['editor', 'platform-admin'], tenants: [EVERY_TENANT], expiresAt },
    config.jwtAudience,
  );
}
