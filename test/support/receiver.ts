import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface Received {
  id: string;
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  atMs: number;
  body: { type: string; timestamp: string; data: { tenant: string; revision: number; row: Row | null; before?: Row } };
}

interface Row {
  id: number;
  name: string;
  campaignEventId?: number;
}

/** Takes webhooks over HTTP, and answers as `answer` says. */
export class Receiver {
  readonly received: Received[] = [];
  /** What it answers; 204 to everything unless set. */
  answer: (received: Received, response: ServerResponse) => unknown = (_, response) => response.writeHead(204).end();
  private readonly server = createServer((request, response) => {
    void text(request).then((body) => {
      const received = {
        id: String(request.headers['webhook-id']),
        path: request.url ?? '',
        headers: request.headers,
        text: body,
        atMs: Date.now(),
        body: JSON.parse(body) as Received['body'],
      };
      this.received.push(received);
      return this.answer(received, response);
    });
  });

  /** @param host all addresses of this machine with 0.0.0.0 */
  static async start(host = '127.0.0.1'): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.server.listen(0, host);
    await once(receiver.server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get types(): string[] {
    return this.received.map(({ body }) => body.type);
  }

  /** Waits, for some seconds at most. @throws Error with what has come */
  async until(isThere: (receiver: Receiver) => boolean, seconds = 20): Promise<void> {
    for (let attempt = 0; attempt < seconds * 50 && !isThere(this); attempt++) await delay(20);
    if (!isThere(this)) throw new Error(`Only this has come: ${this.types.join(', ')}`);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Verifies a signature as the specification of Standard Webhooks says it, by nothing but node:crypto. */
export function isSigned({ headers, text: body }: Pick<Received, 'headers' | 'text'>, secret: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest();
  return String(signatures)
    .split(' ')
    .some((signature) => {
      const [version, value = ''] = signature.split(',');
      const given = Buffer.from(value, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
}
