import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateCatalogue1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, instant } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('Tenants')} (
        "Id" VARCHAR(63) NOT NULL CONSTRAINT "Tenants_PK" PRIMARY KEY,
        "Name" NVARCHAR(500) NOT NULL,
        "TimeZone" VARCHAR(64) NOT NULL,
        "SchemaName" VARCHAR(80) NOT NULL CONSTRAINT "Tenants_SchemaName" UNIQUE,
        "DatabaseUrl" NVARCHAR(2000) NULL,
        "Status" VARCHAR(10) NOT NULL
          CONSTRAINT "Tenants_Status" CHECK ("Status" IN ('active', 'suspended', 'retiring')),
        "CreatedOn" ${instant} NOT NULL
      )`,
      `CREATE TABLE ${table('Migrated')} (
        "TenantId" VARCHAR(63) NOT NULL CONSTRAINT "Migrated_PK" PRIMARY KEY
          CONSTRAINT "Migrated_Tenant" REFERENCES ${table('Tenants')} ("Id") ON DELETE CASCADE,
        "Version" VARCHAR(13) NULL,
        "At" ${instant} NOT NULL,
        "Failure" NVARCHAR(2000) NULL
      )`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    for (const name of ['Migrated', 'Tenants']) await runner.query(`DROP TABLE ${table(name)}`);
  }
}
