import { ApiProperty, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsObject, ValidateBy } from 'class-validator';
import { CreateCampaign } from '../campaign/campaign.dto.js';
import { TENANT_ID } from '../config/tenant-seed.js';
import { ProblemDocument } from '../problem/problem.dto.js';

const MAX_TENANTS = 1_000;

/** A key, in a body and in a path. */
const ROLLOUT_KEY = /^(?! )\P{C}{1,100}(?<! )$/u;

export function isRolloutKey(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 100 && ROLLOUT_KEY.test(text);
}

/** All shopping centres. */
export const ALL = 'all';

const CAMPAIGN = {
  name: 'Black Friday',
  startDate: '2030/11/22 09:00',
  endDate: '2030/11/30 20:00',
  events: [{ name: 'Early access', startDate: '2030/11/22 09:00', endDate: '2030/11/23 20:00' }],
};

export class CreateRollout {
  /** Names the rollout. Sent again under the same key, it changes what it made before. */
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'black-friday-2030' })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @ValidateBy({
    name: 'isRolloutKey',
    validator: {
      validate: isRolloutKey,
      defaultMessage: () => 'must be text of 1 to 100 characters, without control characters',
    },
  })
  key: string;

  @ApiProperty({
    oneOf: [
      { type: 'array', items: { type: 'string', pattern: TENANT_ID.source }, minItems: 1, maxItems: MAX_TENANTS },
      { type: 'string', enum: [ALL] },
    ],
    example: ['riverside', 'sunset-plaza'],
    description: 'The ids of the shopping centres, or all',
  })
  @ValidateBy({
    name: 'areTenants',
    validator: {
      validate: (value: unknown) => value === ALL || areTenantIds(value),
      defaultMessage: () => `must be "${ALL}", or an array of 1 to ${MAX_TENANTS} ids of shopping centres`,
    },
  })
  tenants: string[] | typeof ALL;

  /** As it is planned, with its `events`. Its dates are without an offset: each shopping centre takes them by its own clock. */
  @ApiProperty({ type: () => CreateCampaign, example: CAMPAIGN })
  @IsObject({ message: 'must be an object' })
  campaign: object;
}

const EXAMPLES = [
  { tenant: 'riverside', status: 'created', id: 7 },
  {
    tenant: 'sunset-plaza',
    status: 'failed',
    problem: {
      type: 'urn:atrium:problem:tenant-suspended',
      title: 'Forbidden',
      status: 403,
      detail: 'The shopping centre "sunset-plaza" is suspended: nothing of it is shown or changed.',
      code: 'tenant-suspended',
    },
  },
];

const RESULTS = ['created', 'updated', 'unchanged', 'edited-locally', 'failed'] as const;

/** What stood in the way in one shopping centre, as a request to it alone would have been answered. */
class CentreProblem extends PickType(ProblemDocument, ['type', 'title', 'status', 'detail', 'code', 'errors']) {}

/** What became of it in one shopping centre. */
export class CentreResult {
  /** @example "riverside" */
  tenant: string;

  @ApiProperty({ enum: RESULTS, example: 'created' })
  status: (typeof RESULTS)[number];

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    example: 7,
    description: 'The id of its campaign there',
  })
  id?: number;

  @ApiProperty({ type: CentreProblem, required: false, description: 'Why it failed' })
  problem?: CentreProblem;
}

export class RolloutReport {
  /** @example "black-friday-2030" */
  key: string;

  /** One for each shopping centre. */
  @ApiProperty({ type: [CentreResult], example: EXAMPLES })
  results: CentreResult[];
}

function areTenantIds(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= MAX_TENANTS &&
    value.every((id) => typeof id === 'string' && TENANT_ID.test(id))
  );
}
