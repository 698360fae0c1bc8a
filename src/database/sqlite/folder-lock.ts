import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { InUse } from '../engine.js';
import { makeFilePrivate } from './private-files.js';

/**
 * Takes the folder for this process, for as long as its catalogue is open. Others that only read may open the catalogue.
 * @throws InUse in words when another process has it
 */
export function holdAlone(catalogue: Database.Database, folder: string): void {
  if (lock(catalogue, folder)) return;
  throw new InUse(
    `The data folder "${folder}" is in use by another Atrium. Stop that one, or give this one a folder of its own: DATABASE_URL=sqlite:<folder>.`,
  );
}

/**
 * Locks a file that has no other purpose, attached to the catalogue so that it closes with it.
 * @returns false when another process has the lock
 */
function lock(catalogue: Database.Database, folder: string): boolean {
  const file = join(folder, 'lock.sqlite');
  try {
    catalogue.prepare('ATTACH ? AS alone').run(file);
    makeFilePrivate(file, folder);
    catalogue.pragma('alone.locking_mode = EXCLUSIVE');
    catalogue.pragma('alone.user_version = 1'); // the lock is taken by a write, and then kept
    catalogue.exec('BEGIN IMMEDIATE; COMMIT'); // earlier releases lock the catalogue itself
    return true;
  } catch (thrown) {
    if ((thrown as { code?: string }).code === 'SQLITE_BUSY') return false;
    throw thrown;
  }
}
