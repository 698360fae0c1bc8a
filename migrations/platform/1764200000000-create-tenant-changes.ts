import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateTenantChanges1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, numberKey, instant, text, parameter } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('TenantChanges')} (
        "Revision" ${numberKey('TenantChanges')},
        "At" ${instant} NOT NULL,
        "Actor" NVARCHAR(255) NOT NULL,
        "Action" VARCHAR(20) NOT NULL,
        "TenantId" VARCHAR(63) NOT NULL,
        "Before" ${text} NULL,
        "After" ${text} NULL
      )`,
      `CREATE INDEX "TenantChanges_TenantId" ON ${table('TenantChanges')} ("TenantId", "Revision")`,
      `CREATE TABLE ${table('Revision')} (
        "Id" ${numberKey('Revision')} CONSTRAINT "Revision_OneRow" CHECK ("Id" = 1),
        "Value" INT NOT NULL,
        "Epoch" VARCHAR(36) NOT NULL
      )`,
      `ALTER TABLE ${table('Tenants')} ADD "Revision" INT NULL`,
    ]) {
      await runner.query(statement);
    }
    await runner.query(`INSERT INTO ${table('Revision')} ("Id", "Value", "Epoch") VALUES (1, 0, ${parameter})`, [
      randomUUID(),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    await runner.query(`ALTER TABLE ${table('Tenants')} DROP COLUMN "Revision"`);
    for (const name of ['Revision', 'TenantChanges']) await runner.query(`DROP TABLE ${table(name)}`);
  }
}
