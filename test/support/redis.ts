import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
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
 * @param options of redis-server, beside those that every Redis of the tests has
 * @throws Error when redis-server is not installed
 */
export async function startRedis(options: string[] = []): Promise<Redis> {
  const port = await freePort();
  let child = await spawnRedis(port, options);
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
      child = await spawnRedis(port, options);
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    flush: async () => void (await ask(port, 'FLUSHALL')),
  };
}

/** None outlives the tests, however they end. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function spawnRedis(port: number, options: string[]): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...options];
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', () => reject(new Error('redis-server is not installed: apt-get install redis-server')));
  });
  running.add(child);
  for (;;) {
    try {
      await ask(port, 'PING');
      return child;
    } catch {
      await delay(10);
    }
  }
}

/** Its answers to these commands, in the words of its protocol. */
export async function ask(port: number, ...commands: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write([...commands, 'QUIT', ''].join('\r\n'));
  return text(socket);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
