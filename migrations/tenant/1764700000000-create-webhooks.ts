import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateWebhooks1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, identity, numberKey, instant, text, clustered } = dialectOf(runner);
    for (const statement of [
      `CREATE TABLE ${table('Webhooks')} (
        "Id" ${identity('Webhooks')},
        "Url" NVARCHAR(2048) NOT NULL,
        "Types" VARCHAR(1000) NOT NULL,
        "Active" VARCHAR(5) NOT NULL CONSTRAINT "Webhooks_Active" CHECK ("Active" IN ('true', 'false')),
        "CreatedOn" ${instant} NOT NULL,
        "Secret" VARCHAR(400) NULL,
        "PreviousSecret" VARCHAR(400) NULL,
        "PreviousUntil" ${instant} NULL,
        "CursorRevision" INT NOT NULL,
        "CursorAt" ${instant} NOT NULL,
        "FailingSince" ${instant} NULL,
        "Revision" INT NOT NULL
      )`,
      `CREATE TABLE ${table('WebhookDeliveries')} (
        "Id" ${identity('WebhookDeliveries')},
        "WebhookId" INT NOT NULL
          CONSTRAINT "WebhookDeliveries_Webhook" REFERENCES ${table('Webhooks')} ("Id") ON DELETE CASCADE,
        "MessageId" VARCHAR(64) NOT NULL,
        "Type" VARCHAR(40) NOT NULL,
        "Subject" VARCHAR(60) NOT NULL,
        "Body" ${text} NOT NULL,
        "Status" VARCHAR(10) NOT NULL
          CONSTRAINT "WebhookDeliveries_Status" CHECK ("Status" IN ('pending', 'delivered', 'dead')),
        "Attempts" ${text} NOT NULL,
        "NextAttemptAt" ${instant} NULL,
        "GiveUpAt" ${instant} NOT NULL,
        "KeptUntil" ${instant} NULL
      )`,
      `CREATE UNIQUE ${clustered}INDEX "WebhookDeliveries_WebhookId" ON ${table('WebhookDeliveries')} ("WebhookId", "Id")`,
      // The few that are pending, in order for each row, among those that are kept.
      `CREATE INDEX "WebhookDeliveries_Status" ON ${table('WebhookDeliveries')} ("Status", "WebhookId", "Subject", "Id")`,
      `CREATE INDEX "WebhookDeliveries_KeptUntil" ON ${table('WebhookDeliveries')} ("KeptUntil")`,
      `CREATE TABLE ${table('WorkFence')} (
        "Id" ${numberKey('WorkFence')} CONSTRAINT "WorkFence_OneRow" CHECK ("Id" = 1),
        "Token" INT NOT NULL
      )`,
      `INSERT INTO ${table('WorkFence')} ("Id", "Token") VALUES (1, 0)`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    for (const name of ['WorkFence', 'WebhookDeliveries', 'Webhooks']) await runner.query(`DROP TABLE ${table(name)}`);
  }
}
