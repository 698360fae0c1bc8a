import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/**
 * Lets `answer` see each request before whatever `server` does with it.
 * @param answer whether it answered; otherwise it has touched nothing, and the others are asked
 */
export function inFront(server: Server, answer: (request: IncomingMessage, response: ServerResponse) => boolean): void {
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!answer(request, response)) for (const other of others) other(request, response);
  });
}
