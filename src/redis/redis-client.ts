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
 * For keys. Connects in the background and for ever: calls made while Redis is away fail at once instead of waiting in a
 * queue.
 * @param url one `redis://` or `rediss://` URL, or several, comma-separated, of a Redis Cluster
 */
export function connectRedis(url: string, purpose: string): RedisNode | RedisCluster {
  const urls = split(url);
  return urls.length > 1 ? connectCluster(urls, purpose) : connectNode(url, purpose);
}

/** For pub/sub, likewise: a connection to each node that is named. A cluster passes messages on to all its nodes. */
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
  void node.connect().catch(() => undefined); // said by the error listener
  return node;
}

/**
 * Left to itself the client looks for the nodes once, be they there or not, and again only when a node sends it
 * elsewhere: it would never hear that another node has taken over from one that is gone.
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
  cluster.on('error', () => undefined); // one node of several; when none is left, it is thrown
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

/** Said once when it begins and once when it ends. */
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
  // Of the URLs only the addresses serve to find the nodes, which are then connected to with what is given here.
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
    // What is not there would hold up the rest.
    minimizeConnections: true,
  });
}

/** Pods that lost the same Redis do not come back in step. */
function pauseMs(tries: number): number {
  return Math.min(50 * 2 ** tries, REDIS_RECONNECT_PAUSE_MS) * (0.5 + Math.random() / 2);
}
