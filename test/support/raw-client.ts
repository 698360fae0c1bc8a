import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Requests as they are pipelined: one after the other, before any answer. */
export function pipelined(count: number, path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ host: 'a', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`.repeat(count);
}

/** A client that sends these bytes and reads nothing. It survives the end of its connection. */
export async function mute(url: string, bytes: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  await once(socket, 'connect');
  if (bytes !== '') socket.write(bytes);
  return socket.pause();
}

/**
 * Reads at most so fast, and then hangs up.
 * @param wanted how much; without it, one answer
 * @returns how many bytes it was, and whether that is all
 */
export async function readSlowly(
  socket: Socket,
  bytesPerSecond: number,
  wanted?: number,
): Promise<{ length: number; isWhole: boolean }> {
  const beganMs = performance.now();
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    wanted ??= lengthOf(chunk);
    length += chunk.length;
    if (length >= wanted) socket.destroy();
    const aheadMs = (length / bytesPerSecond) * 1_000 - (performance.now() - beganMs);
    if (aheadMs > 0) void pauseFor(socket, aheadMs);
  });
  socket.resume();
  await once(socket, 'close');
  return { length, isWhole: wanted !== undefined && length >= wanted };
}

/** The length of an answer that begins like this. */
function lengthOf(begin: Buffer): number {
  const [head = ''] = begin.toString('latin1').split('\r\n\r\n');
  return head.length + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1]);
}

async function pauseFor(socket: Socket, ms: number): Promise<void> {
  socket.pause();
  await delay(ms);
  socket.resume();
}
