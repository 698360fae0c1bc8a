import { Module } from '@nestjs/common';
import { EarlyRefusal } from './early-refusal.js';
import { FastPath } from './fast-path.js';
import { Front } from './front.js';

@Module({ providers: [Front, EarlyRefusal, FastPath] })
export class FastPathModule {}
