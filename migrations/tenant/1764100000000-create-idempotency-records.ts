import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateIdempotencyRecords1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, hashKey, instant, text, clustered } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('IdempotencyRecords')} (
        "KeyHash" ${hashKey('IdempotencyRecords')},
        "BodyHash" VARCHAR(64) NOT NULL,
        "CreatedOn" ${instant} NOT NULL,
        "ETag" VARCHAR(255) NOT NULL,
        "Location" VARCHAR(255) NULL,
        "Body" ${text} NOT NULL
      )`,
      // New rows are added at the end of the tree, old ones are deleted at its beginning.
      `CREATE ${clustered}INDEX "IdempotencyRecords_CreatedOn" ON ${table('IdempotencyRecords')} ("CreatedOn")`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${dialectOf(runner).table('IdempotencyRecords')}`);
  }
}
