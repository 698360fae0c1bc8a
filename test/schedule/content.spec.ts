import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Atrium, type Body, startAtrium } from '../support/atrium.js';
import { expectBadFields, expectProblem } from '../support/problem.js';
import {
  createCampaign,
  createEvent,
  everything,
  listAll,
  listChanges,
  NO_CONTENT,
  NOVEMBER,
} from '../support/rows.js';

const MALL = 'berlin-mall';
const CONTENT = {
  status: 'cancelled',
  visibleFrom: '2026-10-20T08:00:00.000Z',
  description: 'First line\nsecond line: 50 € off',
  imageUrl: 'https://images.example.com/a.jpg?w=800#top',
  linkUrl: 'HTTPS://www.example.com/@home',
  location: 'Level 1, main square',
  tags: ['fashion', 'level-1', '0'],
  translations: { de: { name: 'Schwarzer Freitag', description: 'Zeile\nzwei' }, 'pt-BR': { location: 'Praça' } },
};

function longText(letter: string) {
  return { description: letter.repeat(5_000) };
}

/** A translation for each letter. */
function languages(letters: string) {
  return Object.fromEntries([...letters].map((letter) => [`e${letter}`, { name: 'x' }]));
}

let atrium: Atrium;
beforeAll(async () => {
  atrium = await startAtrium();
  await createCampaign(atrium, MALL);
});
afterAll(() => atrium.close());

