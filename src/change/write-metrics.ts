import { Injectable } from '@nestjs/common';
import { PullRegistry } from '../meter/pull-registry.js';
import { UnitOfWork } from './unit-of-work.js';

@Injectable()
export class WriteMetrics {
  constructor(registry: PullRegistry, unitOfWork: UnitOfWork) {
    const writes = 'Writes that were committed, and that the database did not take';
    registry.counter('atrium_writes_total', writes, () => unitOfWork.writes, 'result');
  }
}
