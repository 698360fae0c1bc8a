import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';

/** A tenant reached a revision. May be lost, doubled or come late: a listener only ever moves forward. */
export interface Announcement {
  tenantId: string;
  revision: number;
}

/** Tells those who keep copies of a tenant's rows that there are newer ones. */
@Injectable()
export class Announcements {
  private readonly emitter = new EventEmitter<{ revision: [Announcement] }>();

  announce(announcement: Announcement): void {
    this.emitter.emit('revision', announcement);
  }

  listen(listener: (announcement: Announcement) => void): void {
    this.emitter.on('revision', listener);
  }
}
