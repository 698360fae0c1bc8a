import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { type EntityManager, LessThan } from 'typeorm';
import { Problem } from '../problem/problem.js';
import { Representation } from '../representation/representation.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';

const KEPT_MS = 24 * 3_600_000;

const storage = new AsyncLocalStorage<Attempt>();

/** The attempt at a POST that is under way; undefined when its caller did not name it with an Idempotency-Key. */
export function currentAttempt(): Attempt | undefined {
  return storage.getStore();
}

/** Thrown within a write, which it undoes: the same was done before, with this answer. */
export class AlreadyDone extends Error {
  constructor(readonly answer: Representation<object>) {
    super('Done before, under the same Idempotency-Key');
  }
}

/** One of perhaps several attempts at the same POST; they share a key and a body, and only one of them writes. */
export class Attempt {
  readonly keyHash: string;
  private readonly bodyHash: string;

  constructor(route: string, key: string, body: unknown) {
    this.keyHash = sha256(`${route}\n${key}`);
    this.bodyHash = sha256(JSON.stringify(body) ?? '');
  }

  run<T>(work: () => T): T {
    return storage.run(this, work);
  }

  /**
   * To be asked inside the write, behind the lock that writers of the tenant wait for: attempts on other pods are over.
   * @throws AlreadyDone, or Problem 422 when the key was used for something else
   */
  async recall(manager: EntityManager, now: Date): Promise<void> {
    const tooOld = new Date(now.getTime() - KEPT_MS);
    await manager.delete(IdempotencyRecord, { createdOn: LessThan(tooOld) });
    const record = await manager.findOneBy(IdempotencyRecord, { keyHash: this.keyHash });
    if (!record) return;
    if (record.bodyHash !== this.bodyHash)
      throw new Problem(422, 'idempotency-key-reused', 'This Idempotency-Key came with another body before.');
    const { body, etag, location } = record;
    throw new AlreadyDone(new Representation(body, etag, { location: location ?? undefined }));
  }

  /** To be called in the transaction of the write: either both are kept or neither. */
  async remember(manager: EntityManager, answer: unknown, now: Date): Promise<void> {
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

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
