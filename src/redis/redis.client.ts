import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createClient, createCluster } from '@keyv/redis';

const CONNECT_TIMEOUT_MS = 1_000;
const PING_EVERY_MS = 1_000;
/** A peer that is silent for this long, pings included, is given up and connected to anew. */
const SILENCE_MS = 4_000;
const LONGEST_PAUSE_MS = 2_000;

/** What Atrium uses of a node or of a cluster. */
export type RedisConnection = ReturnType<typeof connectNode> | ReturnType<typeof connectCluster>;

/**
 * Connects in the background and for ever: calls made while Redis is away fail at once instead of waiting in a queue.
 * @param url one `redis://` or `rediss://` URL, or several, comma-separated, of a Redis Cluster
 */
export function connectRedis(url: string, purpose: string): RedisConnection {
  const urls = url.split(',').map((one) => one.trim());
  const connection = urls.length > 1 ? connectCluster(urls) : connectNode(url);
  watch(connection, purpose);
  return connection;
}

/** Leaves without waiting for a Redis that may not answer. */
export async function disconnectRedis(connection: RedisConnection): Promise<void> {
  await Promise.race([Promise.resolve(connection.destroy()), delay(CONNECT_TIMEOUT_MS)]);
}

/** Whether commands reach it: in a cluster, one of its nodes. */
export function isConnected(connection: RedisConnection): boolean {
  if ('isReady' in connection) return connection.isReady;
  return connection.masters.some(({ client }) => client !== undefined && 'isReady' in client && client.isReady);
}

const socket = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: SILENCE_MS,
  // Pods that lost the same Redis do not come back in step.
  reconnectStrategy: (tries: number) => Math.min(50 * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
};

function connectNode(url: string) {
  return createClient({ url, disableOfflineQueue: true, pingInterval: PING_EVERY_MS, socket });
}

function connectCluster(urls: string[]) {
  return createCluster({
    rootNodes: urls.map((url) => ({ url })),
    defaults: { disableOfflineQueue: true, pingInterval: PING_EVERY_MS, socket },
  });
}

function watch(connection: RedisConnection, purpose: string): void {
  const logger = new Logger('Redis');
  let down = false;
  connection.on('error', (error: Error) => {
    if (!down) logger.warn(`${purpose}: Redis is away, going on without it (${error.message || error.name})`);
    down = true;
  });
  connection.on('ready', () => {
    if (down) logger.log(`${purpose}: Redis is back`);
    down = false;
  });
  void connection.connect().catch(() => undefined); // said by the error listener
}
