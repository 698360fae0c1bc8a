import { Column, Entity, PrimaryColumn } from 'typeorm';
import { SqlServerUrl } from '../config/sql-server-url.js';
import { InstantColumn } from './instant.column.js';

export type TenantStatus = 'active' | 'suspended' | 'retiring';

/** A shopping centre, as the catalogue knows it. */
@Entity('Tenants')
export class Tenant {
  @PrimaryColumn('varchar', { name: 'Id', length: 63 })
  id: string;

  @Column('nvarchar', { name: 'Name', length: 500 })
  name: string;

  /** IANA time zone in which the centre's local dates are read. */
  @Column('varchar', { name: 'TimeZone', length: 64 })
  timeZone: string;

  /** The schema (SQL Server) or file (SQLite) that holds its rows: made here, never taken from a request. */
  @Column('varchar', { name: 'SchemaName', length: 80 })
  schema: string;

  /** Where its schema lies when that is not the catalogue's own database and login. Never shown. */
  @Column('nvarchar', {
    name: 'DatabaseUrl',
    length: 2000,
    nullable: true,
    transformer: {
      to: (url?: SqlServerUrl | null) => url?.reveal().text ?? null,
      from: (text: string | null) => (text === null ? null : (SqlServerUrl.parse(text) ?? null)),
    },
  })
  databaseUrl: SqlServerUrl | null;

  @Column('varchar', { name: 'Status', length: 10 })
  status: TenantStatus;

  @InstantColumn('CreatedOn')
  createdOn: Date;
}
