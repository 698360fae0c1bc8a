import type { MigrationInterface, QueryRunner } from 'typeorm';
import { defaultTo, dialectOf } from '../dialect.js';

export class AddLanguages1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table } = dialectOf(runner);
    await runner.query(
      `ALTER TABLE ${table('Tenants')} ADD "Languages" VARCHAR(1000) ${defaultTo('Tenants', 'Languages', '[]')}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table, dropDefault } = dialectOf(runner);
    for (const statement of dropDefault('Tenants', 'Languages')) await runner.query(statement);
    await runner.query(`ALTER TABLE ${table('Tenants')} DROP COLUMN "Languages"`);
  }
}
