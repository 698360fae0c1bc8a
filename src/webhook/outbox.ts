import { type EntityManager, LessThan } from 'typeorm';
import { WEBHOOK_RECORDS_KEPT_MS } from '../config/time-limits.js';
import { Delivery } from './delivery.entity.js';

/** Gives up what waits for a webhook. It can still be sent by hand. */
export async function abandonPending(manager: EntityManager, receiverId: number, at: Date): Promise<void> {
  const dead = { status: 'dead' as const, nextAttemptAt: null, keptUntil: keptUntil(at) };
  await manager.update(Delivery, { receiverId, status: 'pending' }, dead);
}

export function keptUntil(at: Date): Date {
  return new Date(at.getTime() + WEBHOOK_RECORDS_KEPT_MS);
}

/** Deletes the records that have been kept for their time. */
export async function deleteOldRecords(manager: EntityManager, now: Date): Promise<void> {
  await manager.delete(Delivery, { keptUntil: LessThan(now) });
}
