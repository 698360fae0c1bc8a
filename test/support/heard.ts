import { Backplane } from '../../src/backplane/backplane.js';
import { UnitOfWork } from '../../src/change/unit-of-work.js';
import type { Atrium } from './atrium.js';

/** Every revision that `atrium` hears of from now on, and which way: by its own work, or over the backplane. */
export function heardBy({ app }: Atrium): string[] {
  const heard = announcementsOn(app.get(Backplane, { strict: false }));
  app.get(UnitOfWork).onVersion(({ id }, { revision }) => heard.push(`read or written: ${id} ${revision}`));
  return heard;
}

export function announcementsOn(backplane: Backplane): string[] {
  const heard: string[] = [];
  backplane.listen({
    onAnnouncement: ({ tenantId, revision }) => heard.push(`announced: ${tenantId} ${revision}`),
    onReconnection: () => undefined,
  });
  return heard;
}
