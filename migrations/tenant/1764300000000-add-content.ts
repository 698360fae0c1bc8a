import type { MigrationInterface, QueryRunner } from 'typeorm';
import { defaultTo, dialectOf } from '../dialect.js';

const TABLES = ['EventCampaigns', 'Events'];
/** Each with the default of rows that were there before, and of those that the release before inserts. */
const DEFAULTS = { Status: 'published', Tags: '[]', Translations: '{}' };

export class AddContent1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { table, instant, text } = dialectOf(runner);
    for (const name of TABLES) {
      for (const column of [
        `"Status" VARCHAR(10) ${defaultTo(name, 'Status', DEFAULTS.Status)}`,
        `"VisibleFrom" ${instant} NULL`,
        `"Description" ${text} NULL`,
        `"ImageUrl" NVARCHAR(2048) NULL`,
        `"LinkUrl" NVARCHAR(2048) NULL`,
        `"Location" NVARCHAR(200) NULL`,
        `"Tags" VARCHAR(1000) ${defaultTo(name, 'Tags', DEFAULTS.Tags)}`,
        `"Translations" ${text} ${defaultTo(name, 'Translations', DEFAULTS.Translations)}`,
      ]) {
        await runner.query(`ALTER TABLE ${table(name)} ADD ${column}`);
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const { table, dropDefault } = dialectOf(runner);
    const nullable = ['VisibleFrom', 'Description', 'ImageUrl', 'LinkUrl', 'Location'];
    for (const name of TABLES) {
      for (const column of Object.keys(DEFAULTS))
        for (const statement of dropDefault(name, column)) await runner.query(statement);
      for (const column of [...nullable, ...Object.keys(DEFAULTS)])
        await runner.query(`ALTER TABLE ${table(name)} DROP COLUMN "${column}"`);
    }
  }
}
