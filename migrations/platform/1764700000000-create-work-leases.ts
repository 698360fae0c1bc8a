import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateWorkLeases1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, instant } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('WorkLeases')} (
        "TenantId" VARCHAR(63) NOT NULL CONSTRAINT "WorkLeases_PK" PRIMARY KEY
          CONSTRAINT "WorkLeases_Tenant" REFERENCES ${table('Tenants')} ("Id") ON DELETE CASCADE,
        "DueAt" ${instant} NULL,
        "Revision" INT NOT NULL,
        "Owner" VARCHAR(36) NULL,
        "Token" INT NOT NULL,
        "LeasedUntil" ${instant} NULL
      )`,
      `CREATE INDEX "WorkLeases_DueAt" ON ${table('WorkLeases')} ("DueAt")`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${dialectOf(runner).table('WorkLeases')}`);
  }
}
