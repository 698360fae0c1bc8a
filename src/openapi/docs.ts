import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { documentForStaff } from './staff-document.js';
import { staffPlugin } from './staff-plugin.js';
import { STYLE } from './style.js';

/** Without it a phone draws the page as wide as a desktop's, and shrinks it. */
const VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">';

/** Swagger UI at /docs, the document at /openapi.json. */
export function serveDocs(app: INestApplication, document: OpenAPIObject, tenantHeader: string): void {
  fitPhones(app.getHttpAdapter().getInstance() as FastifyInstance);
  SwaggerModule.setup('docs', app, documentForStaff(document, tenantHeader), {
    customSiteTitle: 'Atrium',
    customCss: STYLE,
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    patchDocumentOnRequest: (request: unknown, _response: unknown, forStaff: OpenAPIObject) =>
      (request as FastifyRequest).url.startsWith('/openapi.json') ? document : forStaff,
    swaggerOptions: {
      persistAuthorization: true,
      tryItOutEnabled: true,
      docExpansion: 'list',
      // The classes stand with the operations that use them.
      defaultModelsExpandDepth: -1,
      plugins: [staffPlugin],
      // Who has just changed something wants to see it, not what the browser keeps. Runs in the browser.
      requestInterceptor: (request: Record<string, unknown>) => Object.assign(request, { cache: 'no-store' }),
    },
  });
}

/** The template of @nestjs/swagger has no place for a meta element. */
function fitPhones(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!/^\/docs(\/|\/index\.html)?$/.test(route.url)) return;
    route.onSend = async (_request: FastifyRequest, _reply: FastifyReply, page: unknown) =>
      typeof page === 'string' ? page.replace('<head>', `<head>\n  ${VIEWPORT}`) : page;
  });
}
