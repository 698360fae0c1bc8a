import { Global, Module } from '@nestjs/common';
import { ChangeController } from './change.controller.js';
import { ChangeService } from './change.service.js';
import { UnitOfWork } from './unit-of-work.js';

@Global()
@Module({
  controllers: [ChangeController],
  providers: [UnitOfWork, ChangeService],
  exports: [UnitOfWork],
})
export class ChangeModule {}
