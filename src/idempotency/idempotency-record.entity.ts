import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';

/** A POST that was done, with its answer. */
@Entity('IdempotencyRecords')
export class IdempotencyRecord {
  /** SHA-256 of route and Idempotency-Key, in hex: a fixed length, and the same under every collation. */
  @PrimaryColumn('varchar', { name: 'KeyHash', length: 64 })
  keyHash: string;

  /** SHA-256 of the request's body in the canonical form of RFC 8785, in hex. */
  @Column('varchar', { name: 'BodyHash', length: 64 })
  bodyHash: string;

  @InstantColumn('CreatedOn')
  createdOn: Date;

  @Column('varchar', { name: 'ETag', length: 255 })
  etag: string;

  @Column('varchar', { name: 'Location', length: 255, nullable: true })
  location: string | null;

  /** The body of the answer. */
  @Column('simple-json', { name: 'Body' })
  body: object;
}
