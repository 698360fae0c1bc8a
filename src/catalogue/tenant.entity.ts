import { ApiHideProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, Matches, ValidateBy } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { areLanguages, languageFault, MAX_LANGUAGES } from '../config/language.js';
import { SqlServerUrl } from '../config/sql-server-url.js';
import { isTimeZone, RESERVED_TENANT_IDS, TENANT_ID } from '../config/tenant-seed.js';
import { listedTimeZone } from '../config/time-zone.js';
import { Field, toWire } from '../field/field.js';
import { nameField } from '../http/name.js';
import { InstantColumn } from '../database/instant-column.js';

const STATUSES = ['active', 'suspended', 'retiring'] as const;
export type TenantStatus = (typeof STATUSES)[number];

/** A shopping centre, as the catalogue knows it. */
@Entity('Tenants')
export class Tenant {
  /** Named in the tenant header; never changes. */
  @Field({
    api: { pattern: TENANT_ID.source, example: 'harbour-mall' },
    input: {
      in: ['create'],
      rules: [
        Matches(TENANT_ID, {
          message: 'must be 1-63 characters of a-z, 0-9 and "-", from a letter to a letter or digit',
        }),
        ValidateBy({
          name: 'isNotReserved',
          validator: {
            validate: (id) => !RESERVED_TENANT_IDS.includes(String(id)),
            defaultMessage: () => 'must not be a name that databases use',
          },
        }),
      ],
    },
  })
  @PrimaryColumn('varchar', { name: 'Id', length: 63 })
  id: string;

  /** 1-500 characters after trimming, without control characters. */
  @Field(nameField('Harbour Mall'))
  @Column('nvarchar', { name: 'Name', length: 500 })
  name: string;

  /** IANA time zone in which the centre's local dates are read. */
  @Field({
    api: { maxLength: 64, example: 'Europe/Berlin' },
    input: {
      rules: [
        Transform(listedTimeZone),
        ValidateBy({
          name: 'isTimeZone',
          validator: {
            validate: (name: unknown) => isTimeZone(name) && name.length <= 64,
            defaultMessage: () => 'must be a time zone of the IANA list, such as Europe/Berlin',
          },
        }),
      ],
    },
  })
  @Column('varchar', { name: 'TimeZone', length: 64 })
  timeZone: string;

  /** The languages of its app by BCP 47 tag in its canonical form. The first is the one its rows are written in. */
  @Field({
    api: {
      type: 'array',
      items: { type: 'string' },
      maxItems: MAX_LANGUAGES,
      uniqueItems: true,
      example: ['de', 'en'],
    },
    input: {
      rules: [
        ValidateBy({
          name: 'areLanguages',
          validator: {
            validate: areLanguages,
            defaultMessage: (args) =>
              (Array.isArray(args?.value) ? languageFault(args.value) : undefined) ??
              `must be an array of at most ${MAX_LANGUAGES} different languages`,
          },
        }),
      ],
      default: [],
    },
  })
  @Column('varchar', {
    name: 'Languages',
    length: 1_000,
    transformer: {
      to: (languages?: string[]) => languages && JSON.stringify(languages),
      from: (text: string) => JSON.parse(text) as string[],
    },
  })
  languages: string[];

  /** The schema (SQL Server) or file (SQLite) that holds its rows: made here, never taken from a request. */
  @ApiHideProperty()
  @Column('varchar', { name: 'SchemaName', length: 80 })
  schema: string;

  /** The database and login of its schema, when they are not the catalogue's own. Never shown. */
  @ApiHideProperty()
  @Column('nvarchar', {
    name: 'DatabaseUrl',
    length: 2000,
    nullable: true,
    transformer: {
      to: (url?: SqlServerUrl | null) => url?.reveal().text ?? null,
      from: (text: string | null) => (text === null ? null : SqlServerUrl.fromStored(text)),
    },
  })
  databaseUrl: SqlServerUrl | null;

  /** A shopping centre that is not active is refused; a retiring one is being removed. */
  @Field({
    api: { enum: STATUSES, example: 'active' },
    input: {
      in: ['update'],
      api: { enum: ['active', 'suspended'], example: 'active' },
      rules: [IsIn(['active', 'suspended'], { message: 'must be active or suspended' })],
    },
  })
  @Column('varchar', { name: 'Status', length: 10 })
  status: TenantStatus;

  @Field({ api: { format: 'date-time', example: '2026-10-01T08:00:00.000Z' } })
  @InstantColumn('CreatedOn')
  createdOn: Date;

  /** The catalogue's revision that last wrote this row; null when that was before revisions were counted. */
  @ApiHideProperty()
  @Column('int', { name: 'Revision', nullable: true })
  revision: number | null;

  get isActive(): boolean {
    return this.status === 'active';
  }

  toJSON(): object {
    return toWire(this);
  }
}
