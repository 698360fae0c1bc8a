import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Stands between Atrium and the database server, so that a test can take the server away and bring it back. */
export class Proxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private frozen = false;
  port = 0;

  constructor(
    private readonly targetHost: string,
    private readonly targetPort: number,
  ) {}

  /** Takes connections, on the same port as before. */
  async open(): Promise<void> {
    this.server = createServer((client) => this.join(client));
    await new Promise<void>((done) => this.server?.listen(this.port, '127.0.0.1', done));
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** As when the server goes down: connections break, new ones are refused. */
  async close(): Promise<void> {
    const closed = new Promise((done) => this.server?.close(done));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** As when the network stalls: connections stay, nothing passes. */
  freeze(frozen: boolean): void {
    this.frozen = frozen;
    for (const socket of this.sockets) if (frozen) socket.pause();
    for (const socket of this.sockets) if (!frozen) socket.resume();
  }

  private join(client: Socket): void {
    const upstream = connect(this.targetPort, this.targetHost);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => void (to.destroyed || to.write(chunk)));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.frozen) from.pause();
    }
  }
}
