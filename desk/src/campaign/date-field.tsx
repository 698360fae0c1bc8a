import { type CalendarDateTime, toCalendarDate } from '@internationalized/date';
import {
  Button,
  Calendar,
  CalendarCell,
  CalendarGrid,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  FieldError,
  Group,
  Heading,
  Label,
  Popover,
  Text,
} from 'react-aria-components';
import { useCentre } from '../context/desk-context.tsx';
import { clockNow, clockOf, type DateText, minuteOf } from '../text/centre-time.ts';
import { useSpeech } from '../text/text.tsx';

/** A date by the centre's clock, typed or picked, with the times that staff mean most often as buttons. */
export function DateField({
  label,
  why,
  value,
  kind,
  problems,
  onChange,
}: {
  label: string;
  why: string;
  value: DateText | null;
  kind: 'start' | 'end' | 'visible';
  problems: string[];
  onChange: (value: DateText | null) => void;
}) {
  const { text, locale } = useSpeech();
  const { timeZone } = useCentre();
  const clock = value ? clockOf(value, timeZone) : null;
  const set = (next: CalendarDateTime | null) => onChange(next && minuteOf(next));
  const ofDay = clock ?? clockNow(timeZone);
  return (
    <div className="date-field">
      <DatePicker<CalendarDateTime>
        className="field"
        value={clock}
        granularity="minute"
        hideTimeZone
        shouldForceLeadingZeros
        isInvalid={problems.length > 0}
        validationBehavior="aria"
        onChange={set}
      >
        <Label>{label}</Label>
        <Group className="input date">
          <DateInput className="segments-of-date">{(segment) => <DateSegment segment={segment} />}</DateInput>
          <Button className="button plain small" aria-label={text('date.pick')}>
            <span aria-hidden="true">▦</span>
          </Button>
        </Group>
        <Text slot="description">{why}</Text>
        <FieldError>{problems.join(' ')}</FieldError>
        <Popover className="popover">
          <Dialog className="dialog small">
            <Calendar className="calendar">
              <header>
                <Button slot="previous" className="button plain">
                  <span aria-hidden="true" className="arrow">
                    ‹
                  </span>
                </Button>
                <Heading level={2} />
                <Button slot="next" className="button plain">
                  <span aria-hidden="true" className="arrow">
                    ›
                  </span>
                </Button>
              </header>
              <CalendarGrid>{(date) => <CalendarCell date={date} />}</CalendarGrid>
            </Calendar>
          </Dialog>
        </Popover>
      </DatePicker>
      <div className="date-buttons">
        <Button className="button small" onPress={() => set(clockNow(timeZone))}>
          {text('now')}
        </Button>
        {kind === 'end' ? (
          <Button className="button small" onPress={() => set(ofDay.set({ hour: 23, minute: 59 }))}>
            {text('date.endOfDay')}
          </Button>
        ) : (
          <Button className="button small" onPress={() => set(ofDay.set({ hour: 0, minute: 0 }))}>
            {text('date.startOfDay')}
          </Button>
        )}
        {kind === 'visible' && value !== null && (
          <Button className="button small" onPress={() => onChange(null)}>
            {text('date.atOnce')}
          </Button>
        )}
        {clock && <span className="quiet">{weekdayOf(clock, locale)}</span>}
      </div>
    </div>
  );
}

function weekdayOf(clock: CalendarDateTime, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(
    toCalendarDate(clock).toDate('UTC'),
  );
}
