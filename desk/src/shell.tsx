import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Button, Form, Input, Label, TextField } from 'react-aria-components';
import { createAtrium } from './api/atrium.ts';
import { keys } from './api/queries.ts';
import { MonthPage } from './month/month-page.tsx';
import { go, href, type Page, PAGES, useRoute } from './route.ts';
import { CentreContext, useCentre, useDesk, useSession } from './context/desk-context.tsx';
import { readCentre, useCentres } from './context/centres.ts';
import { useDates } from './text/dates.ts';
import { type MessageKey, useText } from './text/text.tsx';
import { Choice } from './ui/choice.tsx';
import { Preferences } from './ui/preferences.tsx';
import { Trouble } from './ui/trouble.tsx';

const CampaignPage = lazy(() => import('./campaign/campaign-page.tsx').then((m) => ({ default: m.CampaignPage })));
const PhonesPage = lazy(() => import('./phone/phones-page.tsx').then((m) => ({ default: m.PhonesPage })));

const HistoryPage = lazy(() => import('./history/history-page.tsx').then((m) => ({ default: m.HistoryPage })));
const ImportPage = lazy(() => import('./import/import-page.tsx').then((m) => ({ default: m.ImportPage })));
const RolloutsPage = lazy(() => import('./rollout/rollouts-page.tsx').then((m) => ({ default: m.RolloutsPage })));

const PLACES = [
  { page: 'month', name: 'place.month' },
  { page: 'phones', name: 'place.phones' },
  { page: 'history', name: 'place.history' },
  { page: 'import', name: 'place.import' },
  { page: 'rollouts', name: 'place.rollouts' },
].filter(({ page }) => PAGES.includes(page as Page)) as { page: Page; name: MessageKey }[];

/** Everything around a page: which centre is in sight, the ways to the other pages, the state of the connection. */
export function Shell() {
  const { tenant } = useRoute();
  return tenant === undefined ? <ChooseCentre /> : <InCentre key={tenant} tenant={tenant} />;
}

function InCentre({ tenant }: { tenant: string }) {
  const { session, settings } = useDesk();
  const atrium = useMemo(() => createAtrium(session, settings, tenant), [session, settings, tenant]);
  const centre = useQuery({ queryKey: keys.centre(tenant), queryFn: () => readCentre(atrium), staleTime: 60_000 });
  if (!centre.data)
    return (
      <Frame tenant={tenant}>
        {centre.error ? (
          <Trouble problem={centre.error} onRetry={() => void centre.refetch()} />
        ) : (
          <p className="waiting" aria-busy="true" />
        )}
      </Frame>
    );
  return (
    <CentreContext value={{ ...centre.data, atrium }}>
      <Frame tenant={tenant} aside={<Clock />}>
        <Suspense fallback={<p className="waiting" aria-busy="true" />}>
          <PageOf />
        </Suspense>
      </Frame>
    </CentreContext>
  );
}

function PageOf(): ReactNode {
  const { page, id } = useRoute();
  if (page === 'campaign') return <CampaignPage key={id} />;
  if (page === 'phones') return <PhonesPage />;
  if (page === 'history') return <HistoryPage />;
  if (page === 'import') return <ImportPage />;
  if (page === 'rollouts') return <RolloutsPage />;
  return <MonthPage />;
}

function Frame({ tenant, aside, children }: { tenant: string; aside?: ReactNode; children: ReactNode }) {
  const text = useText();
  const { session } = useDesk();
  const { claims } = useSession();
  const { page } = useRoute();
  const { data: centres = [] } = useCentres();
  const listed = centres.some(({ id }) => id === tenant) ? centres : [...centres, { id: tenant, name: tenant }];
  return (
    <div className="desk">
      <a className="skip" href="#content" onClick={toContent}>
        {text('shell.skip')}
      </a>
      <header className="top">
        <Choice
          label={text('shell.centre')}
          className="centre-choice"
          value={tenant}
          options={listed.map(({ id, name }) => ({ id, name }))}
          onChange={(id) => go(href(id, 'month'))}
        />
        {aside}
        <nav aria-label={text('shell.places')}>
          {PLACES.map((place) => (
            <a
              key={place.page}
              href={href(tenant, place.page)}
              aria-current={page === place.page || (page === 'campaign' && place.page === 'month') ? 'page' : undefined}
            >
              {text(place.name)}
            </a>
          ))}
        </nav>
        <Preferences>
          <p className="quiet">{text('shell.signedInAs', { name: claims?.name ?? claims?.sub ?? '' })}</p>
          <Button className="button" onPress={() => session.signOut()}>
            {text('signIn.out')}
          </Button>
        </Preferences>
      </header>
      <Offline />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The address after `#` is the desk's own, so the link cannot lead there by itself. */
function toContent(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

function Clock() {
  const text = useText();
  const { timeZone } = useCentre();
  const dates = useDates(timeZone);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="clock" title={text('shell.clock', { zone: timeZone })}>
      {dates.time(now)} <span className="quiet">{timeZone.split('/').at(-1)?.replaceAll('_', ' ')}</span>
    </span>
  );
}

function Offline() {
  const text = useText();
  const isOnline = useSyncExternalStore(onConnection, () => navigator.onLine);
  return (
    <div role="status" className="offline">
      {isOnline ? '' : text('trouble.offline')}
    </div>
  );
}

function onConnection(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

function ChooseCentre() {
  const text = useText();
  const { session } = useDesk();
  const { claims } = useSession();
  const { data: centres, error, refetch } = useCentres();
  const only = centres?.length === 1 && !claims?.tenants.includes('*') ? centres[0] : undefined;
  useEffect(() => {
    if (only) go(href(only.id, 'month'), { replace: true });
  }, [only]);
  return (
    <main className="entrance">
      <h1>{text('centres.title')}</h1>
      {error && <Trouble problem={error} onRetry={() => void refetch()} />}
      {centres && centres.length > 0 && (
        <ul className="centres">
          {centres.map(({ id, name }) => (
            <li key={id}>
              <a href={href(id, 'month')}>
                {name} <span className="quiet">{id}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
      {centres?.length === 0 && (claims?.tenants.includes('*') ? <CentreById /> : <p>{text('centres.none')}</p>)}
      <Preferences>
        <Button className="button" onPress={() => session.signOut()}>
          {text('signIn.out')}
        </Button>
      </Preferences>
    </main>
  );
}

/** A token for all centres that may not list them. */
function CentreById() {
  const text = useText();
  const [id, setId] = useState('');
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        go(href(id.trim().toLowerCase(), 'month'));
      }}
    >
      <TextField className="field" value={id} onChange={setId} isRequired>
        <Label>{text('centres.id')}</Label>
        <Input className="input" autoCapitalize="none" />
      </TextField>
      <Button type="submit" className="button primary">
        {text('centres.open')}
      </Button>
    </Form>
  );
}
