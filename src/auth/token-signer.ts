import { SignJWT } from 'jose';
import type { Config } from '../config/config.js';
import type { Role } from './access.js';
import { EVERY_TENANT } from './principal.js';
import { isDevelopmentSecret, signingSecret } from './signing-secret.js';

interface Claims {
  subject: string;
  roles: Role[];
  /** Ids, or `*` for all. */
  tenants: string[];
  expiresAt: Date;
}

const DEMO_DAYS = 7;

/** @param secret as text; its UTF-8 bytes are the key */
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

/** A token to try everything with, for those who run Atrium without keys of their own; undefined for all others. */
export async function demoToken(config: Config): Promise<string | undefined> {
  const secret = isDevelopmentSecret(config) ? signingSecret(config) : undefined;
  if (secret === undefined) return undefined;
  const expiresAt = new Date(Date.now() + DEMO_DAYS * 86_400_000);
  return signToken(
    secret,
    { subject: 'demo-admin', roles: ['editor', 'platform-admin'], tenants: [EVERY_TENANT], expiresAt },
    config.jwtAudience,
  );
}
