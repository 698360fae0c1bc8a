import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Webhook as Signer } from 'standardwebhooks';
import { Agent, buildConnector, request } from 'undici';
import { VERSION } from '../config/version.js';
import { WEBHOOK_CONNECT_TIMEOUT_MS, WEBHOOK_NAME_TIMEOUT_MS, WEBHOOK_TIMEOUT_MS } from '../config/time-limits.js';
import { AddressRules } from './address-rules.js';

/** The part of an answer that is read. */
const ANSWER_BYTES = 4_096;

/** A message in the form of Standard Webhooks. */
export interface SignedRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** The result of sending: the status of the answer and its first bytes, or why there was none. */
export interface Outcome {
  status: number | null;
  error?: string;
  body?: string;
}

type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** A message that may not be sent, in words for the editor of the webhook. */
class Refused extends Error {}

/** @param secrets all of them sign: receivers that know one of them are content */
export function sign(url: string, id: string, at: Date, body: string, secrets: readonly string[]): SignedRequest {
  const headers = {
    'content-type': 'application/json',
    'user-agent': `Atrium/${VERSION}`,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
  };
  return { url, headers, body };
}

/** Whether the receiver has taken the message. */
export function isSuccess({ status }: Outcome): boolean {
  return status !== null && status >= 200 && status < 300;
}

/**
 * Sends messages to addresses that strangers have given: public ones only, judged by the address that is connected to. It
 * follows no redirect, uses no proxy, and reads no more than the beginning of an answer.
 */
@Injectable()
export class Sender implements OnApplicationShutdown {
  /** Unlike the system's look-up, it takes no thread that others wait for while a name server is slow. */
  resolver = new Resolver({ timeout: WEBHOOK_NAME_TIMEOUT_MS, tries: 2 });
  private readonly agent: Agent;

  constructor(private readonly rules: AddressRules) {
    const connect = buildConnector({
      timeout: WEBHOOK_CONNECT_TIMEOUT_MS,
      // Names of this machine and its network are for the system to know.
      lookup: rules.allowsPrivate ? lookup : (name, options, done) => void this.lookUp(name, options, done),
    });
    this.agent = new Agent({
      connect: (options, done) =>
        connect(options, (...[error, socket]) => {
          if (error) return done(error, null);
          if (this.rules.allows(socket.remoteAddress ?? '')) return done(null, socket);
          socket.destroy();
          done(new Refused('It does not lead to a public address'), null);
        }),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** Never rejects. */
  async send({ url, headers, body }: SignedRequest): Promise<Outcome> {
    // The rules may be stricter than they were when the address was given.
    const fault = this.rules.urlFault(url);
    if (fault !== undefined) return { status: null, error: `The address ${fault}` };
    const signal = AbortSignal.timeout(WEBHOOK_TIMEOUT_MS);
    try {
      const answer = await request(url, { method: 'POST', headers, body, signal, dispatcher: this.agent });
      const status = answer.statusCode;
      const text = await beginningOf(answer.body);
      if (isSuccess({ status })) return { status, body: text };
      const isRedirect = status >= 300 && status < 400;
      return { status, error: isRedirect ? 'A redirect is not followed' : `It answered ${status}`, body: text };
    } catch (thrown) {
      return { status: null, error: signal.aborted ? LATE : reasonOf(thrown) };
    }
  }

  /** All addresses of a name must be allowed: otherwise the name server would choose. */
  private async lookUp(name: string, { all, family }: LookupOptions, done: LookupDone): Promise<void> {
    const [four, six] = await Promise.allSettled([this.resolver.resolve4(name), this.resolver.resolve6(name)]);
    const found = [
      ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
      ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
    ];
    if (!found.every(({ address }) => this.rules.allows(address)))
      return done(new Refused('It does not lead to a public address'), []);
    const addresses = found.filter((one) => !family || one.family === family);
    const [first] = addresses;
    if (!first) return done(new Refused('Its name leads nowhere'), []);
    if (all) return done(null, addresses);
    done(null, first.address, first.family);
  }
}

const LATE = `There was no answer within ${WEBHOOK_TIMEOUT_MS / 1_000} seconds`;

/** The status counts, whatever becomes of the rest. The connection ends with an answer that is longer. */
async function beginningOf(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= ANSWER_BYTES) break; // leaving the loop destroys the body
    }
  } catch {
    // It broke off, or took too long.
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString();
}

interface Failure {
  code?: string;
  cause?: Failure;
}

/** In words that tell nothing of this service's network. */
function reasonOf(thrown: unknown): string {
  for (let error = thrown as Failure | undefined; error; error = error.cause) {
    if (error instanceof Refused) return error.message;
    const { code = '' } = error;
    const words = WORDS.find(([pattern]) => pattern.test(code));
    if (words) return words[1];
  }
  return 'The connection broke';
}

const WORDS: readonly [RegExp, string][] = [
  [/^(ENOTFOUND|EAI_)/, 'Its name leads nowhere'],
  [/^ECONNREFUSED/, 'It refuses the connection'],
  [/TIMEOUT|ETIMEDOUT/, LATE],
  [/^(EHOSTUNREACH|ENETUNREACH)/, 'It cannot be reached'],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/, 'Its certificate is not valid'],
  [/^(ERR_SSL|EPROTO|ERR_TLS)/, 'It does not speak TLS as it should'],
];
