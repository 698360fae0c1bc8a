import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../config/config.js';

const BYTES = 32;

/**
 * The secret that signs tokens here; undefined when an issuer signs them elsewhere. In development it is made once and
 * kept in the data folder, readable by its owner only.
 * @throws ConfigError in production when none is configured
 */
export function signingSecret(config: Config): string | undefined {
  if (config.jwtSecret !== undefined) return config.jwtSecret;
  if (config.jwtIssuer ?? config.jwksUrl) return undefined;
  if (config.production) {
    throw new ConfigError(
      'With NODE_ENV=production Atrium does not start before it knows whose tokens to accept.\n' +
        '  Set JWT_SECRET (32 bytes or more), or JWT_ISSUER, or JWKS_URL.',
    );
  }
  return developmentSecret(config.databaseFolder);
}

/** Whether tokens are signed with the development secret. */
export function isDevelopmentSecret(config: Config): boolean {
  return config.jwtSecret === undefined && config.jwtIssuer === undefined && config.jwksUrl === undefined;
}

function developmentSecret(folder: string): string {
  const path = join(folder, 'jwt-secret');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, randomBytes(BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < BYTES) throw new ConfigError(`${path} is too short for a secret: delete it, or set JWT_SECRET.`);
  return secret;
}