describe.each(['/campaign-events', '/events'])('the content of a row of %s', (list) => {
  const whole = { ...NOVEMBER, ...(list === '/events' ? { campaignEventId: 0 } : {}) };
  const make = async (fields: object = {}): Promise<Body> => {
    const { status, body } = await atrium.call(MALL, 'POST', list, { ...whole, ...fields });
    expect([status, body]).toEqual([201, body]);
    return body;
  };
  const send = (method: string, id: number | undefined, body: object) =>
    atrium.call(MALL, method, id === undefined ? list : `${list}/${id}`, body);

  it('is given back as it was given, in answers, lists, history and exports alike', async () => {
    const made = await make(CONTENT);
    expect(made).toEqual({ ...made, ...CONTENT });
    expect((await atrium.call(MALL, 'GET', `${list}/${made.id}`)).body).toEqual(made);
    expect((await listAll(atrium, MALL, list)).find(({ id }) => id === made.id)).toEqual(made);
    expect((await listChanges(atrium, MALL)).at(-1)?.after).toEqual(made);
  });

  it('has its defaults in a POST that leaves it out, or says null', async () => {
    expect(await make()).toMatchObject(NO_CONTENT);
    expect(await make(Object.fromEntries(Object.keys(NO_CONTENT).map((name) => [name, null])))).toMatchObject(
      NO_CONTENT,
    );
  });

  it('has its defaults after a PUT that leaves it out, but for its status, which stays', async () => {
    const { id } = await make(CONTENT);
    expect((await send('PUT', id, whole)).body).toMatchObject({ ...NO_CONTENT, status: 'cancelled' });
    expect((await send('PUT', id, { ...whole, status: null })).body.status).toBe('cancelled');
    expect((await send('PUT', id, { ...whole, status: 'draft' })).body.status).toBe('draft');
  });

  it('is changed by PATCH where it is given, and null gives the default', async () => {
    const made = await make(CONTENT);
    const patched = await send('PATCH', made.id, { location: 'Level 2', imageUrl: null, tags: null, status: null });
    const expected = { ...CONTENT, location: 'Level 2', imageUrl: null, tags: [], status: 'published' };
    expect(patched.body).toMatchObject(expected);
    const emptied = await send('PATCH', made.id, { translations: null, visibleFrom: null });
    expect(emptied.body).toMatchObject({ ...expected, translations: {}, visibleFrom: null });
  });

  it('is patched within its translations', async () => {
    const { id } = await make(CONTENT);
    const translations = { de: { description: null, location: ' Ebene 1 ' }, fr: { name: 'Vendredi' } };
    expect((await send('PATCH', id, { translations })).body.translations).toEqual({
      de: { name: 'Schwarzer Freitag', location: 'Ebene 1' },
      'pt-BR': { location: 'Praça' },
      fr: { name: 'Vendredi' },
    });
    const fewer = { de: null, fr: { name: null } };
    expect((await send('PATCH', id, { translations: fewer })).body.translations).toEqual({
      'pt-BR': { location: 'Praça' },
    });
    expect((await make({ translations: { de: {}, fr: { name: 'x', location: null } } })).translations).toEqual({
      fr: { name: 'x' },
    });
  });

  it('is trimmed, and takes what is as long as it may be', async () => {
    expect(await make({ description: '  \n two\r\nlines \n ', location: '\tLevel 1 ' })).toMatchObject({
      description: 'two\r\nlines',
      location: 'Level 1',
    });
    const longest = {
      description: '€'.repeat(5_000),
      location: 'x'.repeat(200),
      linkUrl: `https://example.com/${'x'.repeat(2_028)}`,
      tags: Array.from({ length: 20 }, (_, index) => String(index).padStart(40, 'x')),
    };
    expect(await make(longest)).toMatchObject(longest);
    const twenty = [...'abcdefghijklmnopqrst'].map((letter) => [`d${letter}`, { name: 'x' }] as const);
    const translations = Object.fromEntries(twenty.map(([tag, texts]) => [Intl.getCanonicalLocales(tag)[0], texts]));
    expect((await make({ translations })).translations).toEqual(translations);
  });

  it.each([
    ['an unknown status', { status: 'live' }, 'status'],
    ['a date that is none', { visibleFrom: 'soon' }, 'visibleFrom'],
    ['a start after its end', { visibleFrom: '2026-11-30T23:59:59.001Z' }, 'visibleFrom'],
    ['a description of 5,001', { description: 'x'.repeat(5_001) }, 'description'],
    ['a description of 2,501 emoji', { description: '\u{1F6D2}'.repeat(2_501) }, 'description'],
    ['an empty description', { description: '   ' }, 'description'],
    ['a description that is a number', { description: 7 }, 'description'],
    ['a tabulator', { description: 'a\tb' }, 'description'],
    ['half an emoji', { description: 'a\uD83Db' }, 'description'],
    ['a location of two lines', { location: 'a\nb' }, 'location'],
    ['a location of 201', { location: 'x'.repeat(201) }, 'location'],
    ['a script', { imageUrl: 'javascript:alert(1)' }, 'imageUrl'],
    ['a relative URL', { imageUrl: '/a.jpg' }, 'imageUrl'],
    ['no scheme', { imageUrl: '//example.com/a.jpg' }, 'imageUrl'],
    ['plain http', { imageUrl: 'http://example.com/a.jpg' }, 'imageUrl'],
    ['an https URL without slashes', { linkUrl: 'https:example.com' }, 'linkUrl'],
    ['a user name', { linkUrl: 'https://user@example.com/' }, 'linkUrl'],
    ['a user name and a password', { linkUrl: 'https://user:password@example.com/' }, 'linkUrl'],
    ['an empty user name', { linkUrl: 'https://@example.com/' }, 'linkUrl'],
    ['a backslash', { linkUrl: 'https://good.example\\@bad.example/' }, 'linkUrl'],
    ['a blank within', { linkUrl: 'https://example.com/a b' }, 'linkUrl'],
    ['a blank around', { linkUrl: ' https://example.com/' }, 'linkUrl'],
    ['a line break within', { linkUrl: 'https://exam\nple.com/' }, 'linkUrl'],
    ['no host', { linkUrl: 'https://' }, 'linkUrl'],
    ['no host before the path', { linkUrl: 'https:///example.com' }, 'linkUrl'],
    ['no host before the query', { linkUrl: 'https://?example.com' }, 'linkUrl'],
    ['a URL of 2,049', { linkUrl: `https://example.com/${'x'.repeat(2_029)}` }, 'linkUrl'],
    ['tags that are text', { tags: 'fashion' }, 'tags'],
    ['a tag in capitals', { tags: ['Fashion'] }, 'tags'],
    ['a tag of 41', { tags: ['x'.repeat(41)] }, 'tags'],
    ['an empty tag', { tags: [''] }, 'tags'],
    ['a tag that is a number', { tags: [1] }, 'tags'],
    ['a tag twice', { tags: ['a', 'b', 'a'] }, 'tags'],
    ['21 tags', { tags: Array.from({ length: 21 }, (_, index) => `t${index}`) }, 'tags'],
    ['another spelling of a language', { translations: { en_US: { name: 'x' } } }, 'translations'],
    ['a language in capitals', { translations: { DE: { name: 'x' } } }, 'translations'],
    ['a language twice in two spellings', { translations: { de: { name: 'x' }, DE: { name: 'x' } } }, 'translations'],
    ['a language that is none', { translations: { 'not a language': { name: 'x' } } }, 'translations'],
    ['translations that are a list', { translations: [] }, 'translations'],
    ['translations that are text', { translations: 'de' }, 'translations'],
    ['a translation that is a list', { translations: { de: [] } }, 'translations'],
    ['a translation that is text', { translations: { de: 'x' } }, 'translations/de'],
    ['an unknown field of a translation', { translations: { de: { tags: [] } } }, 'translations/de/tags'],
    ['a name that is too long', { translations: { de: { name: 'x'.repeat(501) } } }, 'translations/de/name'],
    ['a name of blanks', { translations: { 'pt-BR': { name: ' ' } } }, 'translations/pt-BR/name'],
    [
      'a description too long',
      { translations: { de: { description: 'x'.repeat(5_001) } } },
      'translations/de/description',
    ],
    ['a location of two lines in German', { translations: { de: { location: 'a\nb' } } }, 'translations/de/location'],
  ])('refuses %s, names the field, and changes nothing', async (_, fields, field) => {
    const made = await make();
    const { id } = made;
    expectBadFields(await send('POST', undefined, { ...whole, ...fields }), `#/${field}`);
    expectBadFields(await send('PUT', id, { ...whole, ...fields }), `#/${field}`);
    expectBadFields(await send('PATCH', id, fields), `#/${field}`);
    expect((await atrium.call(MALL, 'GET', `${list}?sort=-id&limit=1`)).body.items).toEqual([made]);
  });

  it('refuses a row of 33 KiB, however it comes about, and changes nothing', async () => {
    const translations = { de: longText('ß'), fr: longText('é') }; // 10,000 bytes each
    const { id } = await make({ translations });
    const before = await everything(atrium, MALL);
    const fields = { translations: { ...translations, es: longText('ñ'), it: longText('à') } };
    for (const answer of [
      await send('POST', undefined, { ...whole, ...fields }),
      await send('PUT', id, { ...whole, ...fields }),
      await send('PATCH', id, { translations: { es: longText('ñ'), it: longText('à') } }),
    ])
      expect(expectProblem(answer, 422, 'row-too-large').errors.map(({ pointer }) => pointer)).toEqual(['#']);
    expect(await everything(atrium, MALL)).toEqual(before);
  });

  it('refuses a PATCH that makes the whole invalid, and names the field that was given', async () => {
    const { id } = await make({ visibleFrom: '2026-11-20T00:00:00Z' });
    expectBadFields(await send('PATCH', id, { endDate: '2026-11-19T00:00:00Z' }), '#/endDate');
    expect((await send('PATCH', id, { translations: languages('abcdefghijk') })).status).toBe(200);
    expectBadFields(await send('PATCH', id, { translations: languages('lmnopqrstu') }), '#/translations');
  });
});

