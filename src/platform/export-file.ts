import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/**
 * Keeps what `fill` writes in `file`, readable by its owner only. The file appears when all of it is on the disk.
 * @throws the failure, and leaves no file behind
 */
export async function keepFile<T>(file: string, fill: (sink: Writable) => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  try {
    const sink = createWriteStream(partial, { mode: 0o600 });
    const ended = finished(sink);
    ended.catch(() => undefined); // awaited below
    const result = await Promise.race([fill(sink), ended.then(() => Promise.reject(new Error('The file was closed')))]);
    sink.end();
    await ended;
    await sync(partial);
    await rename(partial, file);
    await sync(dirname(file));
    return result;
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
