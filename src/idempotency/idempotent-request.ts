import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type EntityManager, LessThan } from 'typeorm';
import { IDEMPOTENCY_KEPT_MS } from '../config/time-limits.js';
import { Problem } from '../problem/problem.js';
import { Representation } from '../representation/representation.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';

const storage = new AsyncLocalStorage<IdempotentRequest>();

/** The current request; undefined when it has no Idempotency-Key. */
export function currentIdempotentRequest(): IdempotentRequest | undefined {
  return storage.getStore();
}

/** Thrown within a write, which it rolls back: the same request was answered before, with this answer. */
export class AlreadyDone extends Error {
  constructor(readonly answer: Representation<object>) {
    super('Done before, under the same Idempotency-Key');
  }
}

/** A POST with an Idempotency-Key. Repeated requests have the same key and body, and only one of them writes. */
export class IdempotentRequest {
  readonly keyHash: string;
  private readonly bodyHash: string;
  /** Records that were saved before bodies were compared as JSON values have this instead. */
  private readonly textHash: string;

  constructor(route: string, key: string, body: unknown) {
    this.keyHash = sha256(`${route}\n${key}`);
    this.bodyHash = sha256(canonicalText(body));
    this.textHash = sha256(JSON.stringify(body) ?? '');
  }

  run<T>(work: () => T): T {
    return storage.run(this, work);
  }

  /**
   * Call it inside the write, after the revision is taken: then no other pod is working on the same request.
   * @throws AlreadyDone when it was answered before, Problem 422 when the key came with another body
   */
  async findAnswer(manager: EntityManager, now: Date): Promise<void> {
    await deleteOldRecords(manager, now);
    const record = await manager.findOneBy(IdempotencyRecord, { keyHash: this.keyHash });
    if (!record) return;
    if (![this.bodyHash, this.textHash].includes(record.bodyHash))
      throw new Problem(422, 'idempotency-key-reused', 'This Idempotency-Key came with another body before.');
    const { body, etag, location } = record;
    throw new AlreadyDone(new Representation(body, etag, { location: location ?? undefined }));
  }

  /** Call it in the transaction of the write, so that the answer is kept if and only if the write is. */
  async saveAnswer(manager: EntityManager, answer: unknown, now: Date): Promise<void> {
    if (!(answer instanceof Representation)) throw new Error('Only a representation can be given again');
    const { body, etag, options } = answer as Representation<object>;
    await manager.insert(IdempotencyRecord, {
      keyHash: this.keyHash,
      bodyHash: this.bodyHash,
      createdOn: now,
      etag,
      location: options.location ?? null,
      body,
    });
  }
}

/** Deletes the tenant's records that have been kept for their time. */
export async function deleteOldRecords(manager: EntityManager, now: Date): Promise<void> {
  await manager.delete(IdempotencyRecord, { createdOn: LessThan(new Date(now.getTime() - IDEMPOTENCY_KEPT_MS)) });
}

/** The same for the same JSON values, however they were written (RFC 8785). */
function canonicalText(body: unknown): string {
  try {
    return canonicalize(body) ?? '';
  } catch {
    return JSON.stringify(body); // half characters and numbers without end: no field takes them
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
