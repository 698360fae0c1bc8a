import mssql from 'mssql';
import { platformMigrations, tenantMigrations } from '../../migrations/index.js';

/**
 * Stands in for the module `mssql`: takes down each statement with the types of its parameters, and answers with a row
 * made up from the names of the columns. What is above the driver is the real thing.
 */
export class RecordedServer {
  /** Whether the schemas it plays have their tables. */
  migrated = false;
  private registered = false;
  private statements: string[] = [];

  /** Records the statements that the server gets during `work`. */
  async record(work: () => Promise<unknown>): Promise<string[]> {
    this.statements = [];
    await work();
    return [...this.statements];
  }

  /** In the place of `mssql`. */
  get driver(): object {
    const write = (statement: string) => void this.statements.push(`${statement};`);
    const answer = (statement: string) => ({ recordset: this.rows(statement), rowsAffected: [1] });
    class Pool {
      connected = true;
      config = {};
      on = () => this;
      connect = async () => this;
      close = async () => undefined;
    }
    class Request extends mssql.Request {
      override async query(statement: unknown) {
        const { parameters } = this as unknown as { parameters: Record<string, Parameter> };
        const types = Object.values(parameters).map((parameter) => `@${parameter.name} ${typeOf(parameter)}`);
        write(layOut(String(statement)) + (types.length > 0 ? `\n  -- ${types.join(', ')}` : ''));
        return answer(String(statement)) as never;
      }
    }
    class Transaction {
      connected = true;
      config = {};
      begin(level: number, done: () => void) {
        write(`BEGIN TRANSACTION -- ${level === mssql.ISOLATION_LEVEL.READ_COMMITTED ? 'READ COMMITTED' : level}`);
        setImmediate(done);
      }
      commit(done: () => void) {
        write('COMMIT');
        setImmediate(done);
      }
      rollback(done: () => void) {
        write('ROLLBACK');
        setImmediate(done);
      }
    }
    return { ...mssql, ConnectionPool: Pool, Request, Transaction };
  }

  private rows(statement: string): object[] {
    if (statement.includes('INFORMATION_SCHEMA')) return this.migrated ? [{}] : [];
    if (statement.includes('"Migrations"')) return this.migrated && /\bSELECT\b/.test(statement) ? HISTORY : [];
    if (/sys.tables|^SELECT .*"IdempotencyRecords"/s.test(statement)) return [];
    if (statement.includes('INSERT INTO "platform"."Tenants"')) this.registered = true;
    if (statement.includes('"platform"."Tenants"') && !this.registered) return [];
    if (statement.startsWith('SELECT') && statement.includes('"IdempotencyRecords"')) return [];
    if (statement.includes('"platform"."Migrated"') && !this.migrated) return [];
    const output = /@OutputTable TABLE \((.*?)\);/.exec(statement)?.[1];
    const columns = [...(output ?? statement).matchAll(output ? /"(\w+)" /g : /AS "(\w+)"/g)];
    const count = Number(/(?:TOP |FETCH NEXT )(\d+)/.exec(statement)?.[1] ?? 1);
    const row = (id: number) => Object.fromEntries(columns.map(([, name = '']) => [name, valueOf(name, id)]));
    return Array.from({ length: count }, (_, id) => row(id));
  }
}

const HISTORY = [...platformMigrations, ...tenantMigrations].map(({ name }) => ({ id: 1, timestamp: '1', name }));

const VALUES: Record<string, unknown> = {
  granted: 0,
  Name: 'Black Friday',
  TimeZone: 'UTC',
  SchemaName: 'tenant_mall',
  Languages: '[]',
  VisibleFrom: null,
  Description: null,
  ImageUrl: null,
  LinkUrl: null,
  Location: null,
  Tags: '[]',
  Types: '["*"]',
  Active: 'true',
  Attempts: '[]',
  Translations: '{}',
  DatabaseUrl: null,
  StartDate: new Date('2026-01-01T00:00:00Z'),
  EndDate: new Date('2027-01-01T00:00:00Z'),
  Epoch: '00000000-0000-4000-8000-000000000000',
  Before: null,
  After: null,
};

function valueOf(alias: string, id: number): unknown {
  const column = alias.split('_').at(-1) ?? '';
  if (column === 'Id') return alias.startsWith('Tenant_') ? 'mall' : id;
  if (column === 'Status') return alias.startsWith('Tenant_') ? 'active' : 'published';
  if (column in VALUES) return VALUES[column];
  return /(On|At)$/.test(column) ? new Date('2026-01-01T00:00:00Z') : 0;
}

interface Parameter {
  name: string;
  type: { declaration: string };
  length?: number;
  scale?: number;
}

function typeOf({ type, length, scale }: Parameter): string {
  const size = length ?? scale;
  return size === undefined ? type.declaration : `${type.declaration}(${size === Infinity ? 'max' : size})`;
}

/** A line for each clause, so that a change shows where it is. */
function layOut(statement: string): string {
  return statement
    .trim()
    .replace(/\n\s+/g, '\n    ')
    .replace(/\n    \)$/, '\n)')
    .replace(/\n    (?=(INSERT|UPDATE|SELECT) )/g, '\n')
    .replace(/ (?=(FROM|WHERE|INNER JOIN|LEFT JOIN|ORDER BY|OUTPUT|VALUES|SET) )/g, '\n  ')
    .replace(/; (?=(INSERT|UPDATE|SELECT|EXEC) )/g, ';\n');
}
