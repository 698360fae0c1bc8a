import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.js';

const GUIDE = readFileSync('docs/operations.md', 'utf8').replaceAll(/\s+/g, ' ');

it('the guide computes the phones that the production values admit', () => {
  const { config, autoscaling } = parse(readFileSync('helm/values-production.yaml', 'utf8')) as {
    config: { RATE_LIMIT: number };
    autoscaling: { minReplicas: number };
  };
  const { freshSeconds } = loadConfig({});
  const [each, burst] = [freshSeconds * config.RATE_LIMIT, 2 * config.RATE_LIMIT];
  expect(GUIDE).toContain(`asks once in ${freshSeconds} seconds`);
  expect(GUIDE).toContain(
    `sets ${config.RATE_LIMIT}: ${words(each)} phones of a centre on each pod, ${words(burst)} of which may ask in the same instant`,
  );
  expect(GUIDE).toContain(
    `With its ${autoscaling.minReplicas} pods, one of which restarts, that is ${words(burst * (autoscaling.minReplicas - 1))} phones`,
  );
});

function words(count: number): string {
  return count.toLocaleString('en');
}
