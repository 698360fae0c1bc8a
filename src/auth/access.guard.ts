import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { currentCaller } from '../tenancy/tenant-context.js';
import { type Access, accessOf, type Role } from './access.js';
import { bearerToken, hasBearerToken } from './bearer-token.js';
import { recordPrincipal } from './bearer.decorator.js';
import { recordSubject } from '../http/subject.js';
import { StaffTokens } from './staff-tokens.js';
import { TokenVerifier } from './token-verifier.js';

/** Lets a request through as its route declares. A route that declares nothing is for nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
    private readonly staff: StaffTokens,
  ) {}

  /** @throws Problem 401 or 403, and 503 when the issuer's keys cannot be fetched */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(this.reflector, context.getHandler(), context.getClass());
    if (access === undefined) return false;
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const isOpen = access === 'read' && this.config.publicReads;
    // A token on a public read may show more. One that is not valid is refused: its holder expects more than the public.
    if (isOpen && !hasBearerToken(request.raw)) return true;

    const token = bearerToken(request.raw);
    const principal = await this.tokens.verify(token);
    this.staff.remember(token, principal);
    if (!isOpen) principal.requireRole(...rolesFor(access));
    recordSubject(request, principal.subject);
    recordPrincipal(request, principal);
    if (access === 'platform-admin' || access === 'many-centres') return true;

    const caller = currentCaller();
    principal.requireTenant(caller.tenant.id);
    caller.actor = principal.subject;
    if (this.config.keepsPeople) caller.person = principal.person;
    caller.seesHidden = principal.hasRole('editor');
    return true;
  }
}

/** The roles of which one is enough. */
function rolesFor(access: Exclude<Access, 'public'>): Role[] {
  if (access === 'read') return ['reader', 'editor'];
  return access === 'many-centres' ? ['platform-admin', 'editor'] : [access];
}
