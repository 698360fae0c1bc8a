import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { readCampaign, readEvent } from '../api/queries.ts';
import { Problem } from '../api/problem.ts';
import type { Campaign, Event, EventsRule, Resource } from '../api/rows.ts';
import { isOf, useTellChange, wordsOf } from '../change/writes.ts';
import { useCentre } from '../context/desk-context.tsx';
import { clockOf, exactly } from '../text/centre-time.ts';
import { useDates } from '../text/dates.ts';
import { useText } from '../text/text.tsx';
import { OutsideQuestion } from '../ui/outside-question.tsx';
import { tell } from '../ui/toasts.tsx';

/** A change of a period, in milliseconds of the centre's clock. */
export interface Shift {
  startMs: number;
  endMs: number;
}

export type Target = { resource: 'campaign'; row: Campaign } | { resource: 'event'; row: Event };

interface Question {
  problem: Problem;
  answer(rule: EventsRule | undefined): void;
}

/** Moves and stretches rows; asks where events would fall outside. `question` is the dialog, if one is open. */
export function useMove() {
  const text = useText();
  const { id: tenant, atrium, timeZone } = useCentre();
  const queries = useQueryClient();
  const dates = useDates(timeZone);
  const { tellChange } = useTellChange();
  const [question, setQuestion] = useState<Question>();

  const ask = (problem: Problem) =>
    new Promise<EventsRule | undefined>((resolve) =>
      setQuestion({
        problem,
        answer(rule) {
          setQuestion(undefined);
          resolve(rule);
        },
      }),
    );

  const patch = async ({ resource, row }: Target, body: object, etag: string, events?: EventsRule) => {
    const options = { headers: { 'If-Match': etag }, body };
    const path = { id: row.id };
    const { data } =
      resource === 'campaign'
        ? await atrium.PATCH('/campaign-events/{id}', { params: { path, query: { events } }, ...options })
        : await atrium.PATCH('/events/{id}', { params: { path }, ...options });
    return data;
  };

  const move = async (target: Target, shift: Shift): Promise<void> => {
    const { resource, row } = target;
    const isWhole = shift.startMs === shift.endMs;
    const body = {
      ...(shift.startMs === 0 ? {} : { startDate: shifted(row.startDate, shift.startMs, timeZone) }),
      ...(shift.endMs === 0 ? {} : { endDate: shifted(row.endDate, shift.endMs, timeZone) }),
    };
    try {
      const now = await current(resource, row.id);
      if (now.row.startDate !== row.startDate || now.row.endDate !== row.endDate)
        return tell(text('month.movedMeanwhile', { name: row.name }));
      let events: EventsRule | undefined = resource === 'campaign' && isWhole ? 'shift' : undefined;
      for (;;) {
        try {
          const after = await patch(target, body, now.etag, events);
          const period = after && dates.period(after.startDate, after.endDate);
          return tellChange(text('month.moved', { name: row.name, period: period ?? '' }), isOf(resource, row.id));
        } catch (thrown) {
          if (!(thrown instanceof Problem) || thrown.code !== 'events-outside') throw thrown;
          events = await ask(thrown);
          if (events === undefined) return;
        }
      }
    } catch (thrown) {
      tell(text('month.notMoved', { name: row.name, reason: wordsOf(thrown) }));
    } finally {
      void queries.invalidateQueries({ queryKey: [tenant] });
    }
  };

  const current = async (resource: Resource, id: number) =>
    resource === 'campaign' ? (await readCampaign(atrium, id)).campaign : readEvent(atrium, id);

  return { move, question: question && <OutsideQuestion {...question} /> };
}

function shifted(date: string, ms: number, timeZone: string): string {
  return exactly(clockOf(date, timeZone).add({ milliseconds: ms }));
}
