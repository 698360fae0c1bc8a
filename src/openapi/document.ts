import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from '../config/config.js';
import { ProblemDocument } from '../problem/problem.dto.js';

/** The API described as OpenAPI 3.1, made from the controllers and the classes they take and give. */
export function describeApi(app: INestApplication, { tenantHeader, publicReads }: Config): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Atrium')
    .setDescription(
      'Campaigns and events of shopping centres. Every request names its shopping centre in a header and sees the rows ' +
        'of that one only. Press **Authorize**, enter a shopping centre and, for changes, a token, and every *Try it out* ' +
        'works.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addApiKey(
      { type: 'apiKey', in: 'header', name: tenantHeader, description: 'Id of the shopping centre, such as riverside' },
      'tenant',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Of an editor, for changes' },
      'token',
    )
    .addTag('campaigns', 'Periods such as Black Friday')
    .addTag('events', 'What happens within a campaign, such as a discount phase')
    .addTag('changes', 'Who changed what')
    .addTag('health', 'For probes and dashboards; without tenant and token')
    .build();
  const document = SwaggerModule.createDocument(app, description, {
    extraModels: [ProblemDocument],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
  return publicReads ? withoutTokensOfReaders(document) : document;
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

function withoutTokensOfReaders(document: OpenAPIObject): OpenAPIObject {
  for (const operation of Object.values(document.paths).flatMap((path): Operation[] => Object.values(path))) {
    if (!operation.security?.some(({ token }) => token?.includes('reader'))) continue;
    operation.security = [{ tenant: [] }];
    delete operation.responses['401'];
    Object.assign(operation.responses['403'] ?? {}, { description: 'The shopping centre is suspended' });
  }
  return document;
}

/** Swagger UI at /docs, the document at /openapi.json. */
export function serveDocs(app: INestApplication, document: OpenAPIObject): void {
  SwaggerModule.setup('docs', app, document, {
    customSiteTitle: 'Atrium',
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
    swaggerOptions: { persistAuthorization: true, tryItOutEnabled: true, defaultModelsExpandDepth: -1 },
  });
}
