import { ApiProperty } from '@nestjs/swagger';

/** The process is alive, or ready for requests. */
export class Alive {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status: 'ok';
}

/** The state of everything that Atrium depends on. */
export class HealthReport {
  /** degraded: requests are served, and something needs attention */
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status: string;

  @ApiProperty({
    description: 'By name: the database, Redis when it is used, and the numbers of tenants that are not served',
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        status: { type: 'string', enum: ['up', 'degraded'] },
        message: { type: 'string' },
        // Of tenants: how many are served, or not.
        ...Object.fromEntries(['known', 'behind', 'quarantined', 'failing'].map((name) => [name, { type: 'integer' }])),
      },
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
