import { CAN } from 'virtual:rules';
import { memo, useMemo, useRef } from 'react';
import { Button } from 'react-aria-components';
import { ahead } from '../api/atrium.ts';
import { standingOf } from '../api/rows.ts';
import { isOf, useTellChange, wordsOf } from '../change/writes.ts';
import { href } from '../route.ts';
import { useCentre } from '../context/desk-context.tsx';
import { clockMs } from '../text/centre-time.ts';
import { useDates } from '../text/dates.ts';
import { useText } from '../text/text.tsx';
import { tell } from '../ui/toasts.tsx';
import { Bar } from './bar.tsx';
import { lanesOf } from './lanes.ts';
import type { PlannedCampaign } from './month-data.ts';
import type { Shift, Target } from './move.tsx';
import { DAY_MS, placeOf, type Scale } from './scale.ts';

interface RowProps {
  planned: PlannedCampaign;
  scale: Scale;
  nowMs: number;
  hintId: string;
  isFixed: boolean;
  onShift: (target: Target, shift: Shift) => void;
}

/** The scale with a row for each campaign. Rows out of sight are not laid out (`content-visibility`). */
export function Chart({
  rows,
  todayMs,
  ...common
}: { rows: PlannedCampaign[]; todayMs: number } & Omit<RowProps, 'planned'>) {
  const text = useText();
  const { scale } = common;
  // Rows are drawn anew for their own reasons only.
  const latest = useRef(common.onShift);
  latest.current = common.onShift;
  const onShift = useRef((target: Target, shift: Shift) => latest.current(target, shift)).current;
  const place = placeOf(scale, todayMs);
  return (
    <div className={`chart ${scale.view}`}>
      <Heading scale={scale} todayMs={todayMs} />
      <div className="rows">
        {place >= 0 && place <= 100 && (
          <div className="lines" aria-hidden="true">
            <div className="now" style={{ insetInlineStart: `${place}%` }} />
          </div>
        )}
        <ul aria-label={text('month.list')}>
          {rows.map((planned) => (
            <Row key={planned.campaign.id} planned={planned} {...common} onShift={onShift} />
          ))}
        </ul>
      </div>
    </div>
  );
}

function Heading({ scale, todayMs }: { scale: Scale; todayMs: number }) {
  const { timeZone } = useCentre();
  const dates = useDates(timeZone);
  const { view, ticks, tickMs } = scale;
  const [number, weekday, month, hour] = useMemo(
    () => [
      dates.ofClock({ day: 'numeric' }),
      dates.ofClock({ weekday: view === 'week' ? 'short' : 'narrow' }),
      dates.ofClock({ month: 'short' }),
      dates.ofClock({ hour: 'numeric' }),
    ],
    [dates, view],
  );
  /** Only the first Mondays of months are named in a quarter. */
  const above = (ms: number) => (view === 'quarter' ? new Date(ms).getUTCDate() <= 7 && month(ms) : weekday(ms));
  return (
    <div className="heading" aria-hidden="true">
      <div className="ticks">
        {ticks.map((ms) => (
          <div
            key={ms}
            className="tick"
            data-today={(todayMs >= ms && todayMs < ms + tickMs) || undefined}
            data-weekend={(view !== 'day' && isWeekend(ms)) || undefined}
            data-first={new Date(ms).getUTCDay() === 1 || undefined}
          >
            {view === 'day' ? (
              <span>{hour(ms)}</span>
            ) : (
              <>
                <span className="weekday">{above(ms)}</span>
                <span className="number">{number(ms)}</span>
              </>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

const Row = memo(function Row({ planned: { campaign, events }, scale, nowMs, hintId, isFixed, onShift }: RowProps) {
  const text = useText();
  const { id: tenant, atrium, timeZone } = useCentre();
  const { tellChange } = useTellChange();
  const dates = useDates(timeZone);
  const standing = standingOf(campaign, nowMs);
  const drawn = useMemo(() => drawnOf(campaign, timeZone), [campaign, timeZone]);
  const drawnEvents = useMemo(() => events.map((event) => drawnOf(event, timeZone)), [events, timeZone]);
  const lanes = useMemo(() => lanesOf(drawnEvents), [drawnEvents]);
  const label = (name: string, one: string, start: string, end: string) =>
    `${name}, ${one}, ${dates.period(start, end)}`;
  const restore = async () => {
    try {
      await ahead(atrium).POST('/campaign-events/{id}/restore', { params: { path: { id: campaign.id } } });
      tellChange(text('month.restored', { name: campaign.name }), isOf('campaign', campaign.id));
    } catch (thrown) {
      tell(text('month.notRestored', { name: campaign.name, reason: wordsOf(thrown) }));
    }
  };
  const addressOf = (event?: string) =>
    isFixed
      ? href(tenant, 'history', undefined, { campaign: String(campaign.id) })
      : href(tenant, 'campaign', campaign.id, { event: event ?? '' });
  const laneCount = Math.max(0, ...lanes.map((lane) => lane + 1));
  return (
    <li className="row" style={{ '--lanes': laneCount } as React.CSSProperties}>
      <div className="row-name">
        <span className="name" dir="auto">
          {campaign.name}
        </span>
        {isFixed ? (
          <Button className="button small" onPress={() => void restore()}>
            {text('month.restore')} <span className="unseen">{campaign.name}</span>
          </Button>
        ) : (
          <span className={`standing ${standing}`}>{text(`standing.${standing}`)}</span>
        )}
      </div>
      <div className="track">
        <Bar
          kind="campaign"
          scale={scale}
          drawn={drawn}
          lane={0}
          name={campaign.name}
          label={label(campaign.name, text(`standing.${standing}`), campaign.startDate, campaign.endDate)}
          standing={standing}
          address={addressOf()}
          hintId={hintId}
          isFixed={isFixed}
          isStretchedOnly={!CAN.moveEventsAlong && events.length > 0}
          onShift={(shift) => onShift({ resource: 'campaign', row: campaign }, shift)}
        />
        {events.map((event, at) => {
          const standing = standingOf(event, nowMs, campaign);
          return (
            <Bar
              key={event.id}
              kind="event"
              scale={scale}
              drawn={drawnEvents[at]!}
              lane={lanes[at]! + 1}
              name={event.name}
              label={label(event.name, text(`standing.${standing}`), event.startDate, event.endDate)}
              standing={standing}
              address={addressOf(String(event.id))}
              hintId={hintId}
              isFixed={isFixed}
              onShift={(shift) => onShift({ resource: 'event', row: event }, shift)}
            />
          );
        })}
      </div>
    </li>
  );
});

/** An end is the last instant of a period, which is drawn up to the next one. */
function drawnOf({ startDate, endDate }: { startDate: string; endDate: string }, timeZone: string) {
  return { fromMs: clockMs(startDate, timeZone), toMs: clockMs(endDate, timeZone) + 1 };
}

function isWeekend(ms: number): boolean {
  const day = Math.floor(ms / DAY_MS + 4) % 7;
  return day === 0 || day === 6;
}
