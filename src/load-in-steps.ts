import { setImmediate as turn } from 'node:timers/promises';

/** The modules that take longest to load. */
const STEPS = [
  () => import('@nestjs/common'),
  () => import('class-validator'),
  () => import('@nestjs/core'),
  () => import('typeorm'),
  () => import('@nestjs/swagger'),
  () => import('mssql'),
  () => import('@keyv/redis'),
];

/** Loads in steps, since no signal is heard while an import is under way: the whole takes seconds on a busy machine. */
export async function loadInSteps(): Promise<void> {
  for (const load of STEPS) {
    await turn();
    await load();
  }
  await turn();
}
