import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateTombstones1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, numberKey, instant, text, clustered } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('Tombstones')} (
        "Resource" VARCHAR(40) NOT NULL,
        "ResourceId" INT NOT NULL,
        "Revision" INT NOT NULL,
        "DeletedOn" ${instant} NOT NULL,
        "CampaignEventId" INT NULL,
        "Name" NVARCHAR(500) NOT NULL,
        "StartDate" ${instant} NOT NULL,
        "EndDate" ${instant} NOT NULL,
        "Status" VARCHAR(10) NOT NULL,
        "VisibleFrom" ${instant} NULL,
        "Tags" VARCHAR(1000) NOT NULL,
        "Row" ${text} NOT NULL,
        CONSTRAINT "Tombstones_PK" PRIMARY KEY ${clustered && 'NONCLUSTERED '}("Resource", "ResourceId")
      )`,
      // What was deleted together lies together; a purge takes from the beginning of the tree.
      `CREATE UNIQUE ${clustered}INDEX "Tombstones_Revision" ON ${table('Tombstones')} ("Revision", "Resource", "ResourceId")`,
      `CREATE INDEX "Tombstones_CampaignEventId" ON ${table('Tombstones')} ("CampaignEventId", "Revision")`,
      `CREATE TABLE ${table('Purged')} (
        "Id" ${numberKey('Purged')} CONSTRAINT "Purged_OneRow" CHECK ("Id" = 1),
        "Tombstones" INT NOT NULL,
        "Changes" INT NOT NULL,
        "ChangedAt" ${instant} NULL
      )`,
      `INSERT INTO ${table('Purged')} ("Id", "Tombstones", "Changes") VALUES (1, 0, 0)`,
      `ALTER TABLE ${table('Changes')} ADD "Undoes" INT NULL`,
      `CREATE INDEX "Changes_Undoes" ON ${table('Changes')} ("Undoes")`,
      `CREATE INDEX "Changes_ResourceId" ON ${table('Changes')} ("Resource", "ResourceId", "Revision")`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table, dropIndex } = dialectOf(runner);
    for (const index of ['Changes_ResourceId', 'Changes_Undoes']) await runner.query(dropIndex('Changes', index));
    await runner.query(`ALTER TABLE ${table('Changes')} DROP COLUMN "Undoes"`);
    for (const name of ['Purged', 'Tombstones']) await runner.query(`DROP TABLE ${table(name)}`);
  }
}
