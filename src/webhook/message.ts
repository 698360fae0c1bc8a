const KINDS = ['created', 'updated', 'deleted', 'started', 'ended'] as const;
const RESOURCES = ['campaign', 'event'] as const;

/** The kinds of rows that are told of. */
export type SignalledResource = (typeof RESOURCES)[number];
export type Kind = (typeof KINDS)[number];
export type Type = `${SignalledResource}.${Kind}`;

export const TYPES: readonly Type[] = RESOURCES.flatMap((resource) => KINDS.map((kind): Type => `${resource}.${kind}`));

export function isSignalled(resource: string): resource is SignalledResource {
  return (RESOURCES as readonly string[]).includes(resource);
}

/** One thing that happened to one row. */
export interface Message {
  /** The same for the same thing, however often it is derived. */
  id: string;
  type: Type;
  /** The row: its messages are delivered in order. */
  subject: string;
  /** When it happened, in epoch milliseconds. */
  atMs: number;
  /** The tenant's revision at that instant. */
  revision: number;
  /** Null: it was deleted. */
  row: object | null;
  /** Present with updated and deleted. */
  before?: object;
}

/** The body that receivers get. */
export function bodyOf({ type, atMs, revision, row, before }: Message, tenantId: string): string {
  const data = { tenant: tenantId, revision, row, ...(before ? { before } : {}) };
  return JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
}
