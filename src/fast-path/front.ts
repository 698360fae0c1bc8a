import type { RequestListener, Server } from 'node:http';
import { Injectable } from '@nestjs/common';
import { EarlyRefusal } from './early-refusal.js';
import { FastPath } from './fast-path.js';

/** Sees each request before the framework does: early refusal comes first, then the fast path. */
@Injectable()
export class Front {
  constructor(
    private readonly earlyRefusal: EarlyRefusal,
    private readonly fastPath: FastPath,
  ) {}

  /** Puts itself before the listeners that `server` has now. */
  install(server: Server): void {
    const { earlyRefusal, fastPath } = this;
    const [refuses, answers] = [earlyRefusal.isEnabled, fastPath.isEnabled];
    const framework = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (refuses && earlyRefusal.refuse(request, response)) return;
      if (answers && fastPath.answer(request, response)) return;
      for (const listener of framework) listener(request, response);
    });
  }
}
