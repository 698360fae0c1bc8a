import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateRolloutResults1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, instant, text } = dialectOf(runner);
    await runner.query(`CREATE TABLE ${table('RolloutResults')} (
      "KeyHash" VARCHAR(64) NOT NULL,
      "TenantId" VARCHAR(63) NOT NULL,
      "Key" NVARCHAR(100) NOT NULL,
      "At" ${instant} NOT NULL,
      "Status" VARCHAR(20) NOT NULL,
      "CampaignId" INT NULL,
      "Problem" ${text} NULL,
      CONSTRAINT "RolloutResults_PK" PRIMARY KEY ("KeyHash", "TenantId")
    )`);
    await runner.query(`CREATE INDEX "RolloutResults_At" ON ${table('RolloutResults')} ("At")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${dialectOf(runner).table('RolloutResults')}`);
  }
}
