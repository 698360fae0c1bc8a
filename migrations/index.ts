import { CreateCatalogue1764000000000 } from './platform/1764000000000-create-catalogue.js';
import { CreateTenantChanges1764200000000 } from './platform/1764200000000-create-tenant-changes.js';
import { AddLanguages1764300000000 } from './platform/1764300000000-add-languages.js';
import { CreateRolloutResults1764600000000 } from './platform/1764600000000-create-rollout-results.js';
import { CreateWorkLeases1764700000000 } from './platform/1764700000000-create-work-leases.js';
import { CreateTenant1764000000000 } from './tenant/1764000000000-create-tenant.js';
import { CreateIdempotencyRecords1764100000000 } from './tenant/1764100000000-create-idempotency-records.js';
import { AddContent1764300000000 } from './tenant/1764300000000-add-content.js';
import { CreateTombstones1764400000000 } from './tenant/1764400000000-create-tombstones.js';
import { AddActorToChanges1764500000000 } from './tenant/1764500000000-add-actor-to-changes.js';
import { CreateRollouts1764600000000 } from './tenant/1764600000000-create-rollouts.js';
import { CreateWebhooks1764700000000 } from './tenant/1764700000000-create-webhooks.js';

/** The catalogue's history, oldest first. */
export const platformMigrations = [
  CreateCatalogue1764000000000,
  CreateTenantChanges1764200000000,
  AddLanguages1764300000000,
  CreateRolloutResults1764600000000,
  CreateWorkLeases1764700000000,
];

/** Every tenant's history, oldest first. */
export const tenantMigrations = [
  CreateTenant1764000000000,
  CreateIdempotencyRecords1764100000000,
  AddContent1764300000000,
  CreateTombstones1764400000000,
  AddActorToChanges1764500000000,
  CreateRollouts1764600000000,
  CreateWebhooks1764700000000,
];
