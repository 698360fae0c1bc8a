import { randomUUID } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateTenant1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, identity, numberKey, instant, text, clustered, parameter } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('EventCampaigns')} (
        "Id" ${identity('EventCampaigns')},
        "Name" NVARCHAR(500) NOT NULL,
        "StartDate" ${instant} NOT NULL,
        "EndDate" ${instant} NOT NULL,
        "CreatedOn" ${instant} NOT NULL,
        "UpdatedOn" ${instant} NOT NULL,
        "Revision" INT NOT NULL,
        CONSTRAINT "EventCampaigns_Period" CHECK ("EndDate" >= "StartDate")
      )`,
      // Rows that have not ended lie together at the end of the tree, however long the history grows.
      `CREATE UNIQUE ${clustered}INDEX "EventCampaigns_EndDate" ON ${table('EventCampaigns')} ("EndDate", "Id")`,
      `CREATE INDEX "EventCampaigns_StartDate" ON ${table('EventCampaigns')} ("StartDate")`,
      `CREATE INDEX "EventCampaigns_Name" ON ${table('EventCampaigns')} ("Name")`,
      `CREATE TABLE ${table('Events')} (
        "Id" ${identity('Events')},
        "EventCampaignId" INT NOT NULL
          CONSTRAINT "Events_Campaign" REFERENCES ${table('EventCampaigns')} ("Id") ON DELETE CASCADE,
        "Name" NVARCHAR(500) NOT NULL,
        "StartDate" ${instant} NOT NULL,
        "EndDate" ${instant} NOT NULL,
        "CreatedOn" ${instant} NOT NULL,
        "UpdatedOn" ${instant} NOT NULL,
        "Revision" INT NOT NULL,
        CONSTRAINT "Events_Period" CHECK ("EndDate" >= "StartDate")
      )`,
      `CREATE UNIQUE ${clustered}INDEX "Events_EndDate" ON ${table('Events')} ("EndDate", "Id")`,
      `CREATE INDEX "Events_StartDate" ON ${table('Events')} ("StartDate")`,
      `CREATE INDEX "Events_Name" ON ${table('Events')} ("Name")`,
      `CREATE INDEX "Events_EventCampaignId" ON ${table('Events')} ("EventCampaignId", "StartDate")`,
      `CREATE TABLE ${table('Changes')} (
        "Revision" ${numberKey('Changes')},
        "At" ${instant} NOT NULL,
        "Actor" NVARCHAR(255) NOT NULL,
        "Action" VARCHAR(20) NOT NULL,
        "Resource" VARCHAR(40) NOT NULL,
        "ResourceId" INT NOT NULL,
        "Before" ${text} NULL,
        "After" ${text} NULL
      )`,
      `CREATE TABLE ${table('Revision')} (
        "Id" ${numberKey('Revision')} CONSTRAINT "Revision_OneRow" CHECK ("Id" = 1),
        "Value" INT NOT NULL,
        "Epoch" VARCHAR(36) NOT NULL
      )`,
    ]) {
      await runner.query(statement);
    }
    await runner.query(`INSERT INTO ${table('Revision')} ("Id", "Value", "Epoch") VALUES (1, 0, ${parameter})`, [
      randomUUID(),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    for (const name of ['Revision', 'Changes', 'Events', 'EventCampaigns'])
      await runner.query(`DROP TABLE ${table(name)}`);
  }
}
