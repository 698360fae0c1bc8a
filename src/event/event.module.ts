import { Module } from '@nestjs/common';
import { PageReader } from '../schedule/page-reader.js';
import { EventController } from './event.controller.js';
import { EventService } from './event.service.js';

@Module({ controllers: [EventController], providers: [EventService, PageReader] })
export class EventModule {}
