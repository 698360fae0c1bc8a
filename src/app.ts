import { randomUUID } from 'node:crypto';
import { type IncomingMessage, maxHeaderSize } from 'node:http';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { Clock } from './clock.js';
import type { Config } from './config.js';
import { describeApi, serveDocs } from './openapi/document.js';
import { ProblemFilter, refuseBytes, sendProblem, toProblem } from './problem/problem.filter.js';
import { InputPipe } from './representation/input.pipe.js';

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * The whole application, initialised and not yet listening: the one way the process and the tests build it.
 * @throws Error in words when the database cannot be opened
 */
export async function createApp(config: Config, clock = new Clock()): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config, clock), createAdapter(), {
    bodyParser: false,
    abortOnError: false,
    logger: new QuietStart({ json: config.production, logLevels: logLevels(config.logLevel) }),
  });
  acceptJsonOnly(app.getHttpAdapter().getInstance());
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new InputPipe());
  serveDocs(app, describeApi(app, config.tenantHeader));
  return app.init();
}

/** Says nothing of the modules and routes that Nest finds as it starts, nor twice what keeps it from starting. */
class QuietStart extends ConsoleLogger {
  override log(...[message, ...rest]: Parameters<ConsoleLogger['log']>): void {
    if (
      !['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'].includes(
        String(rest.at(-1)),
      )
    ) {
      super.log(message, ...rest);
    }
  }

  // What keeps it from starting is thrown as well, and whoever starts it says so in words.
  override error(...[message, ...rest]: Parameters<ConsoleLogger['error']>): void {
    if (!['TypeOrmModule', 'ExceptionHandler'].includes(String(rest.at(-1)))) super.error(message, ...rest);
  }
}

function createAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // An id of any length is looked at, and refused as an id.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxHeaderSize },
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    // What Fastify refuses before it has found a route.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(toProblem(error), request, reply.header('x-request-id', request.id)),
    // What Node refuses before it is a request.
    clientErrorHandler: refuseBytes,
  });
  adapter.setOnRequestHook((request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  return adapter;
}

function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser<string>(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      // Many clients name a type with every request, though this one has no body.
      if (request.method === 'DELETE' && body === '') done(null);
      else void parse(request, body, done);
    },
  );
}

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

function logLevels(level: Config['logLevel']): LogLevel[] {
  const names = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];
  return LEVELS.slice(0, names.indexOf(level) + 1);
}
