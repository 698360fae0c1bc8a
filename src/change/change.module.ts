import { Global } from '@nestjs/common';
import { IdempotencyRecord } from '../idempotency/idempotency-record.entity.js';
import { Revision } from '../revision/revision.entity.js';
import { Feature } from '../tenancy/feature.js';
import { ChangeController } from './change.controller.js';
import { Change } from './change.entity.js';
import { ChangeService } from './change.service.js';
import { UnitOfWork } from './unit-of-work.js';
import { WriteMetrics } from './write-metrics.js';

@Global()
@Feature({
  tags: [{ name: 'changes', description: 'Who changed what, and when' }],
  tables: [
    { entity: Change, row: 'change', rows: 'changes', key: 'revision', isResource: false },
    { entity: Revision, notExported: 'its one row is in the first line of an export' },
    { entity: IdempotencyRecord, notExported: 'answers to repeat for a day, which mean nothing elsewhere' },
  ],
  controllers: [ChangeController],
  providers: [UnitOfWork, ChangeService, WriteMetrics],
  exports: [UnitOfWork],
})
export class ChangeModule {}
