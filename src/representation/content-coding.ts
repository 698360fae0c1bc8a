import Negotiator from 'negotiator';

/** The content codings of answers (RFC 9110, section 8.4.1), the preferred first. */
export const CODINGS = ['br', 'zstd', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** Headers whose coding is remembered: phones send few different ones. Longer ones are read anew each time. */
const KEPT_HEADERS = 500;
const KEPT_LENGTH = 200;

type Encodings = (available: readonly string[], options: { preferred: readonly string[] }) => string[];

const chosen = new Map<string, Coding | 'identity'>();

/** The coding that an Accept-Encoding header likes best; of those that it likes the same, ours. */
export function codingFor(acceptEncoding: string | undefined): Coding | 'identity' {
  if (acceptEncoding === undefined) return 'identity';
  return chosen.get(acceptEncoding) ?? choose(acceptEncoding);
}

/** The tag of a body in a coding: each coding has a strong tag of its own (RFC 9110, section 8.8.3.3). */
export function codedTag(etag: string, coding: Coding): string {
  return `${etag.slice(0, -1)}.${coding}"`;
}

/** The tag of the same body as it is, from that of any coding. No other tag of ours has a dot. */
export function plainTag(etag: string): string {
  return etag.replace(/\.(?:br|zstd|gzip)"$/, '"');
}

function choose(acceptEncoding: string): Coding | 'identity' {
  const negotiator: { encodings: Encodings } = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } });
  const [first] = negotiator.encodings([...CODINGS, 'identity'], { preferred: CODINGS });
  const coding = CODINGS.find((one) => one === first) ?? 'identity';
  if (chosen.size >= KEPT_HEADERS) chosen.clear();
  if (acceptEncoding.length <= KEPT_LENGTH) chosen.set(acceptEncoding, coding);
  return coding;
}
