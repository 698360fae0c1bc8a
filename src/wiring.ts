import type { INestApplicationContext } from '@nestjs/common';
import { Backplane } from './backplane/backplane.js';
import { KnownVersions } from './cache/known-versions.js';
import { Memory } from './cache/memory.js';
import { TenantCache } from './cache/tenant-cache.js';
import { VersionTracker } from './cache/version-tracker.js';
import { Catalogue } from './catalogue/catalogue.js';
import { UnitOfWork } from './change/unit-of-work.js';
import { TenantConnections } from './tenancy/tenant-connections.js';
import { TimelineStreams } from './timeline/timeline-streams.js';
import { Dispatcher } from './webhook/dispatcher.js';

interface CacheParts {
  unitOfWork: UnitOfWork;
  versions: KnownVersions;
  tracker: VersionTracker;
  cache: TenantCache;
  backplane: Backplane;
}

/** Every subscription of one room to another stands in this file. */
export function wire(app: INestApplicationContext): void {
  const get = <T>(type: Function & { prototype: T }): T => app.get(type, { strict: false });
  const [catalogue, versions, backplane] = [get(Catalogue), get(KnownVersions), get(Backplane)];
  const [unitOfWork, tracker, cache] = [get(UnitOfWork), get(VersionTracker), get(TenantCache)];
  const [memory, connections] = [get(Memory), get(TenantConnections)];

  wireCache({ unitOfWork, versions, tracker, cache, backplane });
  const [dispatcher, streams] = [get(Dispatcher), get(TimelineStreams)];
  versions.onAdvance(({ tenant }) => streams.onAdvance(tenant));
  unitOfWork.onWrite((tenant) => dispatcher.onWrite(tenant));
  backplane.listen({
    onAnnouncement: ({ tenantId }) => tenantId === null && catalogue.refreshSoon(),
    onReconnection: () => catalogue.refreshSoon(),
  });
  backplane.listen({
    onAnnouncement: (announcement) => dispatcher.onAnnouncement(announcement),
    onReconnection: () => dispatcher.sweepSoon(),
  });
  // A tenant that has left leaves nothing in memory.
  catalogue.onLeave((tenant) => {
    versions.forget(tenant);
    memory.forget(tenant.id);
    streams.forget(tenant);
    void connections.close(tenant.id).catch(() => undefined);
  });
}

/** The cache learns this pod's writes from the unit of work, and other pods' writes from the backplane. */
export function wireCache({ unitOfWork, versions, tracker, cache, backplane }: CacheParts): void {
  unitOfWork.onVersion((tenant, version, askedMs) => versions.confirm(tenant, version, askedMs));
  versions.onAdvance((known) => cache.renew(known));
  backplane.listen({
    onAnnouncement: (announcement) => tracker.onAnnouncement(announcement),
    onReconnection: () => tracker.poll(),
  });
}
