import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { CatalogueStore } from '../catalogue/catalogue-store.js';
import { RolloutResult } from '../catalogue/rollout-result.entity.js';
import { Clock } from '../clock/clock.js';
import { Problem } from '../problem/problem.js';
import { summaryOf } from '../problem/problem.filter.js';
import type { CentreResult, RolloutReport } from './rollout.dto.js';

/** Rollouts in a list. */
const LISTED = 50;

/** The latest rollouts, among which those of a list are looked for. */
const LOOKED_THROUGH = 200;

/** Rows in one statement: SQL Server takes 2,100 parameters. */
const ROWS_AT_ONCE = 200;

/** The name of a rollout in the tables. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The last result of every rollout in every shopping centre. */
@Injectable()
export class RolloutResults {
  constructor(
    private readonly store: CatalogueStore,
    private readonly clock: Clock,
  ) {}

  /** The latest first. @param isShown whether a rollout that concerns these tenants is */
  async list(isShown: (tenantIds: string[]) => boolean): Promise<RolloutReport[]> {
    const latest = await this.store.use((manager) =>
      manager
        .createQueryBuilder(RolloutResult, 'result')
        .select('result.keyHash', 'keyHash')
        .groupBy('result.keyHash')
        .orderBy('MAX(result.at)', 'DESC')
        .limit(LOOKED_THROUGH)
        .getRawMany<Pick<RolloutResult, 'keyHash'>>(),
    );
    const keyHashes = latest.map(({ keyHash }) => keyHash);
    const where = { keyHash: In(keyHashes) };
    const rows = await this.store.use((manager) => manager.find(RolloutResult, { where, order: { tenantId: 'ASC' } }));
    const resultsOf = Map.groupBy(rows, ({ keyHash }) => keyHash);
    return keyHashes
      .map((keyHash) => resultsOf.get(keyHash) ?? [])
      .filter((results) => isShown(results.map(({ tenantId }) => tenantId)))
      .slice(0, LISTED)
      .flatMap((results) => reportOf(results) ?? []);
  }

  async find(key: string): Promise<RolloutReport | undefined> {
    return reportOf(
      await this.store.use((manager) =>
        manager.find(RolloutResult, { where: { keyHash: hashOf(key) }, order: { tenantId: 'ASC' } }),
      ),
    );
  }

  /**
   * Takes the key for these tenants, as failed until a result is kept: so a rollout that was cut off says so.
   * @param check refuses the tenants that the key is for already, and these
   */
  claim(key: string, tenantIds: readonly string[], check: (tenantIds: readonly string[]) => void): Promise<void> {
    return this.store.transaction(async (manager) => {
      const keyHash = hashOf(key);
      const present = (await manager.find(RolloutResult, { where: { keyHash } })).map(({ tenantId }) => tenantId);
      check([...new Set([...present, ...tenantIds])]);
      const added = tenantIds.filter((id) => !present.includes(id));
      const problem = summaryOf(new Problem(503, 'rollout-cut-off', 'This was cut off. Send the rollout again.'));
      for (const ids of inParts(added))
        await manager.insert(
          RolloutResult,
          ids.map((tenantId) => ({
            keyHash,
            tenantId,
            key,
            at: this.now(),
            status: 'failed' as const,
            campaignId: null,
            problem,
          })),
        );
    });
  }

  keep(key: string, results: readonly CentreResult[]): Promise<void> {
    return this.store.transaction(async (manager) => {
      const keyHash = hashOf(key);
      for (const part of inParts(results)) {
        await manager.delete(RolloutResult, { keyHash, tenantId: In(part.map(({ tenant }) => tenant)) });
        await manager.insert(
          RolloutResult,
          part.map(({ tenant, status, id = null, problem = null }) => ({
            keyHash,
            tenantId: tenant,
            key,
            at: this.now(),
            status,
            campaignId: id,
            problem,
          })),
        );
      }
    });
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

function reportOf(rows: readonly RolloutResult[]): RolloutReport | undefined {
  const [first] = rows;
  const results = rows.map(({ tenantId, status, campaignId, problem }) => ({
    tenant: tenantId,
    status,
    ...(campaignId === null ? {} : { id: campaignId }),
    ...(problem === null ? {} : { problem }),
  }));
  return first && ({ key: first.key, results } as RolloutReport);
}

function inParts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / ROWS_AT_ONCE) }, (_, index) =>
    all.slice(index * ROWS_AT_ONCE, (index + 1) * ROWS_AT_ONCE),
  );
}
