import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCatalogue1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE "Tenants" (
        "Id" VARCHAR(63) NOT NULL PRIMARY KEY,
        "Name" NVARCHAR(500) NOT NULL,
        "TimeZone" VARCHAR(64) NOT NULL,
        "SchemaName" VARCHAR(80) NOT NULL UNIQUE,
        "Status" VARCHAR(10) NOT NULL CHECK ("Status" IN ('active', 'suspended', 'retiring')),
        "CreatedOn" DATETIME NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "Tenants"');
  }
}
