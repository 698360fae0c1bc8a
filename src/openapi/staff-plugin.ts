// Runs in the browser: the function is sent to it as text, so that it can use nothing from outside itself.

/** As much of the browser and of Swagger UI as the plugin uses. */
interface Browser {
  confirm(question: string): boolean;
  fetch(path: string, init: object): Promise<{ ok: boolean; json(): Promise<Record<string, string>> }>;
  atob(text: string): string;
}

type Props = Record<string, never> & {
  name: string;
  method: string;
  path: { get?: never } & string;
  operation: { get(name: string): string };
  authorized?: { getIn(path: string[]): string | undefined };
  onAuthChange: (state: object) => void;
  schema: unknown;
};

type Element = object;

interface System {
  React: {
    createElement: (type: unknown, props?: object | null, ...children: unknown[]) => Element;
    useState: <T>(value: T) => [T, (value: T) => void];
    useEffect: (effect: () => (() => void) | void, inputs: unknown[]) => void;
  };
  authSelectors: { authorized(): { getIn(path: string[]): string | undefined } | undefined };
  specSelectors: {
    securityDefinitions(): { getIn(path: string[]): string };
    parameterValues(place: string[]): { toJS(): Record<string, string> };
  };
  layoutActions: { show(place: string[], isShown: boolean): void };
}

type Payload = Record<string, { value?: string }>;
type Wrapped = (original: unknown, system: System) => (props: Props) => Element;

/** Makes Swagger UI fit for staff: words for people, their shopping centre in sight, and a question before a deletion. */
export function staffPlugin(system: System): object {
  const { createElement: h, useEffect, useState } = system.React;
  const browser = globalThis as unknown as Browser;
  const titles: Record<string, string> = { tenant: 'Shopping centre', token: 'Token' };

  const entered = (scheme: string): string => {
    const value = system.authSelectors.authorized()?.getIn([scheme, 'value']);
    return typeof value === 'string' ? value : '';
  };

  const describeToken = (token: string): string => {
    try {
      const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
      const bytes = Uint8Array.from(browser.atob(part), (character) => character.codePointAt(0) ?? 0);
      const { sub, roles, exp } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
      const until = new Date(Number(exp) * 1_000);
      const validity = until.getTime() < Date.now() ? 'It has expired' : `Good until ${until.toLocaleString()}`;
      return `Token of ${String(sub)}, role ${[roles].flat().join(', ')}. ${validity}.`;
    } catch {
      return 'This is no whole token: copy it again, from its first character to its last.';
    }
  };

  const ask = async (tenant: string, token: string): Promise<string> => {
    const header = system.specSelectors.securityDefinitions().getIn(['tenant', 'name']);
    const headers = { [header]: tenant, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    try {
      const response = await browser.fetch('/tenant', { headers, cache: 'no-store' });
      const { name, timeZone, detail } = await response.json();
      return response.ok ? `You are in ${name} (${tenant}). Its clocks show the time of ${timeZone}.` : `${detail}`;
    } catch {
      return 'Atrium does not answer just now.';
    }
  };

  const Centre = ({ tenant, token }: { tenant: string; token: string }): Element => {
    const [words, setWords] = useState('');
    useEffect(() => {
      let isCurrent = true;
      setWords('');
      if (tenant) void ask(tenant, token).then((found) => isCurrent && setWords(found));
      return () => void (isCurrent = false);
    }, [tenant, token]);
    return h('p', null, tenant ? words : 'No shopping centre yet: press Authorize and enter its id.');
  };

  const wrapComponents: Record<string, Wrapped> = {
    AuthorizeBtnContainer: (Original) => (props) =>
      h(
        'div',
        { className: 'atrium-authorize' },
        h(
          'div',
          { className: 'atrium-centre', role: 'status' },
          h(Centre, { tenant: entered('tenant'), token: entered('token') }),
          h(
            'p',
            null,
            entered('token') ? describeToken(entered('token')) : 'No token yet: you can look, and change nothing.',
          ),
        ),
        h(Original, props),
      ),

    AuthItem: (Original) => (props) => {
      const { name, authorized, onAuthChange, schema } = props;
      const title = titles[name];
      if (title === undefined) return h(Original, props);
      const isTenant = name === 'tenant';
      const value = authorized?.getIn([name, 'value']);
      const hint = isTenant
        ? 'Its id, in small letters, such as riverside.'
        : 'Needed for changes only. Whoever runs Atrium gives it to you, or the sign-in of your company does.';
      const input = {
        id: `atrium-${name}`,
        type: isTenant ? 'text' : 'password',
        autoComplete: 'off',
        autoCapitalize: 'none',
        spellCheck: false,
        'aria-describedby': `atrium-${name}-hint`,
        onChange: (event: { target: { value: string } }) => onAuthChange({ name, schema, value: event.target.value }),
      };
      return h(
        'div',
        { className: 'atrium-entry' },
        h('label', { htmlFor: `atrium-${name}` }, title),
        h('p', { id: `atrium-${name}-hint` }, hint),
        value === undefined
          ? h('input', input)
          : isTenant
            ? h(Centre, { tenant: value, token: entered('token') })
            : h('p', null, describeToken(value)),
      );
    },

    execute:
      (Original, { specSelectors }) =>
      (props) => {
        const { method, path, operation } = props;
        if (method !== 'delete') return h(Original, props);
        const ask = (event: { stopPropagation(): void; preventDefault(): void }): void => {
          const given = Object.entries(specSelectors.parameterValues([path, method]).toJS());
          const id = given.find(([key]) => key.startsWith('path.'))?.[1];
          // Without an id Swagger UI says by itself what is missing.
          const question = `${operation.get('summary')}: ${id}${entered('tenant') ? `, in ${entered('tenant')}` : ''}.\n\nDelete it?`;
          if (!id || browser.confirm(question)) return;
          event.stopPropagation();
          event.preventDefault();
        };
        return h('div', { className: 'atrium-question', onClickCapture: ask }, h(Original, props));
      },
  };

  return {
    wrapComponents,
    statePlugins: {
      auth: {
        // Phones begin with a capital, and a token is often copied with the word before it.
        wrapActions: Object.fromEntries(
          ['authorize', 'authorizeWithPersistOption'].map((action) => [
            action,
            (original: (payload: Payload) => unknown) => (payload: Payload) => {
              const { tenant, token } = payload;
              if (typeof tenant?.value === 'string') tenant.value = tenant.value.trim().toLowerCase();
              if (typeof token?.value === 'string') token.value = token.value.trim().replace(/^(Bearer\s+)+/i, '');
              return original(payload);
            },
          ]),
        ),
      },
    },
    afterLoad: ({ layoutActions }: System) => {
      for (const tag of ['tenants', 'health']) layoutActions.show(['operations-tag', tag], false);
    },
  };
}
