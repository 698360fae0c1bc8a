import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import { OwnQuery } from '../http/query.interceptor.js';
import { ApiProblem } from '../problem/api-problem.js';

/** What a token may entitle to: to read and to change the rows of its tenants, and to keep the catalogue of tenants. */
export const ROLES = ['reader', 'editor', 'platform-admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who may use a route: anyone, whoever may read, or holders of a role. */
export type Access = 'public' | 'read' | Role;

const ACCESS = 'atrium:access';

/** A route for anyone, such as a probe; it takes any query, since probes and scrapers may be told to send one. */
export const Public = () => applyDecorators(SetMetadata(ACCESS, 'public' satisfies Access), OwnQuery());

/** A route that reads a tenant's rows: for anyone when reads are public, for its readers and editors when not. */
export const Read = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'read' satisfies Access),
    ApiSecurity({ tenant: [], token: ['reader'] }),
    ...refusals('reader'),
  );

/** A route for holders of `role`: an editor of the tenant it works on, or an admin of the platform. */
export const Roles = (role: Role) =>
  applyDecorators(
    SetMetadata(ACCESS, role satisfies Access),
    ApiSecurity({ ...(role === 'platform-admin' ? {} : { tenant: [] }), token: [role] }),
    ...refusals(role),
  );

/** What the route declares, on its method or its class; undefined when it declares nothing. */
export function accessOf(reflector: Reflector, handler: Function, controller: Function): Access | undefined {
  return reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
}

function refusals(role: Role) {
  return [
    ApiProblem(401, 'There is no token, or it is not valid', 'token-required', 'token-invalid'),
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
