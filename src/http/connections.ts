import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { DRAIN_HALF_REQUEST_MS, DRAIN_SWEEP_MS } from '../config/time-limits.js';

/** The connections of a server that is going to end. Node's own list takes an answer for sent that is not. */
export class Connections {
  private readonly open = new Set<Socket>();

  /** @param server does not listen yet */
  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.open.add(socket);
      socket.once('close', () => this.open.delete(socket));
    });
  }

  /** Has clients that keep a connection open their next one, which the balancer sends to another pod. */
  sendClientsAway(): void {
    this.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) =>
      response.setHeader('connection', 'close'),
    );
  }

  /**
   * Accepts no more connections. Resolves when each answer under way is sent. Connections without a request are closed,
   * and so are those whose request does not go on.
   */
  async finish(): Promise<void> {
    const seen = new Map<Socket, Quiet>();
    const sweeper = setInterval(() => this.sweep(seen), DRAIN_SWEEP_MS);
    // Not the method of the HTTP server: that one closes connections whose answers wait to be sent.
    await new Promise((resolve) => NetServer.prototype.close.call(this.server, resolve));
    clearInterval(sweeper);
  }

  /** How many connections have an answer under way. */
  get busy(): number {
    return [...this.open].filter((socket) => responseOf(socket)).length;
  }

  private sweep(seen: Map<Socket, Quiet>): void {
    const nowMs = performance.now();
    for (const socket of this.open) {
      const { bytesRead } = socket;
      const quiet = seen.get(socket);
      if (quiet?.bytesRead !== bytesRead) seen.set(socket, { bytesRead, sinceMs: nowMs });
      else if (nowMs - quiet.sinceMs >= patienceMs(socket)) socket.destroy();
    }
  }
}

/** The time since which nothing was read from a connection. */
interface Quiet {
  bytesRead: number;
  sinceMs: number;
}

function patienceMs(socket: Socket): number {
  const response = responseOf(socket);
  if (!response) return 0; // nothing has come, or half a head: that was one sweep ago already
  return response.req.complete ? Infinity : DRAIN_HALF_REQUEST_MS;
}

/** The response that a connection is about. Node has no public name for it. */
function responseOf(socket: Socket & { _httpMessage?: ServerResponse | null }): ServerResponse | undefined {
  return socket._httpMessage ?? undefined;
}
