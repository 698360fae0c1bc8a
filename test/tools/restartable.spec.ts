import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Restartable } from '../../tools/child.js';

/** Notes in a file that it has begun, and takes a while to end once it is told to. */
const SERVER = `
const { appendFileSync } = require('node:fs');
const [file, name] = process.argv.slice(1);
appendFileSync(file, 'begin ' + name + ' ');
process.on('SIGTERM', () => setTimeout(() => { appendFileSync(file, 'end ' + name + ' '); process.exit(); }, 200));
setInterval(() => {}, 1_000);
`;

describe('the process that start:dev starts anew', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atrium-restart-'));
    file = join(folder, 'notes');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const notes = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const serverOf = (name: string) => ['-e', SERVER, file, name];
  async function untilBegun(name: string): Promise<void> {
    while (!notes().includes(`begin ${name}`)) await delay(10);
  }

  it('has ended before its successor begins', async () => {
    const server = new Restartable();
    await server.restart(serverOf('one'));
    await untilBegun('one');
    await server.restart(serverOf('two'));
    await untilBegun('two');
    await server.stop();
    expect(notes()).toBe('begin one end one begin two end two ');
  });

  it('has no successor that was asked for while it was ending', async () => {
    const server = new Restartable();
    await server.restart(serverOf('one'));
    await untilBegun('one');
    void server.restart(serverOf('two'));
    await server.stop();
    await delay(300);
    expect(notes()).toBe('begin one end one ');
  });
});
