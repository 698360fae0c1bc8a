import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { Backplane } from './backplane.js';

@Injectable()
export class BackplaneMetrics {
  constructor(registry: PullRegistry, backplane: Backplane) {
    if (backplane.isConnected === undefined) return;
    const connected = 'Whether this pod hears of the others, and they of it';
    registry.gauge('atrium_backplane_connected', connected, () => Number(backplane.isConnected));
  }
}
