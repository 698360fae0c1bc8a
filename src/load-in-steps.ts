import { setImmediate as turn } from 'node:timers/promises';
import type { Config } from './config/config.js';

type Step = () => Promise<unknown>;

/** The modules of every entry point that take longest to load. */
const SHARED: Step[] = [
  () => import('@nestjs/common'),
  () => import('class-validator'),
  () => import('typeorm'),
  () => import('@nestjs/swagger'),
];

/** Those of the service besides. */
const stepsOfService = ({ sqlServer }: Config): Step[] => [
  () => import('@nestjs/core'),
  () => import('@keyv/redis'),
  ...(sqlServer ? [() => import('mssql')] : []),
];

/**
 * Loads in steps, since no signal is heard while an import is under way: the whole takes seconds on a busy machine.
 * @param config of the service; without it, only what the commands need
 */
export async function loadInSteps(config?: Config): Promise<void> {
  for (const load of [...SHARED, ...(config ? stepsOfService(config) : [])]) {
    await turn();
    await load();
  }
  await turn();
}
