import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class CreateRollouts1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, hashKey, text } = dialectOf(runner);
    await runner.query(`CREATE TABLE ${table('Rollouts')} (
      "KeyHash" ${hashKey('Rollouts')},
      "Key" NVARCHAR(100) NOT NULL,
      "CampaignId" INT NOT NULL,
      "Written" ${text} NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${dialectOf(runner).table('Rollouts')}`);
  }
}
