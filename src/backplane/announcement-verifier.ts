import { setTimeout as delay } from 'node:timers/promises';
import { FALSE_ANNOUNCEMENT_PAUSE_MS } from '../config/time-limits.js';

/**
 * Asks the database whether announcements are true: anybody who reaches Redis can make them. For each subject one
 * question at a time, one more for all announcements that came meanwhile, and a pause after each question that told
 * nothing new. However many announcements there are, the database is asked a bounded number of times.
 */
export class AnnouncementVerifier<Subject> {
  /** The subjects that are asked about, and whether something was announced of them since the last question. */
  private readonly announced = new Map<Subject, boolean>();

  /** @param ask begins a question after the call, and resolves to whether it told anything new; may reject */
  constructor(private readonly ask: (subject: Subject) => Promise<boolean>) {}

  hear(subject: Subject): void {
    const isAsking = this.announced.has(subject);
    this.announced.set(subject, true);
    if (!isAsking) void this.verify(subject);
  }

  private async verify(subject: Subject): Promise<void> {
    while (this.announced.get(subject)) {
      this.announced.set(subject, false);
      const isNews = await this.ask(subject).catch(() => false);
      if (!isNews) await delay(FALSE_ANNOUNCEMENT_PAUSE_MS, undefined, { ref: false });
    }
    this.announced.delete(subject);
  }
}
