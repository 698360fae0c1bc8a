import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, NOBODY, startAtrium, TestClock } from '../support/atrium.js';
import { Pods } from '../support/pod.js';

const MINUTE_MS = 60_000;

describe('a shopping centre that nobody reads', () => {
  let atrium: Atrium;
  let pods: Pods;
  beforeEach(async () => {
    atrium = await startAtrium({ REVISION_POLL_MS: '600000' });
    pods = new Pods(atrium);
  });
  afterEach(async () => {
    await pods.close();
    await atrium.close();
  });

  it('is looked after for as long as it is believed without asking', async () => {
    atrium.clock.setMs = Date.now();
    await atrium.call('berlin-mall', 'GET', '/events/live');
    const lags: string[] = [];
    for (const minutes of [6, 19, 21]) {
      atrium.clock.setMs = Date.now() + minutes * MINUTE_MS;
      const { body } = await atrium.call<string>(NOBODY, 'GET', '/metrics');
      lags.push(/^atrium_revision_lag_seconds (\d+)/m.exec(body)?.[1] ?? '');
    }
    expect(lags.map((lag) => Math.round(Number(lag) / 60))).toEqual([6, 19, 0]);
  });

  it('has nothing loaded for it, however often it is written to', async () => {
    const { pod, clock, startMs } = await readOnce();
    for (const minutes of [4, 6]) {
      clock.setMs = startMs + minutes * MINUTE_MS;
      const before = pod.databaseReads;
      await pod.rename(0, `after ${minutes} minutes`);
      await new Promise(setImmediate);
      await pod.run(() => pod.unitOfWork.version()); // whatever was begun is done by now
      expect([minutes, pod.databaseReads - before - 1]).toEqual([minutes, minutes < 5 ? 1 : 0]);
    }
    expect((await pod.live()).names).toEqual(['after 6 minutes']);
  });

  it('is asked after by its next reader, also right after a write', async () => {
    const { pod, clock, startMs } = await readOnce();
    clock.setMs = startMs + 6 * MINUTE_MS;
    await pod.rename(0, 'here');
    await pods.open().rename(0, 'elsewhere, unheard');
    expect((await pod.live()).names).toEqual(['elsewhere, unheard']);
  });

  /** A pod with a clock of its own, on which it was read for the last time at `startMs`. */
  async function readOnce() {
    const clock = new TestClock();
    const startMs = (clock.setMs = Date.now());
    const pod = pods.open({ clock, environment: { REVISION_POLL_MS: '60000' } });
    await pod.create('created');
    await pod.live();
    return { pod, clock, startMs };
  }
});
