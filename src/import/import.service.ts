import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { listedOf } from '../change/effects.js';
import { UnitOfWork } from '../change/unit-of-work.js';
import { Clock } from '../clock/clock.js';
import { Problem } from '../problem/problem.js';
import { Representation } from '../representation/representation.js';
import { entityTag } from '../revision/entity-tag.js';
import type { DateOrder } from './date-order.js';
import { type Draft, draftOf } from './draft.js';
import type { ImportQuery, ImportReport } from './import.dto.js';
import { ImportPlan } from './import-plan.js';
import { readTable } from './table.js';

/** Lines that are read before other requests have their turn. */
const LINES_AT_ONCE = 50;

/** Tables of campaigns and events: all of a table is written, in one transaction under one revision, or nothing is. */
@Injectable()
export class ImportService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 422 for a table that cannot be read, and, unless it is a dry run, for one with a wrong line */
  async bring(text: string, { dryRun, dates }: ImportQuery): Promise<Representation<ImportReport>> {
    const drafts = await draftsOf(text, dates);
    return dryRun ? this.plan(drafts) : this.write(drafts);
  }

  private plan(drafts: Draft[]): Promise<Representation<ImportReport>> {
    return this.unitOfWork.read(async (manager, version) => {
      const at = new Date(this.clock.now());
      const plan = await ImportPlan.of(drafts, { manager, version, at });
      return represent(plan.report(), version.epoch);
    });
  }

  private write(drafts: Draft[]): Promise<Representation<ImportReport>> {
    return this.unitOfWork.write(async (write) => {
      const plan = await ImportPlan.of(drafts, write);
      if (plan.wrong > 0) throw linesInvalid(plan);
      const [first, ...others] = await plan.carryOut();
      if (plan.wrong > 0) throw linesInvalid(plan);
      if (!first) throw new Error('A table without lines');
      const result = represent(plan.report(), write.version.epoch);
      return { action: 'import', ...listedOf([first, ...others]), result };
    });
  }
}

async function draftsOf(text: string, order: DateOrder | undefined): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const line of readTable(text)) {
    drafts.push(await draftOf(line, order));
    if (drafts.length % LINES_AT_ONCE === 0) await nextTurn();
  }
  return drafts;
}

function represent(report: ImportReport, epoch: string): Representation<ImportReport> {
  return new Representation(report, entityTag(JSON.stringify(report), epoch));
}

function linesInvalid(plan: ImportPlan): Problem {
  const { lines } = plan.report();
  const wrong = plan.wrong === 1 ? '1 line is wrong' : `${plan.wrong} lines are wrong`;
  return new Problem(422, 'lines-invalid', `${wrong}, and nothing is written: "lines" says how.`, { lines });
}
