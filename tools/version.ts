import { main as generate } from './generate.ts';
import { writeVersion } from './version-places.ts';

/** Copies the version of package.json to wherever else it stands, the API's description among them. */
export async function main(): Promise<number> {
  writeVersion('.');
  return generate([]);
}
