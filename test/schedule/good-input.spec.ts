import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, startAtrium } from '../support/atrium.js';
import { createCampaign, NOVEMBER } from '../support/rows.js';

const MALL = 'berlin-mall';
const CART = '\u{1F6D2}';

describe('unusual input that is fine', () => {
  let atrium: Atrium;
  beforeAll(async () => {
    atrium = await startAtrium();
  });
  afterAll(() => atrium.close());

  it.each([
    ['emoji', `Sale ${CART}`],
    ['an emoji of several characters', '👩‍👩‍👧‍👦 day'],
    ['right-to-left text', 'الجمعة البيضاء'],
    ['both directions', 'Black Friday בלאק פריידי'],
    ['marks that combine', 'Cafe\u0301'],
    ['quotes', `Bob's "best"; DROP TABLE "Events" --`],
    ['markup', '<script>alert(1)</script>'],
    ['a backslash', 'a\\b'],
    ['the word null', 'null'],
    ['a number', '0'],
    ['one character', 'x'],
    ['500 characters', 'ß'.repeat(500)],
    ['250 characters that take two places each, as NVARCHAR(500) counts', CART.repeat(250)],
  ])('a name with %s', async (_, name) => {
    const { id, ...made } = await createCampaign(atrium, MALL, { name });
    expect(made.name).toBe(name.normalize('NFC'));
    const { body } = await atrium.call(MALL, 'GET', `/campaign-events/${id}`);
    expect(body.name).toBe(name.normalize('NFC'));
  });

  it('blanks around a name, which are cut off', async () => {
    const { name } = await createCampaign(atrium, MALL, { name: ` \t\u00A0${'x'.repeat(500)}\u3000\n` });
    expect(name).toBe('x'.repeat(500));
  });

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"; profile=x',
    'application/json;',
  ])('a body of type %s', async (type) => {
    const answer = await atrium.call(MALL, 'POST', '/campaign-events', NOVEMBER, { 'content-type': type });
    expect(answer.status).toBe(201);
  });

  it.each(['identity', 'Identity', ''])('a body coded as %j', async (coding) => {
    const answer = await atrium.call(MALL, 'POST', '/campaign-events', NOVEMBER, { 'content-encoding': coding });
    expect(answer.status).toBe(201);
  });

  it('a body that begins with a byte order mark', async () => {
    const answer = await atrium.call(MALL, 'POST', '/campaign-events', `\uFEFF${JSON.stringify(NOVEMBER)}`);
    expect(answer.status).toBe(201);
  });

  it('DELETE that says it is JSON and has no body', async () => {
    const { id } = await createCampaign(atrium, MALL);
    const json = { 'content-type': 'application/json' };
    expect((await atrium.call(MALL, 'DELETE', `/campaign-events/${id}`, undefined, json)).status).toBe(204);
  });
});
