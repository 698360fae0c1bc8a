import { constants, createWriteStream } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/** A file that was not there before: no link that somebody has laid out is followed, and nothing is replaced. */
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW | constants.O_WRONLY;
const OF_OWNER = 0o600;
const FOLDER_OF_OWNER = 0o700;

/**
 * Keeps what `fill` writes in `file`, which only its owner can read. The file appears when all of it is on the disk.
 * @throws the failure, and leaves no file behind. One that is there already is a failure
 */
export async function keepFile<T>(file: string, fill: (sink: Writable) => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: FOLDER_OF_OWNER });
  if (await isThere(file)) throw new Error(`"${file}" is there already: give the name of a new file`);
  const partial = `${file}.partial`;
  await rm(partial, { force: true }); // of an attempt that was cut off
  const handle = await open(partial, NEW_FILE, OF_OWNER);
  const sink = createWriteStream(partial, { fd: handle });
  try {
    const ended = finished(sink);
    ended.catch(() => undefined); // awaited below
    const result = await Promise.race([fill(sink), ended.then(() => Promise.reject(new Error('The file was closed')))]);
    sink.end();
    await ended;
    await sync(partial);
    await reserve(file);
    await rename(partial, file);
    await sync(dirname(file));
    return result;
  } catch (thrown) {
    sink.destroy();
    await rm(partial, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** Somebody may have made the file meanwhile. @throws Error then; otherwise an empty file of ours is there to be replaced */
async function reserve(file: string): Promise<void> {
  await (await open(file, NEW_FILE, OF_OWNER)).close();
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
