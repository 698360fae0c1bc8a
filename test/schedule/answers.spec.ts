import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { createCampaign, createEvent, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';

/** Every body of a row under one entity tag has the same fields and values, whichever request brought it. */
describe.each(['/campaign-events', '/events'])('a row of %s', (list) => {
  let atrium: Atrium;
  let made: Body;
  beforeAll(async () => {
    atrium = await startAtrium();
    const campaign = await createCampaign(atrium, MALL);
    made =
      list === '/events'
        ? await createEvent(atrium, MALL, { campaignEventId: campaign.id })
        : await createCampaign(atrium, MALL);
  });
  afterAll(() => atrium.close());

  const read = async (path: string) => {
    const { body, headers } = await atrium.call(MALL, 'GET', path);
    return { body, etag: headers.get('etag') };
  };

  it('is answered to a POST as GET answers it', async () => {
    const { body, headers } = await atrium.call(MALL, 'POST', list, {
      ...NOVEMBER,
      ...(list === '/events' ? { campaignEventId: 0 } : {}),
    });
    expect(await read(`${list}/${body.id}`)).toEqual({ body, etag: headers.get('etag') });
  });

  it.each([
    ['PUT', NOVEMBER],
    ['PATCH', { name: 'Renamed' }],
  ])('is answered to a %s as GET answers it', async (method, fields) => {
    const { status, body, headers } = await atrium.call(MALL, method, `${list}/${made.id}`, fields);
    expect(status).toBe(200);
    expect(await read(`${list}/${made.id}`)).toEqual({ body, etag: headers.get('etag') });
  });

  it('is in its list, in what is live and in the changes as GET answers it', async () => {
    const { body } = await read(`${list}/${made.id}`);
    const page = await atrium.call(MALL, 'GET', list);
    expect(page.body.items.find(({ id }) => id === made.id)).toEqual(body);
    const changes = await atrium.call<{ items: { resourceId: number; after: Body }[] }>(
      MALL,
      'GET',
      '/changes?limit=200',
    );
    expect(
      changes.body.items.findLast(({ resourceId, after }) => resourceId === made.id && after.name === body.name)?.after,
    ).toEqual(body);
  });
});
