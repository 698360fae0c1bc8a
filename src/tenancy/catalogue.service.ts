import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Clock } from '../clock.js';
import { CONFIG, type Config, type TenantSeed } from '../config.js';
import { runAs } from './tenant.context.js';
import { TenantDatabase } from './tenant-database.js';
import { Tenant } from './tenant.entity.js';

/** Which shopping centres there are. */
@Injectable()
export class Catalogue implements OnModuleInit {
  private readonly logger = new Logger('Catalogue');
  private readonly known = new Map<string, Tenant>();

  constructor(
    @InjectRepository(Tenant) private readonly tenants: Repository<Tenant>,
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: TenantDatabase,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const tenant of await this.tenants.find()) this.known.set(tenant.id, tenant);
    for (const seed of this.config.tenants) await this.ensure(seed);
    if (this.config.migrateAtStart) await Promise.all(this.list().map((tenant) => this.prepare(tenant)));
  }

  find(id: string): Tenant | undefined {
    return this.known.get(id);
  }

  list(): Tenant[] {
    return [...this.known.values()];
  }

  /** Adds a shopping centre unless there is one of that id. */
  async ensure({ id, name, timeZone }: TenantSeed): Promise<Tenant> {
    const present = this.known.get(id);
    if (present) return present;
    const tenant = this.tenants.create({
      id,
      name,
      timeZone,
      schema: `tenant_${id.replaceAll('-', '_')}`,
      status: 'active',
      createdOn: new Date(this.clock.now()),
    });
    await this.tenants.insert(tenant);
    this.known.set(id, tenant);
    return tenant;
  }

  /** Brings the tenant's schema up to date; one that fails is answered 503 by itself, the others serve. */
  private async prepare(tenant: Tenant): Promise<void> {
    try {
      await runAs({ tenant, actor: 'atrium' }, () => this.database.read(async () => {}));
    } catch (thrown) {
      this.logger.error(`Tenant ${tenant.id} cannot be served: ${String((thrown as Error).cause ?? thrown)}`);
    }
  }
}
