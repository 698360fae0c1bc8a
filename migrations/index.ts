import { CreateCatalogue1764000000000 } from './platform/1764000000000-create-catalogue.js';
import { CreateTenantChanges1764200000000 } from './platform/1764200000000-create-tenant-changes.js';
import { CreateTenant1764000000000 } from './tenant/1764000000000-create-tenant.js';
import { CreateIdempotencyRecords1764100000000 } from './tenant/1764100000000-create-idempotency-records.js';

/** The catalogue's history, oldest first. */
export const platformMigrations = [CreateCatalogue1764000000000, CreateTenantChanges1764200000000];

/** Every tenant's history, oldest first. */
export const tenantMigrations = [CreateTenant1764000000000, CreateIdempotencyRecords1764100000000];
