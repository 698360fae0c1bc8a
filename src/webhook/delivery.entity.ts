import { ApiHideProperty, ApiProperty } from '@nestjs/swagger';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn } from '../database/instant-column.js';
import { Field, toWire } from '../field/field.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One attempt to deliver a message. */
export class Attempt {
  @ApiProperty({ format: 'date-time', example: '2026-11-26T23:00:00.120Z' })
  at: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 204,
    description: 'The status of the answer; null: there was none',
  })
  status: number | null;

  @ApiProperty({ required: false, example: 'There was no answer within 10 seconds', description: 'Why it failed' })
  error?: string;
}

/** A message on its way to one webhook, with the attempts so far. */
@Entity('WebhookDeliveries')
export class Delivery {
  /** Counted from 0 within the shopping centre. */
  @Field({ api: { type: 'integer', minimum: 0, example: 0 } })
  @PrimaryGeneratedColumn({ name: 'Id' })
  id: number;

  /** The header `webhook-id`: the same however often the message is sent. */
  @Field({ api: { example: 'msg_Zk1x0f8bJm2rQ4uV6wY7pL' } })
  @Column('varchar', { name: 'MessageId', length: 64 })
  webhookId: string;

  /** The type of the message. */
  @Field({ api: { example: 'campaign.started' } })
  @Column('varchar', { name: 'Type', length: 40 })
  type: string;

  /** Dead: given up after three days, or because the webhook was switched off. */
  @Field({ api: { enum: DELIVERY_STATUSES, example: 'delivered' } })
  @Column('varchar', { name: 'Status', length: 10 })
  status: DeliveryStatus;

  /** Oldest first. */
  @Field({ api: { type: [Attempt] } })
  @Column('simple-json', { name: 'Attempts' })
  attempts: Attempt[];

  /** Null: there is none to come. */
  @Field({ api: { type: String, format: 'date-time', nullable: true, example: null } })
  @InstantColumn('NextAttemptAt', { nullable: true })
  nextAttemptAt: Date | null;

  /** The `id` of the webhook it is for. */
  @ApiHideProperty()
  @Column('int', { name: 'WebhookId' })
  receiverId: number;

  /** Messages of one subject are delivered in order. */
  @ApiHideProperty()
  @Column('varchar', { name: 'Subject', length: 60 })
  subject: string;

  /** The body as it is sent. */
  @ApiHideProperty()
  @Column('nvarchar', { name: 'Body' })
  body: string;

  /** The instant after which a failure is the last one. */
  @ApiHideProperty()
  @InstantColumn('GiveUpAt')
  giveUpAt: Date;

  /** When the record is deleted; null: not while it is pending. */
  @ApiHideProperty()
  @InstantColumn('KeptUntil', { nullable: true })
  keptUntil: Date | null;

  toJSON(): object {
    return toWire(this);
  }
}
