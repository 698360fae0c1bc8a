import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { atrium, startCli } from '../support/cli.js';
import { startAtrium } from '../support/atrium.js';
import { createDatabase, type TestDatabase, testServer } from '../support/database.js';
import { createCampaign, NOVEMBER } from '../support/rows.js';

const UTC = ['--time-zone', 'UTC'];

describe('atrium tenants', () => {
  let database: TestDatabase;
  let folder: string;
  const run = (...words: string[]) => atrium(['tenants', ...words], environment());
  const environment = () => ({
    DATABASE_URL: database.url,
    DATABASE_MIGRATE: 'true',
    EXPORT_FOLDER: join(folder, 'exports'),
  });

  beforeAll(async () => {
    database = await createDatabase();
    folder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
  });
  afterAll(async () => {
    await database.remove();
    rmSync(folder, { recursive: true });
  });

  it('takes a tenant through its life', async () => {
    const added = await run(
      'add',
      'harbour',
      '--name',
      'Harbour',
      '--time-zone',
      'europe/berlin',
      '--languages',
      'de,en',
      '--json',
    );
    expect(added).toMatchObject({ exitCode: 0, errors: '' });
    const harbour = {
      id: 'harbour',
      name: 'Harbour',
      timeZone: 'Europe/Berlin',
      languages: ['de', 'en'],
      status: 'active',
    };
    expect(JSON.parse(added.output)).toEqual({ ...harbour, createdOn: expect.any(String) });

    const updated = await run('update', 'harbour', '--name', ' Cafe\u0301 ', '--time-zone', 'asia/calcutta', '--json');
    expect(JSON.parse(updated.output)).toMatchObject({ ...harbour, name: 'Caf\u00E9', timeZone: 'Asia/Calcutta' });
    expect(await run('retire', 'harbour', '--confirm', 'harbour')).toMatchObject({
      exitCode: 1,
      errors: expect.stringContaining('Suspend it first'),
    });
    expect((await run('suspend', 'harbour')).output).toContain('suspended');
    expect((await run('resume', 'harbour')).output).toContain('active');
    await run('suspend', 'harbour');

    const exported = await run('export', 'harbour', '--json');
    const lines = exported.output.trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'header', formatVersion: 2, tenantId: 'harbour' });
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      type: 'end',
      campaigns: 0,
      events: 0,
      changes: 0,
      rollouts: 0,
      tombstones: 0,
      purged: 1,
      webhooks: 0,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(JSON.parse(exported.errors)).toMatchObject({ revision: 0, changes: 0 });

    const file = join(folder, 'kept.jsonl');
    const retired = await run('retire', 'harbour', '--confirm', 'harbour', '--export-to', file, '--json');
    expect(JSON.parse(retired.output)).toMatchObject({ retired: 'harbour', export: { file, changes: 0 } });
    expect(readFileSync(file, 'utf8').split('\n').slice(1, -2)).toEqual(lines.slice(1, -1));
    expect(JSON.parse((await run('list', '--json')).output)).toEqual([]);

    const log = JSON.parse((await run('log', 'harbour', '--json')).output) as object[];
    expect(log.slice(0, 5)).toMatchObject([
      { revision: 1, actor: 'atrium-cli', action: 'adding', tenant: 'harbour', at: expect.any(String) },
      {
        action: 'add',
        changed: { name: { from: null, to: 'Harbour' }, timeZone: { from: null, to: 'Europe/Berlin' } },
      },
      { action: 'update', changed: { name: { from: 'Harbour', to: 'Caf\u00E9' } } },
      { action: 'update', changed: { status: { from: 'active', to: 'suspended' } } },
      { action: 'update', changed: { status: { from: 'suspended', to: 'active' } } },
    ]);
    expect(log.at(-1)).toMatchObject({ action: 'retire', tenant: 'harbour' });
    expect((await run('log', '--limit', '1')).output).toMatch(/^\d+ {2}\S+Z {2}atrium-cli {2}retire {2}harbour/);
    expect((await run('log')).output).toContain('status: active → suspended');
  }, 60_000);

  it('exits with 1 when it is not done, and with 2 when it does not understand', async () => {
    await run('add', 'taken', '--name', 'Taken', ...UTC);
    const secret = 'mssql://sa:secret-word@127.0.0.1:1/x';
    const runs: [exitCode: number, ...string[]][] = [
      [1, 'add', 'taken', '--name', 'Again', ...UTC],
      [2, 'add', 'Bad_Id', '--name', 'x', ...UTC],
      [2, 'add', 'dbo', '--name', 'x', ...UTC],
      [2, 'add', 'fine', ...UTC],
      [2, 'add', 'fine', '--name', 'x'],
      [2, 'add', 'fine', '--name', ' ', ...UTC],
      [2, 'add', 'fine', '--name', 'x', '--time-zone', 'Mars/Base'],
      [2, 'add', 'fine', '--name', 'x', '--time-zone', 'IST'],
      [2, 'add', 'fine', '--name', 'x', '--database-url', secret, ...UTC],
      [2, 'update', 'taken'],
      [testServer() ? 1 : 2, 'update', 'taken', '--database-url', secret], // active, and on SQLite, which has no other databases
      [2, 'update', 'taken', '--database-url', ''],
      [2, 'update', 'taken', '--database-url', 'mssql://sa:secret-word@127.0.0.1'],
      [2, 'update', 'taken', '--database-url', secret, '--name', 'Moved'],
      [2, 'suspend', 'nowhere'],
      [2, 'export', 'nowhere'],
      [2, 'log', 'nowhere'],
      [2, 'import', 'nowhere', join(folder, 'none')],
      [2, 'import', 'taken', join(folder, 'none')],
      [2, 'import', 'taken', folder],
      [2, 'import'],
      [2, 'rewind', 'nowhere', '--to', '1'],
      [2, 'rewind', 'taken'],
      [2, 'rewind', 'taken', '--to', '1', '--plan'], // nothing was written yet
      [2, 'rewind', 'taken', '--to', 'noon', '--yes'],
      [1, 'rewind', 'taken', '--to', '1'], // active
      [2, 'log', '--limit', '0'],
      [2, 'retire', 'taken'],
      [2, 'retire', 'taken', '--confirm', 'other'],
      [2, 'remove', 'taken'],
      [2],
    ];
    for (const [exitCode, ...words] of runs) {
      const { errors, output, ...ended } = await run(...words);
      expect([words, ended.exitCode, errors]).toEqual([words, exitCode, expect.stringMatching(/\S/)]);
      expect(errors + output).not.toMatch(/secret-word|\n\s+at /);
    }
    expect(JSON.parse((await run('list', '--json')).output)).toMatchObject([{ id: 'taken', name: 'Taken' }]);
  }, 90_000);

  it('exports a tenant, imports it into others from a file and from standard input, and rewinds it', async () => {
    for (const id of ['left', 'right', 'rewound'])
      await run('add', id, '--name', 'Mall', '--time-zone', 'Europe/Berlin');
    const atrium = await startAtrium({ ...environment(), TENANTS: '[]' });
    await createCampaign(atrium, 'left', { name: 'First', events: [{ ...NOVEMBER, name: 'Part' }] });
    await atrium.call('left', 'DELETE', '/campaign-events/0');
    await atrium.close();
    const { output } = await run('export', 'left');
    const file = join(folder, 'left.jsonl');
    writeFileSync(file, output);

    const imported = await run('import', 'right', file);
    expect(imported).toMatchObject({ exitCode: 0, errors: '' });
    expect(imported.output).toContain(
      'right has 0 campaigns, 0 events, 2 changes, 0 rollouts, 2 tombstones, 0 webhooks, at revision 2',
    );
    await run('update', 'rewound', '--time-zone', 'UTC');
    const { child, ended } = startCli(['tenants', 'import', 'rewound', '--json'], environment());
    child.stdin?.end(output);
    const piped = await ended;
    expect(JSON.parse(piped.output)).toMatchObject({
      imported: 'rewound',
      revision: 2,
      rows: { tombstones: 2 },
      differences: ['timeZone'],
    });
    const again = await run('import', 'right', file);
    expect([again.exitCode, again.errors]).toEqual([
      1,
      expect.stringContaining('"right" is not empty: it has 2 changes'),
    ]);
    writeFileSync(file, output.slice(0, -100));
    const cutShort = await run('import', 'right', file, '--json');
    expect([cutShort.exitCode, cutShort.errors, cutShort.output]).toEqual([1, expect.stringMatching(/not empty/), '']);

    const plan = await run('rewind', 'rewound', '--to', '1', '--plan');
    expect(plan).toMatchObject({ exitCode: 0, errors: '' });
    expect(plan.output).toMatch(
      /^from revision 2 to revision 1, of \S+Z\n {2}2 rows come back: campaign 0 "First", event 0 "Part"\nnothing was written: this is the plan\n$/,
    );
    expect((await run('rewind', 'rewound', '--to', '1')).errors).toContain('"rewound" is active');
    const done = await run('rewind', 'rewound', '--to', '1', '--yes', '--json');
    expect(JSON.parse(done.output)).toMatchObject({
      to: { revision: 1 },
      from: 2,
      comesBack: { count: 2 },
      revision: 3,
    });
    expect((await run('rewind', 'rewound', '--to', '1', '--yes')).output).toContain(
      'every row is as it was then\nnothing was written',
    );
    expect((await run('rewind', 'rewound', '--to', '2', '--yes')).output).toContain(
      'done as revision 4; --to 3 takes it back',
    );
    const log = await run('log', 'rewound');
    expect(log.output).toMatch(/ rewind {2}rewound {2}to: \{"revision":2,"at":"\S+"\}, doneAs: 4\n/);
  }, 120_000);

  it('leaves a service on the embedded database alone, and says what to do', async () => {
    if (testServer()) return; // there both work at once
    await run('add', 'served', '--name', 'Served', ...UTC);
    const atrium = await startAtrium({ ...environment(), TENANTS: '[]' });
    try {
      await createCampaign(atrium, 'served');
      await atrium.call('served', 'DELETE', '/campaign-events/0');
      const plan = await run('rewind', 'served', '--to', '1', '--plan');
      expect([plan.exitCode, plan.output]).toEqual([0, expect.stringContaining('1 row comes back')]);
      for (const words of [
        ['rewind', 'served', '--to', '1', '--yes'],
        ['import', 'served', join(folder, 'left.jsonl')],
      ]) {
        const { exitCode, errors } = await run(...words);
        expect([exitCode, errors]).toEqual([1, expect.stringMatching(/in use by another Atrium.*stop the service/s)]);
      }
    } finally {
      await atrium.close();
    }
  }, 60_000);

  it('takes the URL of a database from a file or standard input, and warns when it stands on the command line', async () => {
    const secret = 'mssql://sa:secret-word@127.0.0.1:1/x';
    const file = join(folder, 'url');
    writeFileSync(file, `${secret}\n`);
    const add = ['add', 'riverside', '--name', 'Riverside', ...UTC];
    const onCommandLine = await run(...add, '--database-url', secret);
    const fromFile = await run(...add, '--database-url-file', file);
    const { child, ended } = startCli(['tenants', ...add, '--database-url-file', '-'], environment());
    child.stdin?.end(secret);
    const fromInput = await ended;
    for (const { exitCode, errors } of [onCommandLine, fromFile, fromInput]) {
      expect([exitCode, errors.replace(/^Warning.*\n/, '')]).toEqual([onCommandLine.exitCode, fromFile.errors]);
      expect(errors).not.toContain('secret-word');
    }
    expect([onCommandLine.exitCode, fromFile.errors]).toEqual([testServer() ? 1 : 2, expect.stringMatching(/\S/)]);
    expect(onCommandLine.errors).toMatch(/^Warning: .*password.*--database-url-file/);
    expect(fromFile.errors + fromInput.errors).not.toContain('Warning');

    writeFileSync(file, 'mssql://sa:secret-word@127.0.0.1');
    for (const words of [
      ['--database-url-file', file],
      ['--database-url-file', join(folder, 'none')],
      ['--database-url', secret, '--database-url-file', file],
    ]) {
      const { exitCode, errors } = await run(...add, ...words);
      expect([exitCode, errors]).toEqual([2, expect.stringContaining('--database-url')]);
      expect(errors).not.toContain('secret-word');
    }
  }, 120_000);

  it.each(['list', 'log', 'add', 'update', 'suspend', 'resume', 'export', 'import', 'rewind', 'retire'])(
    '%s explains itself with an example',
    async (name) => {
      const help = await run(name, '--help');
      expect(help).toMatchObject({ exitCode: 0, output: expect.stringContaining(`atrium tenants ${name}`) });
      expect(help.output).toContain('Example');
    },
  );
});
