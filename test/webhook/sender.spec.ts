import { createServer as createNetServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { Resolver } from 'node:dns/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AddressRules } from '../../src/webhook/address-rules.js';
import { Sender, sign } from '../../src/webhook/sender.js';
import { NameServer } from '../support/name-server.js';
import { within } from '../support/patience.js';
import { isSigned, Receiver } from '../support/receiver.js';

const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another secret of the same size!').toString('base64')}`;
const BODY = '{"type":"campaign.started","timestamp":"2026-11-27T00:00:00.000Z","data":{"name":"größer"}}';
const request = (url: string) => sign(url, 'msg_1', new Date(1_795_906_800_999), BODY, [SECRET, OTHER]);

describe('a message that is sent', () => {
  let receiver: Receiver;
  const sender = new Sender(new AddressRules({ webhookAllowPrivate: true }));
  const servers: Server[] = [];
  beforeAll(async () => {
    receiver = await Receiver.start();
  });
  afterEach(() => {
    receiver.answer = (_, response) => response.writeHead(204).end();
  });
  afterAll(async () => {
    receiver.close();
    for (const server of servers) server.close();
    await sender.onApplicationShutdown();
  });

  /** A receiver that answers bytes as it likes. */
  async function raw(onConnection: (socket: Socket) => void): Promise<string> {
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('bears a signature of each secret that anybody can verify', async () => {
    expect(await sender.send(request(receiver.url))).toEqual({ status: 204, body: '' });
    const received = receiver.received.at(-1)!;
    expect(received.text).toBe(BODY);
    expect(received.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1795906800',
    });
    expect(isSigned(received, SECRET)).toBe(true);
    expect(isSigned(received, OTHER)).toBe(true);
    expect(isSigned(received, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe(false);
    expect(isSigned({ ...received, text: BODY.replace('größer', 'kleiner') }, SECRET)).toBe(false);
  });

  it('follows no redirect', async () => {
    receiver.answer = ({ path }, response) =>
      path === '/elsewhere' ? response.end() : response.writeHead(307, { location: '/elsewhere' }).end();
    expect(await sender.send(request(`${receiver.url}/here`))).toMatchObject({
      status: 307,
      error: 'A redirect is not followed',
    });
    expect(receiver.received.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  });

  it('reads the beginning of an endless answer, and no more', async () => {
    let sent = 0;
    const ended = Promise.withResolvers<void>();
    const url = await raw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n');
        const timer = setInterval(() => (sent += socket.write('x'.repeat(1_024)) ? 1_024 : 0), 2);
        socket.on('close', () => {
          ended.resolve();
          clearInterval(timer);
        });
      });
    });
    expect(await sender.send(request(url))).toEqual({ status: 200, body: 'x'.repeat(4_096) });
    await within(2_000, ended.promise);
    expect(sent).toBeLessThan(200_000);
  });

  it('is given up when the head of the answer is endless', async () => {
    const url = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write(`x-more: ${'y'.repeat(1_000)}\r\n`), 1);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await sender.send(request(url))).toMatchObject({ status: null });
  });

  it('is given up after ten seconds when nobody reads or answers', async () => {
    const url = await raw((socket) => socket.pause());
    const big = { ...request(url), body: 'x'.repeat(20_000_000) };
    const beganMs = performance.now();
    const late = { status: null, error: 'There was no answer within 10 seconds' };
    const slowHead = await raw((socket) => void socket.write('HTTP/1.1 2'));
    expect(await Promise.all([sender.send(big), sender.send(request(slowHead))])).toEqual([late, late]);
    expect(performance.now() - beganMs).toBeGreaterThan(9_900);
    expect(performance.now() - beganMs).toBeLessThan(12_000);
  }, 20_000);

  it('says in words why it did not arrive', async () => {
    const gone = await raw(() => undefined);
    servers.pop()!.close();
    expect(await sender.send(request(gone))).toEqual({ status: null, error: 'It refuses the connection' });
    expect(await sender.send(request('http://nowhere.test/'))).toEqual({
      status: null,
      error: 'Its name leads nowhere',
    });
    const noTls = await raw((socket) => socket.once('data', () => socket.end('no TLS here')));
    expect((await sender.send(request(noTls.replace('http:', 'https:')))).error).toMatch(/TLS/);
  });
});

describe('a message to an address of a stranger', () => {
  const sender = new Sender(new AddressRules({ webhookAllowPrivate: false }));
  const refused = { status: null, error: 'It does not lead to a public address' };
  let names: NameServer;
  beforeAll(async () => {
    names = await NameServer.start();
    sender.resolver = names.resolver();
  });
  afterAll(async () => {
    names.close();
    await sender.onApplicationShutdown();
  });

  it.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['1.1.1.1', '127.0.0.1']],
    [['1.1.1.1', 'fd00::1']],
  ])('is not sent when its name leads to %s', async (addresses) => {
    names.answer = () => addresses;
    expect(await sender.send(request('https://hooks.example.com/'))).toEqual(refused);
  });

  it('is not sent when its name leads nowhere', async () => {
    names.answer = () => [];
    const nowhere = { status: null, error: 'Its name leads nowhere' };
    expect(await sender.send(request('https://hooks.example.com/'))).toEqual(nowhere);
  });

  it('is not sent to an address that the rules refuse by now', async () => {
    expect(await sender.send(request('https://127.0.0.1/'))).toEqual({
      status: null,
      error: 'The address must lead to a public address',
    });
    expect((await sender.send(request('http://hooks.example.com/'))).error).toMatch(/https/);
  });
});

describe('a name server that changes its mind', () => {
  /** Takes one address of this machine for public, and all others for private. */
  class OnePublic extends AddressRules {
    override urlFault = () => undefined;
    override allows = (address: string) => address === '127.0.0.2';
  }

  it('has nothing sent to another address than the one that was judged', async () => {
    const names = await NameServer.start();
    const receiver = await Receiver.start('0.0.0.0');
    const { port } = new URL(receiver.url);
    const send = async () => {
      const sender = new Sender(new OnePublic({ webhookAllowPrivate: false }));
      sender.resolver = names.resolver();
      const outcome = await sender.send(request(`http://rebinding.example.com:${port}/`));
      await sender.onApplicationShutdown();
      return outcome;
    };
    names.answer = () => ['127.0.0.2'];
    expect(await send()).toMatchObject({ status: 204 });
    // Public for the first who asks, private for all who ask later.
    let asked = 0;
    names.answer = (type) => (type === 'A' ? [asked++ === 0 ? '127.0.0.2' : '127.0.0.1'] : []);
    expect(await send()).toMatchObject({ status: 204 });
    expect(asked).toBe(1);
    expect(await send()).toEqual({ status: null, error: 'It does not lead to a public address' });
    expect(receiver.received).toHaveLength(2);
    receiver.close();
    names.close();
  });

  it('and is silent takes no thread, and no more than its time', async () => {
    const names = await NameServer.start();
    names.answer = () => undefined;
    const sender = new Sender(new OnePublic({ webhookAllowPrivate: false }));
    sender.resolver = new Resolver({ timeout: 200, tries: 1 });
    sender.resolver.setServers([names.address]);
    expect((await sender.send(request('http://silent.example.com/'))).error).toMatch(/nowhere|no answer/);
    await sender.onApplicationShutdown();
    names.close();
  });
});
