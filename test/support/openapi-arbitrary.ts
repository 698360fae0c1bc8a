import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

/** As much of OpenAPI 3.1 as is used to make up requests and to judge answers. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  oneOf?: Schema[];
  /** Of one schema, beside which stands a description. */
  allOf?: Schema[];
}

interface Media {
  content?: Record<string, { schema: Schema }>;
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
}

/** Where a value stands: in which field or parameter, on a route of which collection (`webhooks`). */
interface Place {
  name: string;
  collection: string;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: Media;
  responses: Record<string, Media>;
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface MadeUp {
  /** Such as `POST /events`. */
  route: string;
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const HOSTILE = [
  "' OR '1'='1",
  '"; DROP TABLE "Events"; --',
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  'constructor',
  '-1',
  '1e999',
  '9'.repeat(400),
  'x'.repeat(3_000),
  '2030-02-30T00:00:00Z',
  '9999-12-31T23:59:59.999999999+23:59',
  '\r\nSet-Cookie: a=b',
  '',
];

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 }));
const hostile = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, -1, 0.5, 2 ** 53, [], {}),
);

const dateIn = (year: number) =>
  fc.date({ min: new Date(`${year}-01-01`), max: new Date(`${year}-12-31`), noInvalidDate: true }).chain((instant) => {
    const iso = instant.toISOString();
    return fc.constantFrom(
      iso,
      `${iso.slice(0, 19)}+05:30`,
      iso.slice(0, 19),
      iso.slice(0, 19).replaceAll('-', '/').replace('T', ' '),
    );
  });

/** Campaigns are wide and events lie within, for the most part: else few would be created. */
const wideDates: Record<string, Arbitrary<string>> = { startDate: dateIn(2029), endDate: dateIn(2031) };
const narrowDate = dateIn(2030);

/** Requests as the document describes them: valid for the most part, nearly valid, and hostile. */
export class RequestArbitrary {
  /** @param name what names are made of */
  constructor(
    private readonly document: Document,
    private readonly name: Arbitrary<string>,
    /**
     * Values of parameters and fields by name, for the whole document or, as `webhooks.id`, for the routes of one
     * collection: what answers have given before, such as cursors and ids, and what no type can tell.
     */
    private readonly known: Record<string, Arbitrary<string | number>>,
  ) {}

