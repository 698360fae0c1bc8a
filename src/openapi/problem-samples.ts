import { STATUS_CODES } from 'node:http';

interface Sample {
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

/** Details of problems, by their codes, as a caller may meet them. A code that is not here is told by its description. */
const SAMPLES: Record<string, Sample> = {
  'bad-request': { detail: 'The body is not valid JSON at line 3, column 3: a comma is missing before this.' },
  'tenant-required': {
    detail:
      'No shopping centre is named. In the documentation press Authorize and enter its id, such as riverside; programs send it in the header X-Tenant-Id.',
  },
  'tenant-malformed': {
    detail:
      'Write the id of the shopping centre as "riverside". An id has 1-63 characters of a-z, 0-9 and "-", from a letter to a letter or digit. Programs send it in the header X-Tenant-Id.',
  },
  'id-malformed': { detail: 'An id is a whole number from 0 to 2147483647, in plain digits.' },
  'query-invalid': {
    detail: 'Please correct colour: "errors" says how.',
    errors: [{ pointer: '#/colour', detail: 'is not a field here' }],
  },
  'cursor-invalid': { detail: 'after is not the next of this list, sort and filters. Begin again without it.' },
  'idempotency-key-malformed': { detail: 'An Idempotency-Key has 1-255 visible characters of ASCII.' },
  'token-required': {
    detail:
      'This takes a token. In the documentation press Authorize and enter yours; programs send it as "Authorization: Bearer <token>".',
  },
  'token-invalid': {
    detail:
      'The token has expired. It was good until 2026-11-27T08:00:00.000Z. Get a new token where you got this one, press Authorize and enter it.',
  },
  'role-required': {
    detail:
      'This takes a token with the role editor. Yours has reader: ask whoever gave it to you for another one, press Authorize and enter that.',
  },
  'tenant-forbidden': {
    detail:
      'The token is not one for "riverside". Press Authorize and check the id of the shopping centre, or enter a token for this one.',
  },
  'tenant-suspended': {
    detail: 'The shopping centre "riverside" is suspended: nothing of it is shown or changed.',
  },
  'tenant-unknown': {
    detail: 'There is no shopping centre "riverside". Check its id: press Authorize and enter it as it is spelt.',
  },
  'at-too-early': {
    detail: 'The first change is of 2026-10-01T08:00:00.000Z: give that instant or a later one.',
  },
  'too-many-changes': {
    detail:
      'There are 250000 changes since then, and 100000 can be taken back. Give a later instant or revision, or read the changes themselves (GET /changes).',
  },
  purged: { detail: 'The changes since then were purged. Give a later instant or revision.' },
  stale: { detail: 'It was changed since you read it. Read it again, and repeat your change on what you find.' },
  'body-too-large': { detail: 'Request body is too large' },
  'media-type-unsupported': { detail: 'Unsupported Media Type' },
  'fields-invalid': {
    detail: 'Please correct endDate: "errors" says how.',
    errors: [
      {
        pointer: '#/endDate',
        detail: 'the time is missing: write 2026/12/04 00:00 for its beginning, 2026/12/04 23:59 for its end',
      },
    ],
  },
  'events-outside': {
    detail:
      '1 event would lie outside the campaign: "errors" names them. Say what becomes of them: ?events=shift moves them with the start, trim cuts them to the period, keep leaves them as they are.',
    errors: [
      {
        pointer: '#/endDate',
        detail:
          'event 7 "Last days" would lie outside, 20 December 2026 09:00 to 24 December 2026 20:00 at the shopping centre',
      },
    ],
  },
  'lines-invalid': { detail: '2 lines are wrong, and nothing is written: "lines" says how.' },
  'campaign-event-unknown': {
    detail: 'There is no campaign 7.',
    errors: [{ pointer: '#/campaignEventId', detail: 'There is no campaign 7.' }],
  },
  'rate-limited': { detail: '"riverside" asks too often.' },
  'database-unavailable': { detail: 'The database does not answer just now.' },
  'tenant-unavailable': { detail: 'The rows of "riverside" cannot be reached just now.' },
  internal: { detail: 'Something went wrong here. Tell us the requestId.' },
  'not-ready': { detail: 'This pod is draining.' },
  unhealthy: { detail: 'database: does not answer; tenants: up' },
};

/** A problem document that this operation may answer with. */
export function sampleOf(status: string, code: string, description: string, path: string): object {
  const { detail, errors } = SAMPLES[code] ?? { detail: `${description}.` };
  return {
    type: `urn:atrium:problem:${code}`,
    title: STATUS_CODES[status],
    status: Number(status),
    detail,
    code,
    instance: path.replaceAll(/\{\w+\}/g, '7'),
    requestId: '4f0c2a2e-6a55-4a0e-9a3c-0a1f3c1f0d5e',
    ...(errors ? { errors } : {}),
  };
}
