import { once } from 'node:events';
import { type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer, Body } from './atrium.js';

interface Sent {
  method?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** One request as it stands: headers may repeat, the path is not tidied, nothing is added but what HTTP demands. */
export async function send<T = Body>(url: string, path: string, sent: Sent = {}): Promise<Answer<T>> {
  const { method = 'GET', headers = {}, body } = sent;
  const { hostname, port } = new URL(url);
  const outgoing = request({ hostname, port, path, method, headers, agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  const answered = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  return toAnswer(response.statusCode ?? 0, new Headers(answered), await text(response));
}

/** Bytes over a socket, whatever they are, and the one answer that the server gives before it hangs up. */
export async function sendBytes<T = Body>(url: string, bytes: string | Buffer): Promise<Answer<T>> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  const answer = await text(socket);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  return toAnswer(Number(statusLine.split(' ')[1]), headers, body);
}

function toAnswer<T>(status: number, headers: Headers, body: string): Answer<T> {
  const isJson = /json/.test(headers.get('content-type') ?? '') && body !== '';
  return { status, headers, body: (isJson ? JSON.parse(body) : body) as T };
}
