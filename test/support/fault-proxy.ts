import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * - `none`: everything passes.
 * - `refusing`: connections break and new ones are refused, as when the server's process is gone.
 * - `down`: connections stay and are taken, and nothing passes, as when its machine or the network is gone.
 * - `slow`: each answer comes SLOW_MS late.
 * - `cut`: a connection breaks in the middle of an answer.
 * - `flapping`: refusing and well in turn, FLAP_MS each.
 */
export type Fault = 'none' | 'refusing' | 'down' | 'slow' | 'cut' | 'flapping';

const SLOW_MS = 2_000;
const FLAP_MS = 400;
/** Bytes of an answer before the cut. */
const CUT_BYTES = 10;

/** Stands between Atrium and a server, so that a test can harm what passes and mend it again. */
export class FaultProxy {
  port = 0;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private fault: Fault = 'none';
  private flapping: NodeJS.Timeout | undefined;

  private constructor(
    private readonly targetPort: number,
    private readonly targetHost: string,
  ) {}

  /** On a free port of this machine. */
  static async start(targetPort: number, targetHost = '127.0.0.1'): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort, targetHost);
    await proxy.listen();
    return proxy;
  }

  /** From now on, on the same port; it ends whatever fault was before. */
  async inject(fault: Fault): Promise<void> {
    clearInterval(this.flapping);
    this.fault = fault;
    for (const socket of this.sockets) if (fault === 'down') socket.pause();
    for (const socket of this.sockets) if (fault !== 'down') socket.resume();
    if (fault === 'refusing') return this.refuse();
    await this.listen();
    if (fault !== 'flapping') return;
    let well = true;
    this.flapping = setInterval(() => {
      well = !well;
      void (well ? this.listen() : this.refuse());
    }, FLAP_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.flapping);
    await this.refuse();
  }

  private async listen(): Promise<void> {
    if (this.server) return;
    const server = (this.server = createServer((client) => this.join(client)));
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.port = (server.address() as AddressInfo).port;
  }

  private async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise((done) => (server ? server.close(done) : done(undefined)));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(client: Socket): void {
    const upstream = connect(this.targetPort, this.targetHost);
    this.pass(client, upstream, (chunk) => upstream.write(chunk));
    const due = { atMs: 0 };
    this.pass(upstream, client, (chunk) => this.answer(client, chunk, due));
  }

  private pass(from: Socket, to: Socket, onward: (chunk: Buffer) => void): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => void (to.destroyed || onward(chunk)));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.fault === 'down') from.pause();
  }

  /** @param due when the last late piece of this connection's answers arrives: a later one never overtakes it */
  private answer(client: Socket, chunk: Buffer, due: { atMs: number }): void {
    const nowMs = performance.now();
    if (this.fault === 'cut') client.write(chunk.subarray(0, CUT_BYTES), () => client.destroy());
    else if (this.fault === 'slow' || due.atMs > nowMs) {
      due.atMs = Math.max(due.atMs + 2, nowMs + (this.fault === 'slow' ? SLOW_MS : 0));
      setTimeout(() => void (client.destroyed || client.write(chunk)), due.atMs - nowMs);
    } else client.write(chunk);
  }
}
