import type { UserManager } from 'oidc-client-ts';
import type { Session } from './session.ts';
import type { Settings } from './settings.ts';

type Oidc = NonNullable<Settings['oidc']>;

/** The place at which the page was left for the issuer, so that it goes on there. */
const LEFT_AT = 'atrium.desk.left-at';

/**
 * Signs in at the issuer with an authorization code and PKCE. It leaves the page the first time; later it opens a
 * window, so that nothing that was typed is lost.
 */
export async function signInAtIssuer(oidc: Oidc, session: Session, isAgain: boolean): Promise<void> {
  const manager = await managerOf(oidc);
  if (!isAgain) {
    sessionStorage.setItem(LEFT_AT, location.hash);
    return manager.signinRedirect();
  }
  const { access_token: token } = await manager.signinPopup();
  session.signIn(token);
}

/** Ends a sign-in when the issuer has led back here. Gives whether it had. */
export async function returnFromIssuer(oidc: Oidc, session: Session): Promise<boolean> {
  const query = new URLSearchParams(location.search);
  if (!query.has('state') || !(query.has('code') || query.has('error'))) return false;
  const manager = await managerOf(oidc);
  if (window.opener) {
    await manager.signinPopupCallback();
    return true;
  }
  const back = `/desk${sessionStorage.getItem(LEFT_AT) ?? ''}`;
  sessionStorage.removeItem(LEFT_AT);
  try {
    const { access_token: token } = await manager.signinRedirectCallback();
    session.signIn(token);
  } finally {
    history.replaceState(null, '', back);
  }
  return true;
}

async function managerOf({ issuer, clientId, audience }: Oidc): Promise<UserManager> {
  const { InMemoryWebStorage, UserManager, WebStorageStateStore } = await import('oidc-client-ts');
  const page = `${location.origin}/desk`;
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: page,
    popup_redirect_uri: page,
    scope: 'openid profile',
    extraQueryParams: audience === undefined ? {} : { audience },
    // The token stays in memory; only the proof that this tab began the sign-in survives the way to the issuer.
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false,
    monitorSession: false,
  });
}
