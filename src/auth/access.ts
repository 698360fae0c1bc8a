import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import { OwnQuery } from '../http/query.interceptor.js';
import { ApiProblem } from '../problem/api-problem.js';

/** Roles of a token: to read, or to change, the rows of its tenants; to administer the catalogue of tenants. */
export const ROLES = ['reader', 'editor', 'platform-admin'] as const;
export type Role = (typeof ROLES)[number];

/** The users of a route: anyone, those who may read, holders of a role, or those who may work on many tenants at once. */
export type Access = 'public' | 'read' | 'many-centres' | Role;

const ACCESS = 'atrium:access';

/** For a route that anyone may use, such as a probe. It ignores query parameters, which some probes and scrapers send. */
export const Public = () => applyDecorators(SetMetadata(ACCESS, 'public' satisfies Access), OwnQuery());

/** For a route that reads a tenant's rows: open to anyone when reads are public, else to its readers and editors. */
export const Read = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'read' satisfies Access),
    ApiSecurity({ tenant: [], token: ['reader'] }),
    ...tokenProblems('reader'),
  );

/** For a route that takes a token with `role`: `editor` of the current tenant, or `platform-admin`. */
export const Roles = (role: Role) =>
  applyDecorators(
    SetMetadata(ACCESS, role satisfies Access),
    ApiSecurity({ ...(role === 'platform-admin' ? {} : { tenant: [] }), token: [role] }),
    ...tokenProblems(role),
  );

/**
 * For a route that names the tenants it works on by itself: open to platform-admins, and to editors. The service asks
 * `Principal.requireCentres` for each tenant concerned.
 */
export const ManyCentres = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'many-centres' satisfies Access),
    ApiSecurity({ token: ['platform-admin'] }),
    ApiSecurity({ token: ['editor'] }),
    ...tokenProblems('platform-admin'),
    ApiProblem(403, 'The token does not name every shopping centre concerned', 'tenant-forbidden'),
  );

/** The declaration on the route's method or class; undefined when there is none. */
export function accessOf(reflector: Reflector, handler: Function, controller: Function): Access | undefined {
  return reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
}

function tokenProblems(role: Role) {
  return [
    ApiProblem(401, 'There is no token, or it is not valid', 'token-required', 'token-invalid'),
    ApiProblem(503, 'The rows cannot be reached just now; Retry-After says when to try again', 'keys-unavailable'),
    role === 'platform-admin'
      ? ApiProblem(403, 'The token is not one of a platform-admin', 'role-required')
      : ApiProblem(
          403,
          `The shopping centre is suspended, or the token is not one of its ${role}s`,
          'role-required',
          'tenant-forbidden',
        ),
  ];
}
