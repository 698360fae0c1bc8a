import { createServer } from 'node:http';
import { fastify } from 'fastify';

// What Atrium is measured against: the least that can send the same bytes with the same headers.
const { body, headers } = JSON.parse(process.env.ANSWER ?? '{}') as { body: string; headers: Record<string, string> };
const bytes = Buffer.from(body);
const port = Number(process.env.PORT);

if (process.argv[2] === 'node http') {
  createServer((_, response) => response.writeHead(200, headers).end(bytes)).listen(port, '127.0.0.1');
} else {
  const app = fastify();
  app.get('/*', (_, reply) => reply.headers(headers).send(bytes));
  await app.listen({ port, host: '127.0.0.1' });
}
