import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsOptional, IsString, ValidateBy } from 'class-validator';
import { Transform } from 'class-transformer';
import { SqlServerUrl } from '../config/sql-server-url.js';
import { InputOf } from '../field/input.js';
import { Tenant } from '../catalogue/tenant.entity.js';

export class CreateTenant extends InputOf<
  Pick<Tenant, 'id' | 'name' | 'timeZone'> & Partial<Pick<Tenant, 'languages'>>
>(Tenant, 'create') {
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    example: null,
    writeOnly: true,
    description:
      'On SQL Server: where its schema lies instead of beside the catalogue, ' +
      'mssql://user:password@host:1433/database, parts URL-encoded. Never shown again',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? (SqlServerUrl.parse(value) ?? value) : value,
  )
  @ValidateBy({
    name: 'isSqlServerUrl',
    validator: {
      validate: (value) => value instanceof SqlServerUrl,
      defaultMessage: () => 'must be mssql://user:password@host:1433/database, parts URL-encoded',
    },
  })
  databaseUrl?: SqlServerUrl | null;
}

export class UpdateTenant extends InputOf<Partial<Pick<Tenant, 'name' | 'timeZone' | 'languages' | 'status'>>>(
  Tenant,
  'update',
) {}

/** To where its schema was copied. */
export class MoveTenant extends PickType(CreateTenant, ['databaseUrl']) {}

export class RetireQuery {
  /** The id of the tenant, typed again */
  @ApiProperty({ example: 'harbour-mall' })
  @IsString({ message: 'takes the id of the tenant, once' })
  confirm: string;
}
