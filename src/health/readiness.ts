import { Injectable } from '@nestjs/common';

/** Whether requests should be sent here. */
@Injectable()
export class Readiness {
  state: 'starting' | 'ready' | 'draining' = 'starting';

  get isReady(): boolean {
    return this.state === 'ready';
  }
}
