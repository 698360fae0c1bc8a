import { Injectable, Logger } from '@nestjs/common';
import { Backplane } from '../backplane/backplane.js';
import { withoutNulls } from '../field/input.js';
import { Problem } from '../problem/problem.js';
import { PRIVATE } from '../representation/cache-control.js';
import type { Precondition } from '../representation/precondition.js';
import { jsonRepresentation, Representation } from '../representation/representation.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { CatalogueStore, tagOf } from '../catalogue/catalogue-store.js';
import { TenantConnections } from '../tenancy/tenant-connections.js';
import { Tenant } from '../catalogue/tenant.entity.js';
import type { CreateTenant, UpdateTenant } from './tenant.dto.js';
import { TenantLifecycle } from './tenant-lifecycle.js';

const FOR_ITS_READER = { cacheControl: PRIVATE, origin: 'database' } as const;

/** Tenants over HTTP. A change is known in this pod before the answer, and announced to the others. */
@Injectable()
export class TenantService {
  private readonly logger = new Logger('Tenants');

  constructor(
    private readonly store: CatalogueStore,
    private readonly lifecycle: TenantLifecycle,
    private readonly catalogue: Catalogue,
    private readonly connections: TenantConnections,
    private readonly backplane: Backplane,
  ) {}

  async list(): Promise<Representation<Buffer>> {
    const { epoch } = await this.store.version();
    return jsonRepresentation(await this.store.list(), epoch, FOR_ITS_READER);
  }

  async find(id: string): Promise<Representation<Tenant>> {
    return this.represent(await this.lifecycle.find(id), FOR_ITS_READER);
  }

  async create(body: CreateTenant, actor: string): Promise<Representation<Tenant>> {
    const tenant = await this.announced(() => this.lifecycle.add(body, actor));
    return this.represent(tenant, { location: `/tenants/${tenant.id}` });
  }

  async update(id: string, precondition: Precondition, body: UpdateTenant, actor: string) {
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const fields = withoutNulls(Tenant, given, {});
    if (Object.keys(fields).length === 0) return this.unchanged(id, precondition);
    return this.represent(await this.announced(() => this.lifecycle.update(id, fields, precondition, actor)));
  }

  /** A patch without fields: nothing is written or announced. */
  private async unchanged(id: string, precondition: Precondition): Promise<Representation<Tenant>> {
    const found = await this.represent(await this.lifecycle.find(id));
    precondition.check(found.etag);
    return found;
  }

  async retire(id: string, precondition: Precondition, confirm: string, actor: string): Promise<void> {
    const close = async () => {
      await this.catalogue.refresh(); // from now on this pod opens no new connection to it
      await this.connections.close(id);
    };
    const kept = await this.announced(() => this.lifecycle.retire(id, confirm, precondition, actor, { close }));
    this.logger.log(`${id} is retired; ${kept ? `its export is ${kept.file}` : 'there was nothing to export'}`);
  }

  private async announced<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      // The caller is told what to do. The words of the database or the disk go to the log.
      if (thrown instanceof Problem && thrown.extras.cause instanceof Error)
        this.logger.warn(`${thrown.code}: ${thrown.extras.cause.message}`);
      throw thrown;
    } finally {
      await this.catalogue.refresh().catch(() => undefined); // it polls anyway
      const version = await this.store.version().catch(() => undefined);
      if (version) this.backplane.announce({ tenantId: null, ...version });
    }
  }

  private async represent(tenant: Tenant, options: ConstructorParameters<typeof Representation>[2] = {}) {
    const { epoch } = await this.store.version();
    return new Representation(tenant, tagOf(tenant, epoch), options);
  }
}
