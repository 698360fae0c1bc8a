import { CreateDateColumn } from 'typeorm';

/**
 * A UTC instant in milliseconds: DATETIME2(3) on SQL Server, text on SQLite. TypeORM chooses the type by engine for its
 * own date columns only, so this is one of those; the value is always given, its default is never used.
 */
export function InstantColumn(name: string): PropertyDecorator {
  return CreateDateColumn({ name, precision: 3 });
}
