import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium, withQuery } from '../support/atrium.js';
import { expectBadFields, expectProblem } from '../support/problem.js';
import { createCampaign, listAll, NOVEMBER } from '../support/rows.js';

const BERLIN = 'berlin-mall';
const NEW_YORK = 'york-plaza';

describe('dates', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it('are local to the shopping centre that asks, in bodies', async () => {
    const fields = { startDate: '2026/11/27 00:00:00', endDate: '2026-11-27T23:59:59' };
    expect(await createCampaign(atrium, BERLIN, fields)).toMatchObject({
      startDate: '2026-11-26T23:00:00.000Z',
      endDate: '2026-11-27T22:59:59.000Z',
    });
    expect(await createCampaign(atrium, NEW_YORK, fields)).toMatchObject({
      startDate: '2026-11-27T05:00:00.000Z',
      endDate: '2026-11-28T04:59:59.000Z',
    });
  });

  it('are local to the shopping centre that asks, in queries', async () => {
    const period = { startDate: '2026-06-30T22:00:00Z', endDate: '2026-06-30T22:00:00Z' };
    for (const [tenant, found] of [
      [BERLIN, 1], // that instant is July already
      [NEW_YORK, 0],
    ] as const) {
      await createCampaign(atrium, tenant, { ...period, name: 'Midsummer' });
      const july = { name: 'Midsummer', from: '2026/07/01 00:00:00', to: '2026/07/31 00:00:00' };
      expect(await listAll(atrium, tenant, withQuery('/campaign-events', july))).toHaveLength(found);
    }
  });

  it('follow the clock changes of the shopping centre', async () => {
    const night = { startDate: '2026/03/29 02:30:00', endDate: '2026/10/25 02:30:00' };
    expect(await createCampaign(atrium, BERLIN, night)).toMatchObject({
      startDate: '2026-03-29T01:30:00.000Z',
      endDate: '2026-10-25T01:30:00.000Z', // half past two comes twice that night: an end is the later one
    });
  });

  it.each([
    ['2026-11-27T00:00:00+01', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00:00-05', '2026-11-27T05:00:00.000Z'],
    ['2026-11-27T00:00:00+0100', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00+01:00', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00Z', '2026-11-27T00:00:00.000Z'],
    ['2026-11-27T00:00', '2026-11-26T23:00:00.000Z'],
    ['2026-11-27T00:00:00.5+01', '2026-11-26T23:00:00.500Z'],
    ['2026-11-27T00:00:00,25Z', '2026-11-27T00:00:00.250Z'],
  ])('are taken in every spelling that says one instant: %s', async (startDate, instant) => {
    expect(await createCampaign(atrium, BERLIN, { startDate })).toMatchObject({ startDate: instant });
    const found = await atrium.call(BERLIN, 'GET', withQuery('/campaign-events', { from: startDate }));
    expect(found.status).toBe(200);
  });

  it('without seconds fill their days, in bodies and in queries', async () => {
    const friday = { startDate: '2027/11/26 00:00', endDate: '2027/11/26 23:59' };
    expect(await createCampaign(atrium, BERLIN, { name: 'Whole Friday', ...friday })).toMatchObject({
      startDate: '2027-11-25T23:00:00.000Z',
      endDate: '2027-11-26T22:59:59.999Z',
    });
    const late = { startDate: '2027-11-26T22:59:30Z', endDate: '2027-11-26T22:59:40Z' };
    await createCampaign(atrium, BERLIN, { name: 'Last minute', ...late });
    const query = { from: '2027/11/26 23:59', to: '2027/11/26 23:59' };
    const names = (await listAll(atrium, BERLIN, withQuery('/campaign-events', query))).map(({ name }) => name);
    expect(names).toEqual(['Whole Friday', 'Last minute']);
  });

  it('are told once of what is wrong with each, in words', async () => {
    const answer = await atrium.call(BERLIN, 'POST', '/campaign-events', {
      name: 'Advent',
      startDate: '2026/12/04',
      endDate: '27.12.2026 20:00',
    });
    const problem = expectProblem(answer, 422, 'fields-invalid');
    expect(problem.errors).toEqual([
      {
        pointer: '#/startDate',
        detail: 'the time is missing: write 2026/12/04 00:00 for its beginning, 2026/12/04 23:59 for its end',
      },
      { pointer: '#/endDate', detail: 'day.month.year is not read: write 2026/12/27 20:00' },
    ]);
    expect(problem.detail).toBe('Please correct startDate, endDate: "errors" says how.');
  });

  it('within a list are told of by their place in it', async () => {
    const events = Array.from({ length: 37 }, () => ({ ...NOVEMBER }));
    events[36] = { ...NOVEMBER, startDate: '2026-10-30T09:00:00Z' };
    const answer = await atrium.call(BERLIN, 'POST', '/campaign-events', { ...NOVEMBER, events });
    const problem = expectProblem(answer, 422, 'fields-invalid');
    expect(problem.detail).toBe('Please correct startDate of event 37: "errors" says how.');
    expect(problem.errors).toEqual([
      {
        pointer: '#/events/36/startDate',
        detail:
          'event 37: must be within the campaign, 1 November 2026 01:00 to 1 December 2026 00:59:59 at the shopping centre ' +
          '(2026-11-01T00:00:00.000Z to 2026-11-30T23:59:59.000Z)',
      },
    ]);
    const wrong = { ...NOVEMBER, events: [NOVEMBER, { ...NOVEMBER, name: '' }] };
    const { body } = await atrium.call(BERLIN, 'POST', '/campaign-events', wrong);
    expect(body.detail).toBe('Please correct name of event 2: "errors" says how.');
    expect(body.errors[0]?.detail).toMatch(/^event 2: must be 1 to 500 characters long/);
  });

  it('keep their milliseconds', async () => {
    const { id } = await createCampaign(atrium, BERLIN, {
      startDate: '2026-11-01T00:00:00.001Z',
      endDate: '2026-11-01T00:00:00.9999Z',
    });
    const { body } = await atrium.call(BERLIN, 'GET', `/campaign-events/${id}`);
    expect([body.startDate, body.endDate]).toEqual(['2026-11-01T00:00:00.001Z', '2026-11-01T00:00:00.999Z']);
  });

  it.each([
    '2026/02/30 00:00:00',
    '2026-13-01',
    '2026-11-27',
    '2026/11/27 24:00:00',
    '2026-11-27T00',
    '2026-11-27T00:00:00+1',
    '2026-11-27T00:00:00+24',
    '2026-11-27 00:00:00+01',
    '2026-11-27T00:00:00+01[Europe/Berlin]',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    'tomorrow',
    '',
    null,
    1_764_201_600_000,
    true,
    ['2026-11-27T00:00:00Z'],
    {},
  ])('are refused with the field named: %j', async (startDate) => {
    expectBadFields(await atrium.call(BERLIN, 'POST', '/campaign-events', { ...NOVEMBER, startDate }), '#/startDate');
  });

  it.each(['2026/02/30 00:00:00', '2026-13-01', '2026-11-27', '0001-01-01T00:00:00Z', 'tomorrow', ''])(
    'are refused with the parameter named: %j',
    async (from) => {
      const answer = await atrium.call(BERLIN, 'GET', withQuery('/campaign-events', { from }));
      const problem = expectProblem(answer, 400, 'query-invalid');
      expect(problem.errors).toEqual([{ pointer: '#/from', detail: expect.any(String) }]);
    },
  );
});
