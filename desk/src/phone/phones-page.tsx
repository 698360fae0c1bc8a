import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import {
  Button,
  DateField,
  DateInput,
  DateSegment,
  Label,
  Slider,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components';
import type { CalendarDateTime } from '@internationalized/date';
import { ahead } from '../api/atrium.ts';
import { keys, received } from '../api/queries.ts';
import { valuesOf } from '../row/values.ts';
import { go, href, useRoute } from '../route.ts';
import { useCentre } from '../context/desk-context.tsx';
import { clockMs, clockNow, clockOf, exactly, instantMs } from '../text/centre-time.ts';
import { useDates } from '../text/dates.ts';
import { nameOfLanguage } from '../text/languages.ts';
import { useText } from '../text/text.tsx';
import { Choice } from '../ui/choice.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { Card } from './card.tsx';

const STEP_MS = 15 * 60_000;
const DAYS_BACK = 30;
const DAYS_AHEAD = 60;

/** The campaigns that phones show at an instant, past or coming. */
export function PhonesPage() {
  const text = useText();
  const { id: tenant, atrium, timeZone, languages } = useCentre();
  const dates = useDates(timeZone);
  const { query } = useRoute();
  const [language, setLanguage] = useState(languages[0] ?? '');
  const clock = parsedClock(query.get('at')) ?? whole(clockNow(timeZone));
  const show = (next: CalendarDateTime | undefined) =>
    go(href(tenant, 'phones', undefined, next ? { at: exactly(next).slice(0, 16) } : {}), { replace: true });

  const at = useDeferredValue(new Date(instantMs(exactly(clock), timeZone)).toISOString());
  const live = useQuery({
    queryKey: keys.live(tenant, at),
    placeholderData: (before) => before,
    queryFn: async () => {
      const options = { params: { query: { at } } };
      const [{ data: campaigns }, { data: events }] = await Promise.all([
        ahead(atrium).GET('/campaign-events/live', options),
        ahead(atrium).GET('/events/live', options),
      ]);
      return received(campaigns).map((campaign) => ({
        campaign,
        events: received(events).filter(({ campaignEventId }) => campaignEventId === campaign.id),
      }));
    },
  });

  const today = clockNow(timeZone).set({ hour: 0, minute: 0, second: 0, millisecond: 0 });
  const valueMs = clockMs(exactly(clock), timeZone);
  const fromMs = Math.min(clockMs(exactly(today.subtract({ days: DAYS_BACK })), timeZone), valueMs);
  const toMs = Math.max(clockMs(exactly(today.add({ days: DAYS_AHEAD })), timeZone), valueMs);
  return (
    <div className="phones">
      <div className="phones-tools">
        <h1>{text('place.phones')}</h1>
        <p className="quiet">{text('phones.why')}</p>
        <div className="phones-fields">
          <DateField
            className="field"
            value={clock}
            granularity="minute"
            hideTimeZone
            onChange={(next) => next && show(next)}
          >
            <Label>{text('phones.at', { zone: timeZone })}</Label>
            <DateInput className="input date">{(segment) => <DateSegment segment={segment} />}</DateInput>
          </DateField>
          <Button className="button" onPress={() => show(undefined)}>
            {text('now')}
          </Button>
          <Button className="button" onPress={() => show(clock.subtract({ weeks: 1 }))}>
            {text('phones.weekBack')}
          </Button>
          <Button className="button" onPress={() => show(clock.add({ weeks: 1 }))}>
            {text('phones.weekAhead')}
          </Button>
          {languages.length > 1 && (
            <Choice
              label={text('phones.language')}
              value={language}
              options={languages.map((id) => ({ id, name: nameOfLanguage(id) }))}
              onChange={setLanguage}
            />
          )}
        </div>
        <Slider
          className="slider"
          minValue={fromMs}
          maxValue={toMs}
          step={STEP_MS}
          value={valueMs}
          onChange={(ms) => show(clockOf(new Date(ms).toISOString(), 'UTC'))}
        >
          <Label>{text('phones.slider')}</Label>
          <SliderTrack className="slider-track">
            <SliderThumb className="slider-thumb" />
          </SliderTrack>
        </Slider>
        <p className="slider-output" role="status">
          {dates.long(at)}
        </p>
      </div>
      {live.error && <Trouble problem={live.error} onRetry={() => void live.refetch()} />}
      <section className="phone" aria-label={text('phones.screen')} aria-busy={live.isFetching}>
        <h2 className="unseen">{text('phones.screen')}</h2>
        <div className="screen" role="group" tabIndex={0} aria-label={text('phones.screen')}>
          {live.data?.length === 0 && <p className="empty">{text('phones.nothing')}</p>}
          {live.data?.map(({ campaign, events }) => (
            <div key={campaign.id} className="cards">
              <Card
                shown={valuesOf(campaign)}
                language={language || undefined}
                period={dates.period(campaign.startDate, campaign.endDate)}
              />
              {events.map((event) => (
                <Card
                  key={event.id}
                  isSub
                  shown={valuesOf(event)}
                  language={language || undefined}
                  period={dates.period(event.startDate, event.endDate)}
                />
              ))}
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

function whole(clock: CalendarDateTime): CalendarDateTime {
  return clock.set({ minute: clock.minute - (clock.minute % 15), second: 0, millisecond: 0 });
}

function parsedClock(given: string | null): CalendarDateTime | undefined {
  if (!given) return undefined;
  try {
    return clockOf(given, 'UTC');
  } catch {
    return undefined;
  }
}
