import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { rateLimited } from '../problem/problem.js';
import { RateLimiter } from '../tenancy/rate-limiter.js';
import { currentTenant } from '../tenancy/tenant-context.js';
import { StaffTokens } from './staff-tokens.js';

/** Refuses requests beyond the rate of the current tenant, or beyond its staff's. */
@Injectable()
export class RateMiddleware implements NestMiddleware<IncomingMessage, ServerResponse> {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly staff: StaffTokens,
  ) {}

  use(request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
    if (!this.limiter.isEnabled) return next();
    const { id } = currentTenant();
    const known = this.staff.isKnownStaff(request, id);
    if (known !== undefined) return this.admit(id, known, next);
    void this.staff.isStaff(request, id).then((isStaff) => this.admit(id, isStaff, next));
  }

  private admit(tenantId: string, isStaff: boolean, next: (error?: unknown) => void): void {
    const retryAfterSeconds = this.limiter.take(tenantId, isStaff);
    next(retryAfterSeconds === undefined ? undefined : rateLimited(tenantId, retryAfterSeconds));
  }
}
