import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateIdempotencyRecords1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `CREATE TABLE "IdempotencyRecords" (
        "KeyHash" VARCHAR(64) NOT NULL PRIMARY KEY,
        "BodyHash" VARCHAR(64) NOT NULL,
        "CreatedOn" DATETIME NOT NULL,
        "ETag" VARCHAR(255) NOT NULL,
        "Location" VARCHAR(255) NULL,
        "Body" TEXT NOT NULL
      )`,
      'CREATE INDEX "IdempotencyRecords_CreatedOn" ON "IdempotencyRecords" ("CreatedOn")',
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "IdempotencyRecords"');
  }
}
