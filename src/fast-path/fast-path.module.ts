import { Global, Module } from '@nestjs/common';
import { EarlyRefusal } from './early-refusal.js';
import { FastPath } from './fast-path.js';

@Global()
@Module({ providers: [FastPath, EarlyRefusal], exports: [FastPath] })
export class FastPathModule {}
