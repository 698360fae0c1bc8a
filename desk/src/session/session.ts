/** Claims of a token that the desk shows or goes by. The service alone decides what they allow. */
interface Claims {
  sub?: string;
  name?: string;
  exp?: number;
  roles: string[];
  tenants: string[];
}

export interface SessionState {
  token: string | undefined;
  claims: Claims | undefined;
  /** The service refused the token: everything waits until staff sign in again. */
  hasExpired: boolean;
}

const SIGNED_OUT: SessionState = { token: undefined, claims: undefined, hasExpired: false };

/** The token of this tab, in memory only: it is gone with the tab. */
export class Session {
  state: SessionState = SIGNED_OUT;
  private readonly listeners = new Set<() => void>();
  private waiting: ((isIn: boolean) => void)[] = [];

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** @throws TokenFault for a text that is no token */
  signIn(text: string): void {
    const token = text.trim().replace(/^bearer\s+/i, '');
    this.set({ token, claims: claimsOf(token), hasExpired: false });
    this.settle(true);
  }

  signOut(): void {
    this.set(SIGNED_OUT);
    this.settle(false);
  }

  /** Asks staff to sign in again. Gives whether they did; requests under way wait for it and are sent again. */
  renew(refused: string | undefined): Promise<boolean> {
    // Another request has asked already, and staff have signed in since.
    if (this.state.token !== refused) return Promise.resolve(this.state.token !== undefined);
    if (!this.state.hasExpired) this.set({ ...this.state, hasExpired: true });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private set(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  private settle(isIn: boolean): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve(isIn);
  }
}

/** The reason why a text is no token. */
export class TokenFault extends Error {
  constructor(readonly reason: 'malformed' | 'expired') {
    super(reason);
  }
}

function claimsOf(token: string): Claims {
  const [, payload, signature] = token.split('.');
  if (!payload || !signature) throw new TokenFault('malformed');
  let claims: Partial<Record<keyof Claims, unknown>>;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    claims = JSON.parse(new TextDecoder().decode(bytes)) as typeof claims;
  } catch {
    throw new TokenFault('malformed');
  }
  if (typeof claims.exp === 'number' && claims.exp * 1_000 < Date.now()) throw new TokenFault('expired');
  return {
    sub: textOf(claims.sub),
    name: textOf(claims.name),
    exp: typeof claims.exp === 'number' ? claims.exp : undefined,
    roles: textsOf(claims.roles),
    tenants: textsOf(claims.tenants),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}
