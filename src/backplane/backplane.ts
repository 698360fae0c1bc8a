/** A tenant, or the catalogue of tenants, reached a revision. */
export interface Announcement {
  /** null: the catalogue. */
  tenantId: string | null;
  epoch: string;
  revision: number;
}

export interface BackplaneListener {
  /** May be called twice for one revision, late, out of order, or not at all. */
  announced(announcement: Announcement): unknown;
  /** Messages may have been missed up to now. */
  reconnected(): void;
}

/** Carries the news of a write to every pod. An adapter for another message broker is one class. */
export abstract class Backplane {
  protected readonly listeners: BackplaneListener[] = [];

  /** Tells the other pods as soon as it can; never throws. This pod knows its own writes by itself. */
  abstract announce(announcement: Announcement): void;
  /** Whether the other pods can be told and heard; undefined where there are none. */
  abstract get isConnected(): boolean | undefined;

  listen(listener: BackplaneListener): void {
    this.listeners.push(listener);
  }

  protected tell(announcement: Announcement): void {
    for (const listener of this.listeners) listener.announced(announcement);
  }
}

/** For a pod that is alone. */
export class InProcessBackplane extends Backplane {
  readonly isConnected = undefined;

  announce(): void {}
}
