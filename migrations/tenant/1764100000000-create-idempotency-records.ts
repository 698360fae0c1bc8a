import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateIdempotencyRecords1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, instant, text, clustered } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('IdempotencyRecords')} (
        "KeyHash" VARCHAR(64) NOT NULL,
        "BodyHash" VARCHAR(64) NOT NULL,
        "CreatedOn" ${instant} NOT NULL,
        "ETag" VARCHAR(255) NOT NULL,
        "Location" VARCHAR(255) NULL,
        "Body" ${text} NOT NULL
      )`,
      // The oldest, which are to go, lie together.
      `CREATE UNIQUE ${clustered}INDEX "IdempotencyRecords_CreatedOn" ON ${table('IdempotencyRecords')} ("CreatedOn", "KeyHash")`,
      `CREATE UNIQUE INDEX "IdempotencyRecords_KeyHash" ON ${table('IdempotencyRecords')} ("KeyHash")`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${dialectOf(runner).table('IdempotencyRecords')}`);
  }
}