  any(): Arbitrary<MadeUp> {
    const operations = Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => this.of(method.toUpperCase(), path, operation)),
    );
    return fc.oneof(...operations);
  }

  private of(method: string, template: string, { parameters = [], requestBody }: Operation): Arbitrary<MadeUp> {
    const collection = template.split('/')[1] ?? '';
    // The caller names its tenant, and the tag is made below.
    const apart = new Set(['X-Tenant-Id', 'If-None-Match']);
    const within = (place: string) => parameters.filter(({ in: where, name }) => where === place && !apart.has(name));
    const one = ({ name, schema }: Parameter) =>
      mostly(this.valid(schema, { name, collection }).map(String), hostileText);
    // Few at once: else hardly any request would be free of the hostile, and of pairs that exclude each other.
    const some = (place: string, maxLength: number) =>
      fc
        .subarray(within(place))
        .map((chosen) => chosen.slice(0, maxLength))
        .chain((chosen) => fc.record(Object.fromEntries(chosen.map((parameter) => [parameter.name, one(parameter)]))));
    const ids = fc.tuple(...within('path').map((parameter) => one(parameter).filter(isSegment)));
    const [type = '', media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    return fc
      .record({
        ids,
        query: mostly(some('query', 2), fc.dictionary(hostileText, hostileText, { maxKeys: 2 })),
        headers: some('header', 1),
        body: media
          ? mostly(this.body(media.schema, collection), fc.oneof(hostileText, fc.json()))
          : fc.constant(undefined),
        contentType: mostly(fc.constant(type), fc.constantFrom('text/plain', 'application/xml', 'application/json;')),
        ifNoneMatch: fc.option(this.known['If-Match']?.map(String) ?? fc.constant('*'), { nil: undefined, freq: 8 }),
      })
      .map(({ ids, query, headers, body, contentType, ifNoneMatch }) => ({
        route: `${method} ${template}`,
        method,
        path: withQuery(
          ids.reduce((path, id) => path.replace(/\{\w+\}/, () => encode(id)), template),
          query,
        ),
        headers: asciiOnly({
          ...headers,
          ...(body === undefined ? {} : { 'content-type': contentType }),
          ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
        }),
        body,
      }));
  }

  private body(schema: Schema, collection: string): Arbitrary<string> {
    if (schema.type === 'string') return this.table();
    const valid = this.valid(schema, { name: 'body', collection }) as Arbitrary<Record<string, unknown>>;
    const fields = Object.keys(this.resolve(schema).properties ?? {});
    const changed = fc
      .tuple(valid, fc.constantFrom(...fields, 'id', 'unknown', '__proto__', 'toString'), hostile)
      .map(([body, field, value]) => ({ ...body, [field]: value }));
    const lacking = fc
      .tuple(valid, fc.constantFrom(...fields))
      .map(([body, field]) => ({ ...body, [field]: undefined }));
    return fc
      .oneof({ arbitrary: valid, weight: 5 }, { arbitrary: changed, weight: 2 }, { arbitrary: lacking, weight: 1 })
      .map((body) => JSON.stringify(body));
  }

  /** A table of campaigns, an event of each, and a change now and then. */
  private table(): Arbitrary<string> {
    const cell = this.name.map((text) => `"${text.replaceAll('"', '""')}"`);
    const id = fc.oneof(fc.constant(''), mostly(fc.constant(''), fc.nat(30).map(String)));
    return fc
      .array(fc.record({ id, name: cell, event: cell }), { minLength: 1, maxLength: 3 })
      .map((rows) =>
        rows.flatMap(({ id, name, event }) => [
          `${id},${name},,2029-01-01T00:00,2031-12-31T00:00`,
          `,${event},${name},2030-01-01T00:00,2030-12-31T00:00`,
        ]),
      )
      .map((lines) => ['id,name,campaign,startDate,endDate', ...lines].join('\n'));
  }

  private valid(given: Schema, { name, collection }: Place): Arbitrary<unknown> {
    const schema = this.resolve(given);
    const known = this.known[`${collection}.${name}`] ?? this.known[name];
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => this.valid(one, { name, collection })));
    if (schema.type === 'object') {
      const properties = Object.entries(schema.properties ?? {});
      const isWide = !schema.properties?.['campaignEventId'] && name !== 'events';
      const fields = Object.fromEntries(
        properties.map(([field, child]) => {
          const wide = isWide && !this.known[`${collection}.${field}`] ? wideDates[field] : undefined;
          return [field, wide ?? this.valid(child, { name: field, collection })];
        }),
      );
      return fc.record(fields, { requiredKeys: schema.required ?? [] }).map(inOrder);
    }
    if (schema.type === 'array')
      return fc.uniqueArray(this.valid(schema.items ?? {}, { name, collection }), { minLength: 1, maxLength: 3 });
    if (known) return known;
    if (schema.type === 'integer' || schema.type === 'number') {
      const { minimum: min = 0, maximum: max = 2 ** 31 - 1 } = schema;
      return mostly(fc.integer({ min, max: Math.min(max, 30) }), fc.integer({ min, max }));
    }
    return name === 'name' ? this.name : narrowDate;
  }

  private resolve({ allOf: [whole] = [], ...own }: Schema): Schema {
    const schema = whole ?? own;
    return schema.$ref ? (this.document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}) : schema;
  }
}

/** Nine times of ten the first. */
function mostly<A, B>(usual: Arbitrary<A>, unusual: Arbitrary<B>): Arbitrary<A | B> {
  return fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: unusual, weight: 1 });
}

/** So that most periods end after they start. */
function inOrder(fields: Record<string, unknown>): Record<string, unknown> {
  const { startDate, endDate } = fields;
  const isReversed = typeof startDate === 'string' && typeof endDate === 'string' && startDate > endDate;
  return isReversed ? { ...fields, startDate: endDate, endDate: startDate } : fields;
}

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value ?? '')}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The client refuses to send others. */
function asciiOnly(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '')]));
}

/** A segment that is empty, or dots alone, makes another path. */
function isSegment(text: string): boolean {
  return !/^\.{0,2}$/.test(text);
}
