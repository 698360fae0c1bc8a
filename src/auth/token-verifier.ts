import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { CLOCK_SKEW_SECONDS } from '../config/time-limits.js';
import { Problem } from '../problem/problem.js';
import { invalidToken } from './bearer-token.js';
import { Principal } from './principal.js';
import { TOKEN_KEYS, type TokenKeys } from './token-keys.js';

/** Verifies tokens (RFC 7519, RFC 8725). */
@Injectable()
export class TokenVerifier {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TOKEN_KEYS) private readonly keys: TokenKeys,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 401 for an invalid token, 503 when the issuer's keys cannot be fetched */
  async verify(token: string): Promise<Principal> {
    try {
      const { payload } = await jwtVerify(token, this.keys.find, {
        // The configuration decides, never the token: no `none`, no public key used as a secret.
        algorithms: this.keys.algorithms,
        issuer: this.config.jwtIssuer,
        audience: this.config.jwtAudience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(this.clock.now()),
      });
      return Principal.from(payload);
    } catch (thrown) {
      throw thrown instanceof Problem ? thrown : invalidToken(fault(thrown));
    }
  }
}

function fault(thrown: unknown): string {
  if (thrown instanceof errors.JWTExpired) return 'The token has expired.';
  if (thrown instanceof errors.JWTClaimValidationFailed) return `The claim ${thrown.claim} of the token does not fit.`;
  return 'The token is not valid.';
}