describe('events that come with their campaign', () => {
  it('are in the answer with their ids and content', async () => {
    const { status, body, headers } = await atrium.call<Body & { events: Body[] }>(MALL, 'POST', '/campaign-events', {
      ...NOVEMBER,
      ...CONTENT,
      events: [{ ...NOVEMBER, ...CONTENT, name: 'first' }, NOVEMBER],
    });
    expect(status).toBe(201);
    const { events, ...campaign } = body;
    const read = await atrium.call(MALL, 'GET', `/campaign-events/${body.id}`);
    expect([read.body, read.headers.get('etag')]).toEqual([campaign, headers.get('etag')]);
    expect(events).toEqual((await atrium.call<Body[]>(MALL, 'GET', `/campaign-events/${body.id}/events`)).body);
    expect(events).toMatchObject([
      { ...CONTENT, name: 'first' },
      { ...NOVEMBER, ...NO_CONTENT },
    ]);
    expect((await atrium.call(MALL, 'POST', '/campaign-events', { ...NOVEMBER, events: [] })).body).toMatchObject({
      events: [],
    });
  });

  it('are checked like those that come by themselves', async () => {
    const before = await everything(atrium, MALL);
    const answers = async (event: object) =>
      atrium.call(MALL, 'POST', '/campaign-events', { ...NOVEMBER, events: [NOVEMBER, { ...NOVEMBER, ...event }] });
    expectBadFields(await answers({ imageUrl: 'a.jpg' }), '#/events/1/imageUrl');
    expectBadFields(await answers({ visibleFrom: '2026-12-01T00:00:00Z' }), '#/events/1/visibleFrom');
    const texts = { description: 'ß'.repeat(5_000) };
    const large = await answers({ translations: { de: texts, fr: texts, es: texts, it: texts } });
    expect(expectProblem(large, 422, 'row-too-large').errors[0]?.pointer).toBe('#/events/1');
    expect(await everything(atrium, MALL)).toEqual(before);
  });
});

