import type { IncomingHttpHeaders, Server } from 'node:http';
import type { Socket } from 'node:net';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule, DESCRIBED } from './app.module.js';
import { Front } from './fast-path/front.js';
import { Clock } from './clock/clock.js';
import type { Config } from './config/config.js';
import { AllowedMethods } from './http/allowed-methods.js';
import { IS_DESK_BUILT, serveDesk } from './desk/desk-files.js';
import { crossOrigin } from './http/cross-origin.js';
import { leadBrowser } from './http/front-page.js';
import { acceptJsonOnly } from './http/json-body.js';
import { acceptTables } from './http/table-body.js';
import { deskHeaders, docsHeaders, responseHeaders } from './http/response-headers.js';
import { Readiness } from './health/readiness.js';
import { BODY_LIMIT, limitConnections, MAX_URL_LENGTH, SERVER_OPTIONS } from './http/server-limits.js';
import { StartupMigration } from './migration/startup-migration.js';
import { ProcessLogger } from './observability/process-logger.js';
import { RequestObserver } from './observability/request-observer.js';
import { serveDocs } from './openapi/docs.js';
import { hasBearerToken } from './auth/bearer-token.js';
import { PRIVATE } from './representation/cache-control.js';
import { describeApi } from './openapi/document.js';
import { ProblemFilter, refuseBytes, sendProblem, toProblem } from './problem/problem.filter.js';
import { Problem } from './problem/problem.js';
import { InputPipe } from './http/input.pipe.js';
import { Catalogue } from './catalogue/catalogue.js';
import { QueryInterceptor } from './http/query.interceptor.js';
import { wire } from './wiring.js';
import { requestId } from './http/request-id.js';

/**
 * The whole application, initialised and not yet listening: the one way the process and the tests build it.
 * @throws Error in words when the database cannot be opened
 */
export async function createApp(config: Config, clock = new Clock()): Promise<NestFastifyApplication> {
  const adapter = createAdapter(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config, clock), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new ProcessLogger(config),
  });
  acceptJsonOnly(adapter.getInstance());
  acceptTables(adapter.getInstance());
  receive(adapter, config, app.get(RequestObserver, { strict: false }));
  if (config.corsOrigins.length > 0) app.enableCors(crossOrigin(config));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalInterceptors(new QueryInterceptor(app.get(Reflector)));
  app.useGlobalPipes(new InputPipe());
  if (config.docs) serveDocs(app, describeApi(app, config, DESCRIBED), config.tenantHeader);
  await serveDesk(adapter.getInstance(), config);
  await app.get(StartupMigration, { strict: false }).run();
  wire(app);
  await app.init();
  app.get(Catalogue, { strict: false }).startPolling();
  app.get(Front, { strict: false }).install(app.getHttpServer());
  ignoreExpectations(app.getHttpServer());
  limitConnections(app.getHttpServer(), config.keepAliveMs);
  app.get(Readiness, { strict: false }).state = 'ready';
  return app;
}

function createAdapter(config: Config): FastifyAdapter {
  const headers = responseHeaders(config);
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    http: SERVER_OPTIONS,
    // Without it the router would answer 404 for a long id, and the pipe would not refuse it as an id.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_URL_LENGTH },
    genReqId: requestId,
    // Requests that Fastify refuses before it has found a route.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(toProblem(error), request, reply.headers(headers).header('x-request-id', request.id)),
    // Bytes that Node cannot read as a request.
    clientErrorHandler: refuseBytes,
  });
}

/** Installs the work that every request begins with, before the middleware, and ends with. */
function receive(adapter: FastifyAdapter, config: Config, observer: RequestObserver): void {
  const headers = responseHeaders(config);
  const headersOfPages = { '/docs': docsHeaders(config), '/desk': deskHeaders(config) };
  const frontPage = IS_DESK_BUILT ? '/desk' : config.docs ? '/docs' : undefined;
  const allowed = new AllowedMethods();
  adapter.getInstance().addHook('onRoute', (route) => allowed.learn(route));
  adapter.getInstance().addHook('onSend', (request, reply, _, done) => {
    if (hasBearerToken(request.raw)) reply.header('cache-control', PRIVATE);
    done();
  });
  adapter.setOnRequestHook((request, reply, done) => {
    observer.observe(request, reply.raw);
    reply.raw.on('timeout', endStalled);
    forgetTypeOfNoBody(request.raw.headers);
    reply
      .headers(headersOfPages[request.url.slice(0, 5) as keyof typeof headersOfPages] ?? headers)
      .header('x-request-id', request.id);
    if (request.url.length > MAX_URL_LENGTH)
      done(new Problem(414, 'url-too-long', `A URL has at most ${MAX_URL_LENGTH} characters.`));
    else if (!(frontPage && leadBrowser(frontPage, request, reply)) && !allowed.answer(request, reply)) done();
  });
}

/** A request may take longer than the limit for a stalled connection; a client that does not read its answer may not. */
function endStalled(socket: Socket): void {
  if (socket.writableLength > 0) socket.destroy();
}

/** Node answers 417 to an unknown Expect header. It may be ignored (RFC 9110, section 10.1.1), and here it is. */
function ignoreExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

/** Many clients send a media type with every request. Without a body, it would have Fastify wait for one. */
function forgetTypeOfNoBody(headers: IncomingHttpHeaders): void {
  if (headers['content-type'] === undefined || headers['content-length'] !== undefined) return;
  if (headers['transfer-encoding'] === undefined) delete headers['content-type'];
}
