import { createSocket, type RemoteInfo } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

/** A name server of a test's own (RFC 1035): one name in a question, and addresses as its answer, not to be kept. */
export class NameServer {
  /** The addresses that it answers with; undefined: it is silent. */
  answer: (type: 'A' | 'AAAA', name: string) => string[] | undefined = () => [];
  private readonly socket = createSocket('udp4');

  static async start(): Promise<NameServer> {
    const server = new NameServer();
    server.socket.on('message', (question, sender) => server.reply(question, sender));
    server.socket.bind(0, '127.0.0.1');
    await once(server.socket, 'listening');
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** One that asks no other server. */
  resolver(): Resolver {
    const resolver = new Resolver({ timeout: 2_000, tries: 1 });
    resolver.setServers([this.address]);
    return resolver;
  }

  close(): void {
    this.socket.close();
  }

  private reply(message: Buffer, { port, address }: RemoteInfo): void {
    const end = message.indexOf(0, 12) + 1;
    const question = message.subarray(12, end + 4);
    const type = message.readUInt16BE(end) === 28 ? 'AAAA' : 'A';
    const answers = this.answer(type, nameIn(question));
    if (!answers) return;
    const records = answers
      .map((one) => ipaddr.parse(one).toByteArray())
      .filter(({ length }) => length === (type === 'A' ? 4 : 16))
      .map((bytes) => Buffer.concat([recordHead(type, bytes.length), Buffer.from(bytes)]));
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    this.socket.send(Buffer.concat([head, question, ...records]), port, address);
  }
}

/** A pointer to the name in the question, type, class IN, no time to live, length. */
function recordHead(type: 'A' | 'AAAA', length: number): Buffer {
  return Buffer.from([0xc0, 12, 0, type === 'A' ? 1 : 28, 0, 1, 0, 0, 0, 0, 0, length]);
}

function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 0; question[at]; at += question[at]! + 1)
    labels.push(question.toString('latin1', at + 1, at + 1 + question[at]!));
  return labels.join('.');
}
