import { createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/config.js';

const KEY_BYTES = 32;

/** On SQLite there is one process: it trusts what it has stored itself. */
const KEY_OF_PROCESS = randomBytes(KEY_BYTES);

/**
 * Marks what pods keep in Redis as their own (HMAC-SHA256): anybody who reaches Redis can write there. The key comes from
 * a secret that all pods have and Redis does not.
 */
export class Seal {
  private readonly key: Buffer;

  constructor(config: Pick<Config, 'jwtSecret' | 'sqlServer'>) {
    this.key = keyOf(config);
  }

  /** @param text as JSON.stringify gives it, here and on every other pod */
  of(text: string): string {
    return createHmac('sha256', this.key).update(text).digest('base64url');
  }

  isOf(text: string, seal: unknown): boolean {
    if (typeof seal !== 'string') return false;
    const [expected, given] = [Buffer.from(this.of(text)), Buffer.from(seal)];
    return expected.length === given.length && timingSafeEqual(expected, given);
  }
}

function keyOf({ jwtSecret, sqlServer }: Pick<Config, 'jwtSecret' | 'sqlServer'>): Buffer {
  if (jwtSecret !== undefined)
    return Buffer.from(hkdfSync('sha256', jwtSecret, '', 'atrium: answers in Redis', KEY_BYTES));
  if (!sqlServer) return KEY_OF_PROCESS;
  // People choose passwords: whoever reads a seal must not be able to try many.
  return scryptSync(sqlServer.reveal().password, `atrium: answers in Redis, ${sqlServer.toString()}`, KEY_BYTES);
}
