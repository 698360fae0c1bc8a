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
      throw thrown instanceof Problem ? thrown : invalidToken(...faultAndAdvice(thrown));
    }
  }
}

const GET_ANOTHER = 'Get a new token where you got this one, press Authorize and enter it.';

/** The claims that a token has to have, in words. */
const CLAIMS: Record<string, string> = {
  exp: 'It does not say until when it is good (exp).',
  sub: 'It does not say whose it is (sub).',
  nbf: 'It is not good yet (nbf).',
  iss: 'It comes from another issuer (iss).',
  aud: 'It was made for another service (aud).',
};

function faultAndAdvice(thrown: unknown): [fault: string, advice: string] {
  if (thrown instanceof errors.JWTExpired) return ['The token has expired.', expiry(thrown) + GET_ANOTHER];
  if (thrown instanceof errors.JWTClaimValidationFailed)
    return [
      `The claim ${thrown.claim} of the token does not fit.`,
      `${CLAIMS[thrown.claim] ?? ''} ${GET_ANOTHER}`.trim(),
    ];
  const fault = 'The token is not valid.';
  if (thrown instanceof errors.JWSInvalid || thrown instanceof errors.JWTInvalid)
    return [
      fault,
      'It is no whole token: three parts with dots between them. Copy it again, from its first character to its last.',
    ];
  if (thrown instanceof errors.JWSSignatureVerificationFailed || thrown instanceof errors.JWKSNoMatchingKey)
    return [fault, `It was made for another Atrium, was changed, or was cut off when it was copied. ${GET_ANOTHER}`];
  return [fault, GET_ANOTHER];
}

function expiry({ payload }: errors.JWTExpired): string {
  const until = new Date((payload.exp ?? Number.NaN) * 1_000);
  return Number.isNaN(until.getTime()) ? '' : `It was good until ${until.toISOString()}. `;
}
