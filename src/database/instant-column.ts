import { CreateDateColumn } from 'typeorm';

/**
 * Column for a UTC instant in milliseconds: DATETIME2(3) on SQL Server, text on SQLite. It is a CreateDateColumn because
 * TypeORM chooses the type by engine for those only. The value is always given, so the column's default is never used.
 */
export function InstantColumn(name: string, { nullable = false } = {}): PropertyDecorator {
  return CreateDateColumn({ name, precision: 3, nullable });
}
