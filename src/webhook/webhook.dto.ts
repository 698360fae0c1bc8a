import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { InputOf } from '../field/input.js';
import { PAGE_SIZE, QueryNumber } from '../http/query-number.decorator.js';
import { DELIVERY_STATUSES, Delivery, type DeliveryStatus } from './delivery.entity.js';
import { Webhook } from './webhook.entity.js';

/** The fields of a webhook that callers give. */
export type GivenWebhook = Pick<Webhook, 'url'> & Partial<Pick<Webhook, 'types' | 'active'>>;

export class CreateWebhook extends InputOf<GivenWebhook>(Webhook, 'create') {}

export class UpdateWebhook extends InputOf<Partial<GivenWebhook>>(Webhook, 'update') {}

/** A webhook with its secret, which is shown this once. */
export class WebhookWithSecret extends Webhook {
  /** Verifies the signatures of its messages. Keep it: it is not shown again. */
  @ApiProperty({ example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' })
  declare secret: string;
}

class ListQuery {
  /** At most so many */
  @QueryNumber(PAGE_SIZE)
  limit = PAGE_SIZE.default;

  /** The `next` of the page before */
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString({ message: 'takes the next of a page, once' })
  after?: string;
}

export class WebhookQuery extends ListQuery {}

export class DeliveryQuery extends ListQuery {
  /** Only those that wait, that arrived, or that were given up */
  @ApiProperty({ enum: DELIVERY_STATUSES, required: false })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES, { message: `takes one of ${DELIVERY_STATUSES.join(', ')}` })
  status?: DeliveryStatus;
}

const NEXT: ApiPropertyOptions = {
  type: String,
  nullable: true,
  example: null,
  description: 'Give it as after; null on the last page',
};

export class WebhookPage {
  @ApiProperty({ type: [Webhook] })
  items: Webhook[];

  @ApiProperty(NEXT)
  next: string | null;
}

export class DeliveryPage {
  @ApiProperty({ type: [Delivery] })
  items: Delivery[];

  @ApiProperty(NEXT)
  next: string | null;
}

/** A request as it was sent. */
class SentRequest {
  /** @example "https://hooks.example.com/atrium" */
  url: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { 'webhook-id': 'test_6wY7pL', 'webhook-timestamp': '1795906800', 'webhook-signature': 'v1,K5oZ…' },
  })
  headers: Record<string, string>;

  /** @example "{\"type\":\"test\",\"timestamp\":\"2026-11-26T23:00:00.000Z\",\"data\":{\"tenant\":\"riverside\"}}" */
  body: string;
}

/** The first part of an answer. */
class GivenAnswer {
  @ApiProperty({ type: 'integer', nullable: true, example: 204, description: 'null: there was none' })
  status: number | null;

  @ApiProperty({ required: false, example: 'There was no answer within 10 seconds', description: 'Why it failed' })
  error?: string;

  @ApiProperty({ required: false, example: 'ok', description: 'Its first 4 KiB, as text' })
  body?: string;
}

/** A delivery of a test message with what was sent and answered. */
export class TestedDelivery extends Delivery {
  @ApiProperty({ type: SentRequest })
  request: SentRequest;

  @ApiProperty({ type: GivenAnswer })
  answer: GivenAnswer;
}
