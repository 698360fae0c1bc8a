import { ApiProperty } from '@nestjs/swagger';

/** That the process is there, or takes requests. */
export class Alive {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status: 'ok';
}

/** What Atrium stands on, as it is now. */
export class HealthReport {
  /** degraded: it serves, and something should be looked after */
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status: string;

  @ApiProperty({
    description: 'By name: the database, Redis when there is one, and how many tenants are not served',
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { status: { type: 'string', enum: ['up', 'degraded'] }, message: { type: 'string' } },
      required: ['status'],
    },
    example: {
      database: { status: 'up' },
      redis: { status: 'up' },
      tenants: { status: 'up', known: 12, behind: 0, quarantined: 0, failing: 0 },
    },
  })
  details: Record<string, { status: string; message?: string }>;
}
