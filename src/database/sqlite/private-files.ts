import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';

const FOLDER_OF_OWNER = 0o700;
const FILE_OF_OWNER = 0o600;
const OF_GROUP = 0o070;
const SET_GROUP = 0o2000;

/** The databases, what SQLite keeps beside each of them, and the development secret. */
const PRIVATE = /^jwt-secret$|\.sqlite(-wal|-shm|-journal)?$/;

/**
 * Makes the data folder, and takes from other users what they may do in it: all that people entered is there. A folder
 * with the set-group-ID bit is shared by a group on purpose, such as a volume that Kubernetes gives to `fsGroup`.
 */
export function makePrivate(folder: string): void {
  const tenants = join(folder, 'tenants');
  makeFolders(folder, tenants);
  const group = isShared(folder) ? OF_GROUP : 0;
  const mended = [folder, tenants].flatMap((path) => [
    ...(restrict(path, FOLDER_OF_OWNER | group) ? [path] : []),
    ...privateFilesIn(path).filter((file) => restrict(file, FILE_OF_OWNER | (group & 0o060))),
  ]);
  if (mended.length > 0)
    new Logger('Database').warn(
      `Other users of this machine could read ${mended.slice(0, 3).join(', ')}${mended.length > 3 ? ` and ${mended.length - 3} more` : ''}; now they cannot`,
    );
}

function makeFolders(folder: string, ...within: string[]): void {
  try {
    for (const path of [folder, ...within]) mkdirSync(path, { recursive: true, mode: FOLDER_OF_OWNER });
  } catch (thrown) {
    throw new Error(`The data folder "${folder}" cannot be written to`, { cause: thrown });
  }
}

/** A database file that SQLite has just made or opened, before anything is written. */
export function makeFilePrivate(file: string, folder: string): void {
  restrict(file, FILE_OF_OWNER | (isShared(folder) ? OF_GROUP & 0o060 : 0));
}

function isShared(folder: string): boolean {
  return (lstatSync(folder).mode & SET_GROUP) !== 0;
}

function privateFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && PRIVATE.test(entry.name))
    .map(({ name }) => join(folder, name));
}

/** @returns whether others could do more. What belongs to another user, such as the root of a volume, stays as it is */
function restrict(path: string, allowed: number): boolean {
  try {
    const { mode } = lstatSync(path);
    if ((mode & 0o777 & ~allowed) === 0) return false;
    chmodSync(path, mode & 0o7777 & (allowed | ~0o777));
    return true;
  } catch {
    return false;
  }
}
