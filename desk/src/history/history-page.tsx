import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { ahead } from '../api/atrium.ts';
import { keys, received } from '../api/queries.ts';
import type { Change } from '../api/rows.ts';
import { useTellChange } from '../change/writes.ts';
import { useCentre } from '../context/desk-context.tsx';
import { href, useRoute } from '../route.ts';
import { useDates } from '../text/dates.ts';
import { type MessageKey, messageKeyOf, useText } from '../text/text.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { campaignIn, differencesOf, nameIn } from './difference.ts';

const PAGE = 50;

/** The changes, newest first: each with its actor, what differs, and a way back. */
export function HistoryPage() {
  const text = useText();
  const { id: tenant, atrium } = useCentre();
  const { query } = useRoute();
  const wanted = query.get('campaign');
  const changes = useInfiniteQuery({
    queryKey: keys.changes(tenant),
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam: before }) => {
      const { data } = await ahead(atrium).GET('/changes', {
        params: { query: { order: 'desc', limit: PAGE, before } },
      });
      return received(data);
    },
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)?.revision),
  });
  const all = changes.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = wanted === null ? all : all.filter((change) => isAbout(change, Number(wanted)));
  return (
    <div className="history">
      <h1>{text('place.history')}</h1>
      {wanted !== null && (
        <p>
          {text('history.ofOne')} <a href={href(tenant, 'history')}>{text('history.showAll')}</a>
        </p>
      )}
      {changes.error && <Trouble problem={changes.error} onRetry={() => void changes.refetch()} />}
      <ol className="changes">
        {shown.map((change) => (
          <Entry key={change.revision} change={change} />
        ))}
      </ol>
      {changes.hasNextPage && (
        <Button className="button" isDisabled={changes.isFetchingNextPage} onPress={() => void changes.fetchNextPage()}>
          {text('history.more')}
        </Button>
      )}
    </div>
  );
}

function Entry({ change }: { change: Change }) {
  const text = useText();
  const { id: tenant, timeZone } = useCentre();
  const dates = useDates(timeZone);
  const { undo } = useTellChange();
  const { revision, at, actor, action, resource, resourceId, before, after } = change;
  const name = nameIn(before, after) ?? `${resource} ${resourceId ?? ''}`;
  const differences = differencesOf(before, after);
  const campaign = resource === 'campaign' ? resourceId : campaignIn(before, after);
  const sentence = text(messageKeyOf(`action.${action}`) ?? 'action.update', { actor, name });
  const show = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return text('conflict.empty');
    if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? dates.instant(value) : value;
    if (Array.isArray(value)) return value.map(show).join(' ');
    return JSON.stringify(value);
  };
  return (
    <li className="panel change">
      <div className="change-head">
        <p>
          {campaign !== undefined && campaign !== null && action !== 'delete' ? (
            <a href={href(tenant, 'campaign', campaign)} dir="auto">
              {sentence}
            </a>
          ) : (
            <span dir="auto">{sentence}</span>
          )}{' '}
          <time className="quiet" dateTime={at}>
            {dates.instant(at)}
          </time>
        </p>
        <Button className="button small" onPress={() => undo(revision)}>
          {text('undo')} <span className="unseen">{sentence}</span>
        </Button>
      </div>
      {differences.length > 0 && (
        <dl>
          {differences.map(({ field, before, after }) => (
            <div key={field}>
              <dt>{text((messageKeyOf(`field.${field}`) ?? 'history.field') satisfies MessageKey, { field })}</dt>
              <dd>
                <del dir="auto">{show(before)}</del> <span aria-hidden="true">→</span>{' '}
                <ins dir="auto">{show(after)}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

function isAbout({ resource, resourceId, before, after }: Change, campaign: number): boolean {
  return resource === 'campaign' ? resourceId === campaign : campaignIn(before, after) === campaign;
}