describe.each(['/campaign-events', '/events'])('a page of %s', (list) => {
  let ids: number[];
  beforeAll(async () => {
    const tags = [['a'], ['a', 'b'], ['b', 'a', 'c'], ['ab'], []];
    const rows = [];
    for (const fields of tags.map((of) => ({ tags: of })))
      rows.push(
        list === '/events'
          ? await createEvent(atrium, MALL, { campaignEventId: 0, ...fields })
          : await createCampaign(atrium, MALL, fields),
      );
    ids = rows.map(({ id }) => id);
    await atrium.call(MALL, 'PATCH', `${list}/${ids[4]}`, { status: 'cancelled' });
  });

  it.each([
    ['tag=a', [0, 1, 2]],
    ['tag=b', [1, 2]],
    ['tag=a&tag=b', [1, 2]],
    ['tag=c&tag=b&tag=a', [2]],
    ['tag=a&tag=d', []],
    ['tag=ab', [3]],
    ['status=cancelled', [4]],
    ['status=published&tag=ab', [3]],
  ])('holds with %s what has it', async (query, expected) => {
    const found = await listAll(atrium, MALL, `${list}?${query}`, 1);
    const own = found.map(({ id }) => ids.indexOf(id)).filter((index) => index !== -1);
    expect(own).toEqual(expected);
  });

  it.each(['tag=A', 'tag=', 'tag=a&tag=%22', `tag=${'x'.repeat(41)}`, 'status=live', 'status=draft&status=draft'])(
    'refuses %s',
    async (query) => {
      expectProblem(await atrium.call(MALL, 'GET', `${list}?${query}`), 400, 'query-invalid');
    },
  );

  it('goes on with the same tags in any order, and with no others', async () => {
    const { body } = await atrium.call(MALL, 'GET', `${list}?tag=a&tag=b&limit=1`);
    const after = encodeURIComponent(body.next ?? '');
    expect((await atrium.call(MALL, 'GET', `${list}?tag=b&tag=a&after=${after}`)).body.items[0]?.id).toBe(ids[2]);
    expectProblem(await atrium.call(MALL, 'GET', `${list}?tag=b&after=${after}`), 400, 'cursor-invalid');
  });
});
