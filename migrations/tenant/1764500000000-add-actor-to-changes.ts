import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../dialect.js';

export class AddActorToChanges1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    await runner.query(`ALTER TABLE ${table('Changes')} ADD "ActorName" NVARCHAR(255) NULL`);
    await runner.query(`ALTER TABLE ${table('Changes')} ADD "ActorEmail" NVARCHAR(320) NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    for (const column of ['ActorEmail', 'ActorName'])
      await runner.query(`ALTER TABLE ${table('Changes')} DROP COLUMN "${column}"`);
  }
}
