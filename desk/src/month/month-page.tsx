import { CAN } from 'virtual:rules';
import { CalendarDate, parseDate } from '@internationalized/date';
import { useDeferredValue, useEffect, useId, useMemo, useState } from 'react';
import { Button, Input, Label, SearchField, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { type Standing, standingOf } from '../api/rows.ts';
import { go, href, useRoute } from '../route.ts';
import { useCentre } from '../context/desk-context.tsx';
import { clockMs, clockNow } from '../text/centre-time.ts';
import { useDates } from '../text/dates.ts';
import { useSpeech } from '../text/text.tsx';
import { Choice } from '../ui/choice.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { MARKS } from './bar.tsx';
import { Chart } from './chart.tsx';
import { type PlannedCampaign, useFound, useMonth } from './month-data.ts';
import { useMove } from './move.tsx';
import { DAY_MS, type Scale, scaleOf, turned, VIEWS } from './scale.ts';

type StatusFilter = Standing | 'all' | 'deleted';

const STANDINGS = Object.keys(MARKS) as Standing[];
const TICK_MS = 30_000;

/** The plan of a day, week, month or quarter: campaigns as bars with their events beneath. */
export function MonthPage() {
  const { text, locale } = useSpeech();
  const centre = useCentre();
  const { id: tenant, timeZone } = centre;
  const { query } = useRoute();
  const view = VIEWS.find((one) => one === query.get('view')) ?? 'month';
  const today = dayOf(clockNow(timeZone));
  const day = parsedDay(query.get('day')) ?? today;
  const words = query.get('q') ?? '';
  const status = ([...STANDINGS, 'deleted'].find(
    (one) => one === query.get('status') && (one !== 'deleted' || CAN.restore),
  ) ?? 'all') as StatusFilter;
  const tag = query.get('tag') ?? '';
  const nowMs = useNow();
  const { year, month, day: date } = day;
  const scale = useMemo(
    () => scaleOf(view, new CalendarDate(year, month, date), locale),
    [view, year, month, date, locale],
  );
  const rows = useMonth(scale, status === 'deleted');
  const { move, question } = useMove();
  const hintId = useId();

  const show = (change: Record<string, string>) => {
    const all = { ...Object.fromEntries(query), ...change };
    const isDefault = all['view'] === 'month' && !change['view'];
    go(href(tenant, 'month', undefined, isDefault ? { ...all, view: '' } : all), { replace: true });
  };
  const deferredWords = useDeferredValue(words);
  const shown = useMemo(
    () =>
      (rows.data ?? []).filter(
        (planned) =>
          hasWords(planned, deferredWords) &&
          (status === 'all' || status === 'deleted' || standingOf(planned.campaign, nowMs) === status) &&
          (tag === '' || hasTag(planned, tag)),
      ),
    [rows.data, deferredWords, status, tag, nowMs],
  );
  const tags = useMemo(() => tagsOf(rows.data ?? []), [rows.data]);
  const heading = useHeading(scale);

  return (
    <div className="month-page">
      <div className="tools">
        <h1>{heading}</h1>
        <div className="turn">
          <Button
            className="button"
            aria-label={text('month.back')}
            onPress={() => show({ day: turned(view, day, -1).toString() })}
          >
            <span aria-hidden="true" className="arrow">
              ‹
            </span>
          </Button>
          <Button className="button" onPress={() => show({ day: '' })}>
            {text('month.today')}
          </Button>
          <Button
            className="button"
            aria-label={text('month.forth')}
            onPress={() => show({ day: turned(view, day, 1).toString() })}
          >
            <span aria-hidden="true" className="arrow">
              ›
            </span>
          </Button>
        </div>
        <ToggleButtonGroup
          className="segments"
          aria-label={text('month.view')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[view]}
          onSelectionChange={(keys) => show({ view: String([...keys][0]), day: dayFor(scale, day, today) })}
        >
          {VIEWS.map((one) => (
            <ToggleButton key={one} id={one} className="segment">
              {text(`view.${one}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <a className="button primary" href={href(tenant, 'campaign', 'new', { day: day.toString() })}>
          {text('month.new')}
        </a>
      </div>
      <div className="filters">
        <SearchField className="field search" value={words} onChange={(q) => show({ q })}>
          <Label>{text('month.search')}</Label>
          <Input className="input" />
        </SearchField>
        <Choice<StatusFilter>
          label={text('month.status')}
          value={status}
          options={[
            { id: 'all', name: text('month.all') },
            ...STANDINGS.map((id) => ({ id, name: `${MARKS[id]} ${text(`standing.${id}`)}` })),
            ...(CAN.restore ? [{ id: 'deleted' as const, name: text('standing.deleted') }] : []),
          ]}
          onChange={(chosen) => show({ status: chosen === 'all' ? '' : chosen })}
        />
        {(tags.length > 0 || tag !== '') && (
          <Choice
            label={text('month.tag')}
            value={tag === '' ? ANY_TAG : tag}
            options={[
              { id: ANY_TAG, name: text('month.anyTag') },
              ...withTag(tags, tag).map((id) => ({ id, name: id })),
            ]}
            onChange={(chosen) => show({ tag: chosen === ANY_TAG ? '' : chosen })}
          />
        )}
        <ul className="legend" aria-label={text('month.legend')}>
          {STANDINGS.map((standing) => (
            <li key={standing}>
              <span className={`chip ${standing}`} aria-hidden="true">
                {MARKS[standing]}
              </span>{' '}
              {text(`standing.${standing}`)}
            </li>
          ))}
        </ul>
      </div>
      <p id={hintId} className="unseen">
        {text('month.hint')}
      </p>
      {rows.error && <Trouble problem={rows.error} onRetry={() => void rows.refetch()} />}
      {rows.data && (
        <Chart
          rows={shown}
          scale={scale}
          nowMs={nowMs}
          todayMs={clockMs(nowMs, timeZone)}
          hintId={hintId}
          isFixed={status === 'deleted'}
          onShift={(target, shift) => void move(target, shift)}
        />
      )}
      {rows.isPending && <p className="waiting" aria-busy="true" />}
      {rows.data && shown.length === 0 && (
        <p className="empty">{text(rows.data.length === 0 ? 'month.empty' : 'month.noneMatches')}</p>
      )}
      <Elsewhere words={deferredWords} inSight={rows.data ?? []} />
      {question}
    </div>
  );
}

/** Found campaigns of other times. */
function Elsewhere({ words, inSight }: { words: string; inSight: PlannedCampaign[] }) {
  const { text } = useSpeech();
  const { id: tenant, timeZone } = useCentre();
  const dates = useDates(timeZone);
  const { data = [] } = useFound(words);
  const others = data.filter(({ id }) => !inSight.some(({ campaign }) => campaign.id === id));
  if (words === '' || others.length === 0) return null;
  return (
    <section className="elsewhere">
      <h2>{text('month.elsewhere')}</h2>
      <ul>
        {others.map(({ id, name, startDate, endDate }) => (
          <li key={id}>
            <a href={href(tenant, 'campaign', id)}>{name}</a>{' '}
            <span className="quiet">{dates.period(startDate, endDate)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const ANY_TAG = '*';

function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

function useHeading({ view, startMs, endMs }: Scale): string {
  const { locale } = useSpeech();
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  if (view === 'day')
    return format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(startMs);
  if (view === 'month') return format({ month: 'long', year: 'numeric' }).format(startMs);
  if (view === 'quarter') return format({ month: 'long', year: 'numeric' }).formatRange(startMs, endMs - DAY_MS);
  return format({ day: 'numeric', month: 'long', year: 'numeric' }).formatRange(startMs, endMs - DAY_MS);
}

/** Another view of the same time shows today if the old one did. */
function dayFor({ startMs, endMs }: Scale, day: CalendarDate, today: CalendarDate): string {
  const todayMs = Date.UTC(today.year, today.month - 1, today.day);
  return todayMs >= startMs && todayMs < endMs ? '' : day.toString();
}

function dayOf({ year, month, day }: { year: number; month: number; day: number }): CalendarDate {
  return new CalendarDate(year, month, day);
}

function parsedDay(given: string | null): CalendarDate | undefined {
  if (!given) return undefined;
  try {
    return parseDate(given);
  } catch {
    return undefined;
  }
}

function hasWords({ campaign, events }: PlannedCampaign, words: string): boolean {
  const wanted = folded(words.trim());
  return [campaign, ...events].some(({ name }) => folded(name).includes(wanted));
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function hasTag({ campaign, events }: PlannedCampaign, tag: string): boolean {
  return [campaign, ...events].some(({ tags }) => tags.includes(tag));
}

function tagsOf(rows: PlannedCampaign[]): string[] {
  return [
    ...new Set(rows.flatMap(({ campaign, events }) => [campaign, ...events].flatMap(({ tags }) => tags))),
  ].toSorted();
}

function withTag(tags: string[], tag: string): string[] {
  return tag === '' || tags.includes(tag) ? tags : [tag, ...tags];
}
