import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { signingSecret } from '../auth/signing-secret.js';
import { CONFIG, type Config } from '../config/config.js';
import { Problem } from '../problem/problem.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Within the 24 to 64 bytes of Standard Webhooks. */
const SECRET_BYTES = 32;

interface Key {
  /** Names the key in what it has sealed, and tells nothing of it. */
  id: string;
  bytes: Buffer;
}

/**
 * Seals the secrets of webhooks with a key of the service, so that a dump of the database alone gives none away. The first
 * key of WEBHOOK_SECRET_KEY seals; its others, and JWT_SECRET, only open.
 */
@Injectable()
export class SecretBox {
  private readonly keys: readonly Key[];

  constructor(@Inject(CONFIG) config: Config) {
    const jwtSecret = signingSecret(config);
    this.keys = [...config.webhookSecretKeys, ...(jwtSecret === undefined ? [] : [jwtSecret])].map(keyFrom);
  }

  /** @throws Problem 503 when there is no key */
  requireKey(): void {
    if (this.keys.length === 0)
      throw new Problem(
        503,
        'webhook-key-missing',
        'This Atrium has no key to keep the secrets of webhooks with. Whoever runs it sets WEBHOOK_SECRET_KEY.',
        { retryAfterSeconds: 3_600 },
      );
  }

  /**
   * A new secret of a webhook, sealed. It can be opened for the same tenant only.
   * @throws Problem 503 when there is no key
   */
  make(tenantId: string): { secret: string; sealed: string } {
    const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
    return { secret, sealed: this.seal(secret, tenantId) };
  }

  /** @throws Error when the key it was sealed with is not there any more */
  open(sealed: string, tenantId: string): string {
    const [, id, payload = ''] = sealed.split('.');
    const key = this.keys.find((candidate) => candidate.id === id);
    if (!key) throw new Error('The key that sealed the secret is not among those of WEBHOOK_SECRET_KEY');
    const bytes = Buffer.from(payload, 'base64url');
    const decipher = createDecipheriv(CIPHER, key.bytes, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(tenantId)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
  }

  private seal(secret: string, tenantId: string): string {
    this.requireKey();
    const [key] = this.keys as [Key];
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key.bytes, nonce).setAAD(Buffer.from(tenantId));
    const bytes = Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    return `v1.${key.id}.${bytes.toString('base64url')}`;
  }
}

function keyFrom(secret: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'atrium: secrets of webhooks', KEY_BYTES));
  return { bytes, id: createHash('sha256').update(bytes).digest('hex').slice(0, 8) };
}
