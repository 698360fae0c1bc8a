import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/** Why a database file could not be opened. SQLite itself names neither the file nor the folder. */
export function unopenedFile(thrown: unknown, file: string): unknown {
  const { code = '', message } = thrown as { code?: string; message: string };
  if (!(thrown instanceof Error) || !code.startsWith('SQLITE_')) return thrown;
  const words = [`The database file "${file}" cannot be opened: ${message}`, ...obstacles(file)].join('; ');
  return Object.assign(new Error(words), { code });
}

function obstacles(file: string): string[] {
  const folder = dirname(file);
  if (!isAllowed(folder, constants.W_OK | constants.X_OK)) return [`this user may not write to the folder "${folder}"`];
  return isAllowed(file, constants.F_OK) && !isAllowed(file, constants.R_OK | constants.W_OK)
    ? ['this user may not write to it']
    : [];
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
