import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { chunks } from '../database/find-in.js';
import { Problem } from '../problem/problem.js';
import { summaryOf, toProblem } from '../problem/problem.filter.js';
import { PRIVATE } from '../representation/cache-control.js';
import { jsonRepresentation, type Representation } from '../representation/representation.js';
import { runAs } from '../tenancy/tenant-context.js';
import { CentreRollout } from './centre-rollout.js';
import { ALL, type CentreResult, type CreateRollout, type RolloutReport } from './rollout.dto.js';
import { requireEverywhereRight } from './rollout-body.js';
import { RolloutResults } from './rollout-results.js';

/** Shopping centres that are written to at a time. */
const AT_ONCE = 4;

/** The salt of entity tags: what is told here belongs to no tenant. */
const SALT = 'rollouts';

/** The same campaign in many shopping centres, in each within a transaction of its own. */
@Injectable()
export class RolloutService {
  private readonly logger = new Logger('Rollouts');

  constructor(
    private readonly catalogue: Catalogue,
    private readonly results: RolloutResults,
    private readonly centre: CentreRollout,
  ) {}

  async list(principal: Principal): Promise<Representation<Buffer>> {
    return represent(await this.results.list((ids) => principal.mayWorkIn(ids)));
  }

  /** @throws Problem 403 when the token does not name every tenant concerned, 404 */
  async find(key: string, principal: Principal): Promise<Representation<Buffer>> {
    const found = await this.results.find(key);
    if (!found) throw new Problem(404, 'not-found', `There is no rollout ${JSON.stringify(key)}.`);
    principal.requireCentres(found.results.map(({ tenant }) => tenant));
    return represent(found);
  }

  /**
   * @throws Problem 403 when the token does not name every tenant concerned, those of an earlier rollout of that key too;
   * 422 for a campaign that no tenant could take
   */
  async send({ key, tenants, campaign }: CreateRollout, principal: Principal): Promise<RolloutReport> {
    const ids = tenants === ALL ? this.catalogue.list().map(({ id }) => id) : [...new Set(tenants)];
    principal.requireCentres(ids);
    await requireEverywhereRight(campaign);
    await this.results.claim(key, ids, (concerned) => principal.requireCentres(concerned));
    const results: CentreResult[] = [];
    for (const part of chunks(ids, AT_ONCE)) {
      results.push(...(await Promise.all(part.map((id) => this.sendTo(id, key, campaign, principal)))));
    }
    await this.results.keep(key, results);
    return { key, results };
  }

  private async sendTo(id: string, key: string, campaign: object, { subject }: Principal): Promise<CentreResult> {
    try {
      const tenant = this.catalogue.find(id);
      if (!tenant) throw new Problem(404, 'tenant-unknown', `There is no shopping centre "${id}".`);
      const caller = { tenant, actor: subject, seesHidden: true };
      return { tenant: id, ...(await runAs(caller, () => this.centre.send(key, campaign))) };
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.getStatus() >= 500) this.logger.warn(`${key} in ${id}: ${String(problem.cause ?? thrown)}`);
      const { errors } = problem.extras;
      return {
        tenant: id,
        status: 'failed',
        problem: { ...summaryOf(problem), ...(errors ? { errors } : {}) } as never,
      };
    }
  }
}

function represent(body: object): Representation<Buffer> {
  return jsonRepresentation(body, SALT, { cacheControl: PRIVATE, origin: 'database' });
}
