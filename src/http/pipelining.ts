import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait, whatever the others do. */
const OWN_PLACES = 16;

/** Requests of all connections that may wait beyond that; each takes some 2 KB. */
const SHARED_PLACES = 5_000;

/**
 * Has the requests of a connection answered one after the other. Node begins all that a client has pipelined at once and
 * keeps their answers until the client has read those before: one client could fill the memory. A connection that takes
 * more places than there are is closed.
 * @param server has all its listeners
 */
export function answerInTurn(server: Server): void {
  const listeners = server.listeners('request') as RequestListener[];
  const places = new Places();
  const begin: RequestListener = (request, response) => {
    for (const listener of listeners) listener(request, response);
  };
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    // Node gives a response its socket when those before it are sent.
    if (response.socket === null) wait(request, response, places, begin);
    else begin(request, response);
  });
}

function wait(request: IncomingMessage, response: ServerResponse, places: Places, begin: RequestListener): void {
  const { socket } = request;
  if (socket.destroyed) return; // of the same packet as one that found no place
  if (!places.take(socket)) {
    socket.destroy();
    return;
  }
  response.once('socket', () => {
    // Other connections come first: a chain of answers from memory would never let the event loop go.
    setImmediate(() => {
      places.giveBack(socket);
      if (!socket.destroyed) begin(request, response);
    });
  });
}

/** The places of requests that wait. */
class Places {
  private readonly takenBy = new Map<Socket, number>();
  private taken = 0;

  /** @returns false when there is none */
  take(socket: Socket): boolean {
    const own = this.takenBy.get(socket);
    if (own === undefined) socket.once('close', () => this.giveAllBack(socket));
    else if (own >= OWN_PLACES && this.taken >= SHARED_PLACES) return false;
    this.takenBy.set(socket, (own ?? 0) + 1);
    this.taken++;
    return true;
  }

  giveBack(socket: Socket): void {
    const own = this.takenBy.get(socket);
    if (own === undefined) return; // given back when the connection closed
    this.takenBy.set(socket, own - 1);
    this.taken--;
  }

  private giveAllBack(socket: Socket): void {
    this.taken -= this.takenBy.get(socket) ?? 0;
    this.takenBy.delete(socket);
  }
}
