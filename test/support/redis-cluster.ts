import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, freePort, type Redis, startRedis } from './redis.js';

/** How long a node is silent before another takes its place. */
const NODE_TIMEOUT_MS = 500;

export interface RedisCluster {
  /** The URLs of the three nodes that share the keys. */
  url: string;
  nodes: [Redis, Redis, Redis];
  /** Resolves when the fourth node has taken the place of the first. */
  untilReplaced(): Promise<void>;
  /** All nodes, as `kill -9`. */
  kill(): Promise<void>;
  /** All nodes, each on its port, with the slots it had. */
  restart(): Promise<void>;
  /** Kills all nodes for good. */
  remove(): Promise<void>;
}

/**
 * A real Redis Cluster: three nodes that share the keys, and one that takes the place of the first when that is gone.
 * @param password what all nodes ask for
 */
export async function startRedisCluster(password: string): Promise<RedisCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-redis-'));
  const busPorts = [await freePort(), await freePort(), await freePort(), await freePort()];
  const all = await Promise.all(busPorts.map((port) => startRedis(nodeOptions(folder, port, password))));
  const [first, second, third, spare] = all as [Redis, Redis, Redis, Redis];
  const tell = ({ port }: Redis, command: string) => ask(port, `AUTH ${password}`, command);
  const until = async (node: Redis, command: string, answer: string): Promise<void> => {
    while (!(await tell(node, command)).includes(answer)) await delay(20);
  };

  for (const [index, node] of all.entries()) {
    await tell(node, `CLUSTER SET-CONFIG-EPOCH ${index + 1}`);
    await tell(node, `CLUSTER MEET 127.0.0.1 ${first.port} ${busPorts[0]}`);
  }
  await tell(first, 'CLUSTER ADDSLOTSRANGE 0 5000');
  await tell(second, 'CLUSTER ADDSLOTSRANGE 5001 10000');
  await tell(third, 'CLUSTER ADDSLOTSRANGE 10001 16383');
  for (const node of all) await until(node, 'CLUSTER INFO', 'cluster_known_nodes:4');
  const [id] = /[0-9a-f]{40}/.exec(await tell(first, 'CLUSTER MYID')) ?? [];
  await tell(spare, `CLUSTER REPLICATE ${id}`);
  await until(spare, 'INFO replication', 'master_link_status:up');
  for (const node of all) await until(node, 'CLUSTER INFO', 'cluster_state:ok');

  const kill = async (): Promise<void> => void (await Promise.all(all.map((node) => node.kill())));
  return {
    url: [first, second, third]
      .map(({ port }) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}`)
      .join(','),
    nodes: [first, second, third],
    untilReplaced: () => until(spare, 'INFO replication', 'role:master'),
    kill,
    restart: async () => void (await Promise.all(all.map((node) => node.restart()))),
    async remove() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function nodeOptions(folder: string, busPort: number, password: string): string[] {
  return Object.entries({
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-config-file': `${busPort}.conf`,
    dir: folder,
    dbfilename: `${busPort}.rdb`,
    'repl-diskless-sync-delay': '0',
    'cluster-node-timeout': String(NODE_TIMEOUT_MS),
    requirepass: password,
    masterauth: password,
  }).flatMap(([name, value]) => [`--${name}`, value]);
}
