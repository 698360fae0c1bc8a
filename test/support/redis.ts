import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Socket, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Redis {
  url: string;
  port: number;
  /** As `kill -9` or a lost machine. */
  kill(): Promise<void>;
  /** As before, empty, on the same port. */
  restart(): Promise<void>;
  /** Keeps its connections and answers nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
  flush(): Promise<void>;
}

/**
 * A real Redis on a free port of this machine.
 * @throws Error when redis-server is not installed
 */
export async function startRedis(): Promise<Redis> {
  const port = await freePort();
  let child = await spawnRedis(port);
  const kill = async (): Promise<void> => {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    while (child.exitCode === null && child.signalCode === null) await delay(5);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    async restart() {
      await kill();
      child = await spawnRedis(port);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    flush: () => ask(port, 'FLUSHALL'),
  };
}

async function spawnRedis(port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''], {
    stdio: 'ignore',
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', () => reject(new Error('redis-server is not installed: apt-get install redis-server')));
  });
  process.once('exit', () => child.kill('SIGKILL'));
  for (;;) {
    try {
      await ask(port, 'PING');
      return child;
    } catch {
      await delay(10);
    }
  }
}

function ask(port: number, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

export interface Proxy {
  url: string;
  /** Drops every connection and refuses new ones, until `mend`. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** Stands between a client and a Redis, to be cut. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
    }
    client.pipe(upstream).pipe(client);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    close() {
      drop();
      server.close();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
