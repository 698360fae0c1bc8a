import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTenant1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      `CREATE TABLE "EventCampaigns" (
        "Id" INTEGER PRIMARY KEY AUTOINCREMENT,
        "Name" NVARCHAR(500) NOT NULL,
        "StartDate" DATETIME NOT NULL,
        "EndDate" DATETIME NOT NULL,
        "CreatedOn" DATETIME NOT NULL,
        "UpdatedOn" DATETIME NOT NULL,
        "Revision" INT NOT NULL,
        CHECK ("EndDate" >= "StartDate")
      )`,
      'CREATE UNIQUE INDEX "EventCampaigns_EndDate" ON "EventCampaigns" ("EndDate", "Id")',
      'CREATE INDEX "EventCampaigns_StartDate" ON "EventCampaigns" ("StartDate")',
      'CREATE INDEX "EventCampaigns_Name" ON "EventCampaigns" ("Name")',
      `CREATE TABLE "Events" (
        "Id" INTEGER PRIMARY KEY AUTOINCREMENT,
        "EventCampaignId" INT NOT NULL REFERENCES "EventCampaigns" ("Id") ON DELETE CASCADE,
        "Name" NVARCHAR(500) NOT NULL,
        "StartDate" DATETIME NOT NULL,
        "EndDate" DATETIME NOT NULL,
        "CreatedOn" DATETIME NOT NULL,
        "UpdatedOn" DATETIME NOT NULL,
        "Revision" INT NOT NULL,
        CHECK ("EndDate" >= "StartDate")
      )`,
      'CREATE UNIQUE INDEX "Events_EndDate" ON "Events" ("EndDate", "Id")',
      'CREATE INDEX "Events_StartDate" ON "Events" ("StartDate")',
      'CREATE INDEX "Events_Name" ON "Events" ("Name")',
      'CREATE INDEX "Events_EventCampaignId" ON "Events" ("EventCampaignId", "StartDate")',
      `CREATE TABLE "Changes" (
        "Revision" INTEGER PRIMARY KEY,
        "At" DATETIME NOT NULL,
        "Actor" NVARCHAR(255) NOT NULL,
        "Action" VARCHAR(20) NOT NULL,
        "Resource" VARCHAR(40) NOT NULL,
        "ResourceId" INT NOT NULL,
        "Before" TEXT NULL,
        "After" TEXT NULL
      )`,
      `CREATE TABLE "Revision" (
        "Id" INTEGER PRIMARY KEY CHECK ("Id" = 1),
        "Value" INT NOT NULL,
        "Epoch" VARCHAR(36) NOT NULL
      )`,
    ]) {
      await runner.query(statement);
    }
    await runner.query('INSERT INTO "Revision" ("Id", "Value", "Epoch") VALUES (1, 0, ?)', [randomUUID()]);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['Revision', 'Changes', 'Events', 'EventCampaigns'])
      await runner.query(`DROP TABLE "${table}"`);
  }
}
