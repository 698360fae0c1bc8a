import type { IncomingHttpHeaders } from 'node:http';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { HotLane } from './cache/hot-lane.js';
import { Clock } from './clock.js';
import type { Config } from './config/config.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { crossOrigin } from './http/cross-origin.js';
import { acceptJsonOnly } from './http/json-body.js';
import { docsHeaders, responseHeaders } from './http/response-headers.js';
import { MAX_URL_LENGTH, SERVER_LIMITS } from './http/server-limits.js';
import { describeApi, serveDocs } from './openapi/document.js';
import { ProblemFilter, refuseBytes, sendProblem, toProblem } from './problem/problem.filter.js';
import { Problem } from './problem/problem.js';
import { InputPipe } from './representation/input.pipe.js';
import { requestId } from './representation/request-id.js';

/**
 * The whole application, initialised and not yet listening: the one way the process and the tests build it.
 * @throws Error in words when the database cannot be opened
 */
export async function createApp(config: Config, clock = new Clock()): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, clock),
    createAdapter(config),
    {
      bodyParser: false,
      abortOnError: false,
      logger: new QuietStart({ json: config.production, logLevels: logLevels(config.logLevel) }),
    },
  );
  acceptJsonOnly(app.getHttpAdapter().getInstance());
  if (config.corsOrigins.length > 0) app.enableCors(crossOrigin(config));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new InputPipe());
  if (config.docs) serveDocs(app, describeApi(app, config));
  await app.init();
  app.get(HotLane, { strict: false }).install(app.getHttpServer());
  return app;
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

function createAdapter(config: Config): FastifyAdapter {
  const headers = responseHeaders(config);
  const headersOfDocs = docsHeaders(config);
  const adapter = new FastifyAdapter({
    ...SERVER_LIMITS,
    // An id of any length is looked at, and refused as an id.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_URL_LENGTH },
    genReqId: requestId,
    // What Fastify refuses before it has found a route.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(toProblem(error), request, reply.headers(headers).header('x-request-id', request.id)),
    // What Node refuses before it is a request.
    clientErrorHandler: refuseBytes,
  });
  const allowed = new AllowedMethods();
  adapter.getInstance().addHook('onRoute', (route) => allowed.learn(route));
  adapter.setOnRequestHook((request, reply, done) => {
    forgetTypeOfNoBody(request.raw.headers);
    reply.headers(request.url.startsWith('/docs') ? headersOfDocs : headers).header('x-request-id', request.id);
    if (request.url.length > MAX_URL_LENGTH)
      done(new Problem(414, 'url-too-long', `A URL has at most ${MAX_URL_LENGTH} characters.`));
    else if (!allowed.answer(request, reply)) done();
  });
  return adapter;
}

/** Many clients name a media type with every request; Fastify would wait for a body, which has ended already. */
function forgetTypeOfNoBody(headers: IncomingHttpHeaders): void {
  if (headers['content-type'] === undefined || headers['content-length'] !== undefined) return;
  if (headers['transfer-encoding'] === undefined) delete headers['content-type'];
}

const LEVELS: LogLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

function logLevels(level: Config['logLevel']): LogLevel[] {
  const names = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];
  return LEVELS.slice(0, names.indexOf(level) + 1);
}
