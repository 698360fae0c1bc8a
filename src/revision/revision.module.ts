import { Global, Module } from '@nestjs/common';
import { Announcements } from './announcements.js';
import { ChangeController } from './change.controller.js';
import { ChangeService } from './change.service.js';
import { UnitOfWork } from './unit-of-work.js';

@Global()
@Module({
  controllers: [ChangeController],
  providers: [UnitOfWork, Announcements, ChangeService],
  exports: [UnitOfWork, Announcements],
})
export class RevisionModule {}
