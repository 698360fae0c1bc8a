import { existsSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Entries that Atrium itself makes in the folder of the embedded database. */
const OWN = /^((catalogue|lock)\.sqlite(-wal|-shm|-journal)?|tenants|exports|jwt-secret)$/;

export async function main(): Promise<number> {
  try {
    console.log(resetDemo('data'));
    return 0;
  } catch (thrown) {
    console.error((thrown as Error).message);
    return 1;
  }
}

/**
 * Removes the folder of the embedded database. Returns what it did, in words.
 * @throws Error in words when the folder isn't Atrium's own alone, or a process holds it; nothing is removed then
 */
export function resetDemo(folder: string): string {
  if (!existsSync(folder)) return `There is no folder ${folder}: nothing to reset. "npm start" makes the demo.`;
  refuseForeign(folder);
  const catalogue = openAlone(folder);
  let centres: string[];
  try {
    centres = centresIn(catalogue, folder);
    // The catalogue stays locked until everything else is gone: nobody starts on half a folder.
    for (const name of readdirSync(folder).filter((name) => !name.startsWith('catalogue.sqlite')))
      rmSync(join(folder, name), { recursive: true });
  } finally {
    catalogue.close();
  }
  rmSync(folder, { recursive: true });
  return `Removed ${folder}: the catalogue and ${centres.length} shopping centres (${centres.join(', ')}). "npm start" makes the demo anew.`;
}

function refuseForeign(folder: string): void {
  if (!lstatSync(folder).isDirectory())
    throw new Error(`${folder} is no folder of its own but a link or a file. Nothing was removed.`);
  const names = readdirSync(folder);
  const foreign = names.filter((name) => !OWN.test(name));
  if (foreign.length > 0 || !names.includes('catalogue.sqlite'))
    throw new Error(
      `${folder} is not Atrium's alone: ${foreign.length > 0 ? `it holds ${foreign.join(', ')}` : 'it holds no catalogue.sqlite'}. Nothing was removed.`,
    );
}

function openAlone(folder: string): Database.Database {
  const database = new Database(join(folder, 'catalogue.sqlite'), { fileMustExist: true, timeout: 100 });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (thrown) {
    database.close();
    const isHeld = (thrown as { code?: string }).code?.startsWith('SQLITE_BUSY');
    throw new Error(
      isHeld
        ? `${folder} is in use by a running Atrium: end that one first. Nothing was removed.`
        : `${folder}/catalogue.sqlite is not a catalogue of Atrium: ${(thrown as Error).message}. Nothing was removed.`,
      { cause: thrown },
    );
  }
}

function centresIn(catalogue: Database.Database, folder: string): string[] {
  try {
    return catalogue
      .prepare<[], { id: string }>('SELECT Id AS id FROM Tenants ORDER BY Id')
      .all()
      .map(({ id }) => id);
  } catch (thrown) {
    throw new Error(`${folder}/catalogue.sqlite is not a catalogue of Atrium. Nothing was removed.`, { cause: thrown });
  }
}
