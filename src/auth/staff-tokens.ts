import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { STAFF_TOKEN_KEPT_MS } from '../config/time-limits.js';
import { RateLimiter } from '../tenancy/rate-limiter.js';
import { TokenBucket } from '../tenancy/token-bucket.js';
import { bearerToken } from './bearer-token.js';
import type { Principal } from './principal.js';
import { TokenVerifier } from './token-verifier.js';

const TOKENS_MAX = 1_000;

/** Unknown tokens that are verified each second, of all tenants together: anybody can make them up. */
const CHECKS_PER_SECOND = 500;

/**
 * Tells a tenant's editors from everybody else, for their share of the rate. It gives no right: the guard verifies the
 * token of each request.
 */
@Injectable()
export class StaffTokens {
  private readonly principals = new LRUCache<string, Principal>({ max: TOKENS_MAX, ttl: STAFF_TOKEN_KEPT_MS });
  private readonly checks = new TokenBucket(CHECKS_PER_SECOND);

  constructor(
    private readonly tokens: TokenVerifier,
    private readonly limiter: RateLimiter,
  ) {}

  /** The bearer of a token that was verified a moment ago. */
  remember(token: string, principal: Principal): void {
    if (this.limiter.isEnabled) this.principals.set(token, principal);
  }

  /** @returns undefined for a token that has to be verified first */
  isKnownStaff(request: IncomingMessage, tenantId: string): boolean | undefined {
    if (request.headers.authorization === undefined) return false;
    const token = tokenOf(request);
    if (token === undefined) return false;
    const known = this.principals.get(token)?.isEditorOf(tenantId);
    return known ?? (this.checks.waitSeconds() === undefined ? undefined : false);
  }

  async isStaff(request: IncomingMessage, tenantId: string): Promise<boolean> {
    const known = this.isKnownStaff(request, tenantId);
    const token = known === undefined ? tokenOf(request) : undefined;
    if (token === undefined || !this.checks.take()) return known ?? false;
    const principal = await this.tokens.verify(token).catch(() => undefined);
    if (principal) this.remember(token, principal);
    return principal?.isEditorOf(tenantId) ?? false;
  }
}

function tokenOf(request: IncomingMessage): string | undefined {
  try {
    return bearerToken(request);
  } catch {
    return undefined; // the guard says what is wrong with it
  }
}
