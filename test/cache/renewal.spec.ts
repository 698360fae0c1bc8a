import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { type Pod, Pods } from '../support/pod.js';

describe('the timelines in use', () => {
  let atrium: Atrium;
  let pods: Pods;
  let pod: Pod;
  beforeEach(async () => {
    atrium = await startAtrium();
    pods = new Pods(atrium);
    pod = pods.open();
    await pod.create('before');
    await pod.live();
  });
  afterEach(async () => {
    await pods.close();
    await atrium.close();
  });

  it('are ready after a write before anybody asks', async () => {
    await pod.rename(0, 'after');
    await quiet();
    expect(await pod.live()).toMatchObject({ names: ['after'], origin: 'memory' });
  });

  it('are loaded twice for any number of writes that come during the first load', async () => {
    const { loads, release } = holdLoads();
    for (let write = 1; write <= 50; write++) await pod.rename(0, `write ${write}`);
    release();
    await quiet();
    expect(loads()).toBe(2);
    expect(await pod.live()).toMatchObject({ names: ['write 50'], origin: 'memory' });
  });

  /** Counts the loads from now on; their rows arrive when they are released. */
  function holdLoads() {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const read = pod.unitOfWork.read.bind(pod.unitOfWork);
    let loads = 0;
    pod.unitOfWork.read = async (work) => {
      loads++;
      const result = await read(work);
      await released;
      return result;
    };
    return { loads: () => loads, release };
  }

  /** Until what was begun is done. */
  async function quiet(): Promise<void> {
    for (let before = -1; before !== pod.databaseReads;) {
      before = pod.databaseReads;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
});
