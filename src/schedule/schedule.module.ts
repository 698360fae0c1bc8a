import { Module } from '@nestjs/common';
import { Lookback } from '../lookback/lookback.js';
import { PageReader } from './page-reader.js';
import { PastReader } from './past-reader.js';
import { ScheduledRows } from './scheduled-rows.js';

@Module({ providers: [Lookback, PageReader, PastReader, ScheduledRows], exports: [PastReader, ScheduledRows] })
export class ScheduleModule {}
