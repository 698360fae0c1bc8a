import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type NestMiddleware } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { TENANT_ID } from '../config/tenant-seed.js';
import { Problem } from '../problem/problem.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { requireActive } from './tenant-connections.js';
import { runAs } from './tenant-context.js';
import type { Tenant } from '../catalogue/tenant.entity.js';

/** A request whose `url` lacks the part of the path that led to a middleware. */
type Received = IncomingMessage & { originalUrl?: string };

/** Resolves the tenant header, and runs the rest of the request for that tenant. */
@Injectable()
export class TenantMiddleware implements NestMiddleware<Received, ServerResponse> {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly catalogue: Catalogue,
  ) {}

  use(request: Received, _response: ServerResponse, next: (error?: unknown) => void): void {
    let tenant: Tenant;
    try {
      tenant = this.resolve(request);
    } catch (problem) {
      next(problem);
      return;
    }
    runAs({ tenant, url: request.originalUrl }, next);
  }

  private resolve(request: IncomingMessage): Tenant {
    const id = this.tenantId(request);
    const tenant = this.catalogue.find(id);
    if (!tenant)
      throw new Problem(
        404,
        'tenant-unknown',
        `There is no shopping centre "${id}". Check its id: press Authorize and enter it as it is spelt.`,
      );
    requireActive(tenant);
    return tenant;
  }

  private tenantId(request: IncomingMessage): string {
    const values = new Set(request.headersDistinct[this.config.tenantHeaderKey]);
    const [id = ''] = values;
    if (values.size > 1) throw this.malformed('The shopping centre was named more than once, with different ids.');
    if (id === '') {
      throw new Problem(
        400,
        'tenant-required',
        `No shopping centre is named. In the documentation press Authorize and enter its id, such as riverside; programs send it in the header ${this.config.tenantHeader}.`,
      );
    }
    if (!TENANT_ID.test(id))
      throw this.malformed(
        `${spelling(id)} An id has 1-63 characters of a-z, 0-9 and "-", from a letter to a letter or digit.`,
      );
    return id;
  }

  private malformed(why: string): Problem {
    return new Problem(400, 'tenant-malformed', `${why} Programs send it in the header ${this.config.tenantHeader}.`);
  }
}

/** Says how the id was probably meant. Two spellings of one centre would be two entries in every HTTP cache. */
function spelling(given: string): string {
  const meant = given.trim().toLowerCase();
  return TENANT_ID.test(meant)
    ? `Write the id of the shopping centre as "${meant}".`
    : 'This is no id of a shopping centre.';
}
