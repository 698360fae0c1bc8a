import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { startAtrium } from '../support/atrium.js';

it('an idle connection is closed after KEEP_ALIVE_MS, and not before', async () => {
  const atrium = await startAtrium({ KEEP_ALIVE_MS: '1500' });
  try {
    const socket = connect(Number(new URL(atrium.url).port), '127.0.0.1');
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
    const answeredMs = performance.now();
    await once(socket, 'close');
    const idleMs = performance.now() - answeredMs;
    expect(idleMs).toBeGreaterThan(1_400);
    expect(idleMs).toBeLessThan(10_000); // the default is 75 s
  } finally {
    await atrium.close();
  }
});
