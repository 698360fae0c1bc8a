import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export type Algorithm = 'RS256' | 'ES256' | 'EdDSA';

/** Signs tokens and publishes its keys, as an OpenID provider does. */
export class Issuer {
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private keys: { kid: string; algorithm: Algorithm; pair: Awaited<ReturnType<typeof generateKeyPair>> }[] = [];
  /** How often the keys were fetched. */
  fetches = 0;
  /** How often it was asked for something while it was down. */
  refusals = 0;
  /** As if it were gone. */
  down = false;
  /** The address of the keys that its configuration gives; undefined: the true one. */
  namedKeysUrl: unknown;
  /** The person who signs in, as claims of the tokens they get. */
  person: JWTPayload = {};
  /** Proofs that the one who asks for a token began the sign-in (RFC 7636), by code. */
  private readonly challenges = new Map<string, string>();

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    await new Promise<void>((resolve) => {
      issuer.server.listen(0, '127.0.0.1', resolve);
    });
    for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const) await issuer.addKey(algorithm);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get keysUrl(): string {
    return `${this.url}/keys`;
  }

  async addKey(algorithm: Algorithm): Promise<void> {
    this.keys.push({ kid: `key-${this.keys.length}`, algorithm, pair: await generateKeyPair(algorithm) });
  }

  /** Signs with the newest key of that algorithm, which goes by another id if one is given. */
  sign(claims: JWTPayload, algorithm: Algorithm = 'RS256', kid?: string): Promise<string> {
    const key = this.keys.findLast((candidate) => candidate.algorithm === algorithm);
    if (!key) throw new Error(`no key for ${algorithm}`);
    return new SignJWT({ sub: 'tester', iss: this.url, exp: Date.parse('2999-01-01') / 1_000, ...claims })
      .setProtectedHeader({ alg: algorithm, kid: kid ?? key.kid })
      .sign(key.pair.privateKey);
  }

  /** The public RSA key as a PEM, which the classic confusion of algorithms uses as a secret. */
  publicPem(): Promise<string> {
    const key = this.keys.find(({ algorithm }) => algorithm === 'RS256');
    if (!key) throw new Error('no RSA key');
    return exportSPKI(key.pair.publicKey);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: url, searchParams } = new URL(request.url ?? '', this.url);
    response.setHeader('access-control-allow-origin', '*');
    if (this.down) {
      this.refusals++;
      response.writeHead(503).end();
    } else if (url === '/.well-known/openid-configuration') {
      const endpoints = { authorization_endpoint: `${this.url}/authorize`, token_endpoint: `${this.url}/token` };
      response.end(JSON.stringify({ issuer: this.url, jwks_uri: this.namedKeysUrl ?? this.keysUrl, ...endpoints }));
    } else if (url === '/authorize') {
      this.signIn(searchParams, response);
    } else if (url === '/token') {
      await this.redeem(new URLSearchParams(await text(request)), response);
    } else {
      this.fetches++;
      const keys = this.keys.map(async ({ kid, algorithm, pair }) => ({
        ...(await exportJWK(pair.publicKey)),
        kid,
        alg: algorithm,
      }));
      response.end(JSON.stringify({ keys: await Promise.all(keys) }));
    }
  }

  /** Everybody who asks is signed in at once. */
  private signIn(asked: URLSearchParams, response: ServerResponse): void {
    const code = crypto.randomUUID();
    this.challenges.set(code, asked.get('code_challenge') ?? '');
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
    response.writeHead(302, { location: back.href }).end();
  }

  private async redeem(asked: URLSearchParams, response: ServerResponse): Promise<void> {
    const challenge = this.challenges.get(asked.get('code') ?? '');
    const proof = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url');
    if (challenge !== proof) return void response.writeHead(400).end();
    const token = await this.sign({ ...this.person, aud: asked.get('client_id') ?? '' });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: token, id_token: token, token_type: 'Bearer', expires_in: 3_600 }));
  }
}
