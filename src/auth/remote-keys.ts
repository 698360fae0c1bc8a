import { Logger } from '@nestjs/common';
import { circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleAll, isBrokenCircuitError } from 'cockatiel';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import {
  ISSUER_PAUSE_MAX_MS,
  ISSUER_PAUSE_MS,
  KEYS_COOLDOWN_MS,
  KEYS_FRESH_MS,
  KEYS_KEPT_MS,
} from '../config/time-limits.js';

/** The public keys of an issuer: fetched when they are needed, seldom, and kept while it is away. */
export class RemoteKeys {
  private readonly logger = new Logger('Auth');
  private readonly breaker = circuitBreaker(handleAll, {
    halfOpenAfter: new ExponentialBackoff({ initialDelay: ISSUER_PAUSE_MS, maxDelay: ISSUER_PAUSE_MAX_MS }),
    breaker: new ConsecutiveBreaker(2),
  });
  private keySet: JWTVerifyGetKey | undefined;
  private fetchedMs = -Infinity;
  private fetching: Promise<JWTVerifyGetKey> | undefined;
  /** Why the last attempt to fetch the keys failed. */
  private failure: Error | undefined;

  /** @param locate where the key set is just now */
  constructor(private readonly locate: () => Promise<URL>) {}

  /** @throws JWKSNoMatchingKey when the issuer has no such key, another error when it cannot be asked */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const keySet = await this.current();
    try {
      return await keySet(header, token);
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey) || this.ageMs < KEYS_COOLDOWN_MS) throw thrown;
      return (await this.fetch())(header, token);
    }
  };

  private async current(): Promise<JWTVerifyGetKey> {
    const { keySet } = this;
    if (!keySet || this.ageMs > KEYS_KEPT_MS) return this.fetch();
    if (this.ageMs < KEYS_FRESH_MS) return keySet;
    const wasAway = this.failure !== undefined;
    const fetched = this.fetch().catch(() => keySet);
    return wasAway ? keySet : fetched; // nobody waits for an issuer that failed the last time
  }

  private get ageMs(): number {
    return Date.now() - this.fetchedMs;
  }

  /** All who need the keys at a time share one fetch. */
  private fetch(): Promise<JWTVerifyGetKey> {
    this.fetching ??= this.breaker
      .execute(() => this.load())
      .catch((thrown: Error) => {
        throw this.failed(thrown);
      })
      .finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async load(): Promise<JWTVerifyGetKey> {
    // When to fetch is decided here alone.
    const keySet = createRemoteJWKSet(await this.locate(), { cooldownDuration: Infinity, cacheMaxAge: Infinity });
    await keySet.reload();
    if (this.failure) this.logger.log('The keys of the issuer are to be had again');
    this.failure = undefined;
    this.fetchedMs = Date.now();
    this.keySet = keySet;
    return keySet;
  }

  private failed(thrown: Error): Error {
    if (this.failure && isBrokenCircuitError(thrown)) return this.failure;
    if (!this.failure)
      this.logger.warn(`The keys of the issuer cannot be fetched, going on with those known (${thrown.message})`);
    this.failure = thrown;
    return thrown;
  }
}
