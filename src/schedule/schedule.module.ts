import { Module } from '@nestjs/common';
import { PageReader } from './page-reader.js';
import { ScheduledRows } from './scheduled-rows.js';

@Module({ providers: [PageReader, ScheduledRows], exports: [ScheduledRows] })
export class ScheduleModule {}
