import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type INestApplication, Logger } from '@nestjs/common';
import type { Config } from './config/config.js';
import { SAME_SIGNAL_MS } from './config/time-limits.js';
import { endAtOnce, ENDING_SIGNALS } from './default-signals.js';
import { Readiness } from './health/readiness.js';
import { Connections } from './http/connections.js';
import { RequestObserver } from './observability/request-observer.js';
import { TimelineStreams } from './timeline/timeline-streams.js';

type Times = Pick<Config, 'drainDelayMs' | 'shutdownGraceMs'>;

/**
 * The first SIGTERM or SIGINT lets requests finish, and exits with 0 when they did within SHUTDOWN_GRACE_MS, else 1. A
 * second one ends the process at once.
 * @param app does not listen yet
 */
export function drainOnSignals(app: INestApplication, times: Times, andThen = async () => {}): void {
  const logger = new Logger('Drain');
  const connections = new Connections(app.getHttpServer() as Server);
  let first: { signal: string; atMs: number } | undefined;
  for (const signal of ENDING_SIGNALS) {
    process.off(signal, endAtOnce);
    process.on(signal, () => {
      // One Ctrl-C at "npm start" comes twice: from the terminal, and once more from npm.
      if (first?.signal === signal && performance.now() - first.atMs < SAME_SIGNAL_MS) return;
      if (first) {
        logger.warn(`${signal} again: going at once`);
        process.exit(1);
      }
      first = { signal, atMs: performance.now() };
      logger.log(`${signal}: finishing within ${times.shutdownGraceMs} ms`);
      setTimeout(() => giveUp(app, connections, times, logger), times.shutdownGraceMs).unref();
      void end([() => drain(app, connections, times), andThen], logger);
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

/** In order: reports not ready, ends streams, stops listening, lets requests finish, closes everything. */
async function drain(app: INestApplication, connections: Connections, { drainDelayMs }: Times): Promise<void> {
  app.get(Readiness, { strict: false }).state = 'draining';
  connections.sendClientsAway();
  await delay(drainDelayMs);
  app.get(TimelineStreams, { strict: false }).end(); // they would have no end
  await connections.finish();
  await app.close();
}

function giveUp(app: INestApplication, { busy }: Connections, { shutdownGraceMs }: Times, logger: Logger): void {
  const left = app.get(RequestObserver, { strict: false }).list();
  const what =
    left.length > 0
      ? `still in flight: ${left.join(', ')}`
      : busy > 0
        ? `${busy} answers are not read by their clients`
        : 'no request is in flight, something else is';
  logger.error(`Not done within SHUTDOWN_GRACE_MS (${shutdownGraceMs} ms), going; ${what}`);
  process.exit(1);
}
