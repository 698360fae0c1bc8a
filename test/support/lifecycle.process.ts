import { createReadStream } from 'node:fs';
import { loadConfig } from '../../src/config/config.js';
import { Precondition } from '../../src/representation/precondition.js';
import { openEngine } from '../../src/database/open-engine.js';
import { withCliContext } from '../../src/platform/cli-context.js';
import { purgeTenant } from '../../src/platform/tenant-purge.js';
import { TABLES } from '../../src/app.module.js';
import { dyingEngine } from './dying.js';

// A process that works on a tenant and is gone at its n-th commit, or at the statement that follows it:
// `add|retire|purge <id> <n> at|after`, `import <id> <n> at|after <file>`, `rewind <id> <n> at|after <moment>`. It ends with 0
// when it does not come that far.
const [, , action, id = '', nth, moment, about = ''] = process.argv;
let armed = false;
let commits = 0;

function isLast(statement: string): boolean {
  if (!armed) return false;
  if (moment === 'after' && commits === Number(nth)) return true;
  if (statement === 'COMMIT') commits++;
  return moment === 'at' && commits === Number(nth);
}

await withCliContext(
  loadConfig(),
  TABLES,
  async ({ lifecycle, history, engine, tables }) => {
    const present = action === 'purge' ? await lifecycle.find(id) : undefined;
    armed = true;
    const before = new Date();
    if (present) await purgeTenant(engine, present, tables, { tombstones: before, changes: before }, () => undefined);
    else if (action === 'add') await lifecycle.add({ id, name: 'Mall', timeZone: 'UTC' }, 'test');
    else if (action === 'import') await history.import(id, createReadStream(about), 'test');
    else if (action === 'rewind') await history.rewind(id, { to: about, isPlan: false, isSure: true }, 'test');
    else await lifecycle.retire(id, id, new Precondition(undefined), 'test');
    armed = false;
  },
  { open: async (config) => dyingEngine(await openEngine(config), isLast) },
);
