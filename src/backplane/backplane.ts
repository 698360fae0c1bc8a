/** A tenant, or the catalogue of tenants, reached a revision. */
export interface Announcement {
  /** null: the catalogue. */
  tenantId: string | null;
  epoch: string;
  revision: number;
}

export interface BackplaneListener {
  /** May be called twice for one revision, late, out of order, or not at all. */
  onAnnouncement(announcement: Announcement): unknown;
  /** Announcements up to now may have been missed. */
  onReconnection(): void;
}

/** Carries the announcements of writes between pods. An adapter for another message broker is one subclass. */
export abstract class Backplane {
  protected readonly listeners: BackplaneListener[] = [];

  /** Sends to the other pods without waiting; never throws. This pod's own listeners are not called. */
  abstract announce(announcement: Announcement): void;
  /** Whether announcements can be sent and received; undefined where there are no other pods. */
  abstract get isConnected(): boolean | undefined;

  listen(listener: BackplaneListener): void {
    this.listeners.push(listener);
  }

  protected notify(announcement: Announcement): void {
    for (const listener of this.listeners) listener.onAnnouncement(announcement);
  }
}

/** The only pod: there is no other to announce to. */
export class InProcessBackplane extends Backplane {
  readonly isConnected = undefined;

  announce(): void {}
}
