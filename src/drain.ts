import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type INestApplication, Logger } from '@nestjs/common';
import type { Config } from './config/config.js';
import { DRAIN_SWEEP_MS } from './config/time-limits.js';
import { Readiness } from './health/readiness.js';
import { RequestObserver } from './observability/request-observer.js';

type Times = Pick<Config, 'drainDelayMs' | 'shutdownGraceMs'>;

/**
 * The first SIGTERM or SIGINT lets requests finish, and exits with 0 when they did within SHUTDOWN_GRACE_MS, else 1. A
 * second one ends the process at once.
 */
export function drainOnSignals(app: INestApplication, times: Times, andThen = async () => {}): void {
  const logger = new Logger('Drain');
  let draining = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (draining) {
        logger.warn(`${signal} again: going at once`);
        process.exit(1);
      }
      draining = true;
      logger.log(`${signal}: finishing within ${times.shutdownGraceMs} ms`);
      setTimeout(() => giveUp(app, times, logger), times.shutdownGraceMs).unref();
      void end([() => drain(app, times), andThen], logger);
    });
  }
}

/** Runs all steps, even after one has failed, and exits. */
async function end(steps: (() => Promise<void>)[], logger: Logger): Promise<void> {
  let code = 0;
  for (const step of steps) {
    try {
      await step();
    } catch (thrown) {
      logger.error(thrown);
      code = 1;
    }
  }
  process.exit(code);
}

/** In order: reports not ready, stops listening, lets requests finish, closes everything. */
async function drain(app: INestApplication, { drainDelayMs }: Times): Promise<void> {
  const server = app.getHttpServer() as Server;
  app.get(Readiness, { strict: false }).state = 'draining';
  sendClientsAway(server);
  await delay(drainDelayMs);
  await finish(server);
  await app.close();
}

/** Has clients that keep a connection open their next one, which the balancer sends to another pod. */
function sendClientsAway(server: Server): void {
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) =>
    response.setHeader('connection', 'close'),
  );
}

/** Accepts no more connections. Resolves when the last request is answered. */
async function finish(server: Server): Promise<void> {
  const sweeper = setInterval(() => server.closeIdleConnections(), DRAIN_SWEEP_MS);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  clearInterval(sweeper);
}

function giveUp(app: INestApplication, { shutdownGraceMs }: Times, logger: Logger): void {
  const left = app.get(RequestObserver, { strict: false }).list();
  const what = left.length > 0 ? `still in flight: ${left.join(', ')}` : 'no request is in flight, something else is';
  logger.error(`Not done within SHUTDOWN_GRACE_MS (${shutdownGraceMs} ms), going; ${what}`);
  process.exit(1);
}
