import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createClient, createCluster } from '@keyv/redis';
import {
  REDIS_CONNECT_TIMEOUT_MS,
  REDIS_PING_MS,
  REDIS_RECONNECT_PAUSE_MS,
  REDIS_SILENCE_MS,
} from '../config/time-limits.js';

export type RedisNode = ReturnType<typeof createNode>;
export type RedisCluster = ReturnType<typeof createClusterOf>;

/**
 * A connection for keys. It connects in the background and never gives up. Calls made while Redis is away fail at once
 * instead of waiting in a queue.
 * @param url one `redis://` or `rediss://` URL, or several, comma-separated, of a Redis Cluster
 */
export function connectRedis(url: string, purpose: string): RedisNode | RedisCluster {
  const urls = split(url);
  return urls.length > 1 ? connectCluster(urls, purpose) : connectNode(url, purpose);
}

/** Connections for pub/sub, one to each named node. A cluster passes messages on to all its nodes. */
export function connectNodes(url: string, purpose: string): RedisNode[] {
  const urls = [...new Set(split(url))];
  return urls.map((one) => connectNode(one, urls.length > 1 ? `${purpose}, ${new URL(one).host}` : purpose));
}

function split(url: string): string[] {
  return url.split(',').map((one) => one.trim());
}

function connectNode(url: string, purpose: string): RedisNode {
  const node = createNode(url);
  const outage = new Outage(purpose);
  node.on('error', (error: Error) => outage.begin(error));
  node.on('ready', () => outage.end());
  void node.connect().catch(() => undefined); // the error listener logs it
  return node;
}

/**
 * Looks for the cluster's nodes until it finds them, and again after each lost connection. The client would look once,
 * and then only when a node redirects it: it would never learn that another node has taken over from a lost one.
 */
function connectCluster(urls: string[], purpose: string): RedisCluster {
  const cluster = createClusterOf(urls);
  const outage = new Outage(purpose);
  const closed = new AbortController();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    for (let tries = 0; !closed.signal.aborted; tries++) {
      try {
        await find(cluster);
        outage.end();
        break;
      } catch (thrown) {
        outage.begin(thrown as Error);
        await delay(pauseMs(tries));
      }
    }
    isLooking = false;
  };
  cluster.on('error', () => undefined); // concerns one node of several; `find` throws when none is left
  cluster.on('node-reconnecting', () => void look());
  cluster.once('disconnect', () => closed.abort());
  void look();
  return cluster;
}

/** @throws Error when no node answers */
async function find(cluster: RedisCluster): Promise<void> {
  const known = cluster.masters.find(({ client }) => client !== undefined)?.client;
  if (known && 'options' in known) await cluster._slots.rediscover(known);
  else if (!cluster.isOpen) await cluster.connect();
}

/** Logs an outage once when it begins and once when it ends. */
class Outage {
  private readonly logger = new Logger('Redis');
  private isOn = false;

  constructor(private readonly purpose: string) {}

  begin({ message, name }: Error): void {
    if (!this.isOn) this.logger.warn(`${this.purpose}: Redis is away, going on without it (${message || name})`);
    this.isOn = true;
  }

  end(): void {
    if (this.isOn) this.logger.log(`${this.purpose}: Redis is back`);
    this.isOn = false;
  }
}

const socket = {
  connectTimeout: REDIS_CONNECT_TIMEOUT_MS,
  socketTimeout: REDIS_SILENCE_MS,
  reconnectStrategy: pauseMs,
};
const options = { disableOfflineQueue: true, pingInterval: REDIS_PING_MS };

function createNode(url: string) {
  return createClient({ ...options, url, socket });
}

function createClusterOf(urls: string[]) {
  // The client takes only addresses from `rootNodes`; it connects to the nodes with `defaults`.
  const { protocol, username, password } = new URL(urls[0] ?? '');
  const secure = protocol === 'rediss:' ? { tls: true as const } : {};
  return createCluster({
    rootNodes: urls.map((url) => ({ url })),
    defaults: {
      ...options,
      socket: { ...socket, ...secure },
      username: decodeURIComponent(username) || undefined,
      password: decodeURIComponent(password) || undefined,
    },
    // Otherwise a node that is away would hold up the others.
    minimizeConnections: true,
  });
}

/** Random, so that pods that lost the same Redis do not all reconnect at once. */
function pauseMs(tries: number): number {
  return Math.min(50 * 2 ** tries, REDIS_RECONNECT_PAUSE_MS) * (0.5 + Math.random() / 2);
}
