import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { heardBy } from '../support/heard.js';
import { createCampaign } from '../support/rows.js';

const MALL = 'berlin-mall';

describe('a pod that is alone', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it('hears of each of its own writes once', async () => {
    const heard = heardBy(atrium);
    await createCampaign(atrium, MALL);
    await createCampaign(atrium, MALL);
    expect(heard).toEqual([`read or written: ${MALL} 1`, `read or written: ${MALL} 2`]);
  });
});
