import { useState } from 'react';
import { received } from '../api/queries.ts';
import { isOf, useTellChange, wordsOf } from '../change/writes.ts';
import { useCentre } from '../context/desk-context.tsx';
import { go, href } from '../route.ts';
import { clockOf, type DateText, minuteOf } from '../text/centre-time.ts';
import { useText } from '../text/text.tsx';
import { Question } from '../ui/question.tsx';
import { DateField } from './date-field.tsx';
import { TextField } from './text-field.tsx';

/** Asks when a copy of a campaign is to begin. Its events keep their distance to the start. */
export function CopyQuestion({
  id,
  name,
  startDate,
  onClose,
}: {
  id: number;
  name: string;
  startDate: DateText;
  onClose: () => void;
}) {
  const text = useText();
  const { id: tenant, atrium, timeZone } = useCentre();
  const { tellChange } = useTellChange();
  const [newName, setName] = useState(name);
  const [start, setStart] = useState<DateText | null>(() => minuteOf(clockOf(startDate, timeZone).add({ weeks: 1 })));
  const [problem, setProblem] = useState<string>();
  const copy = async () => {
    try {
      const { data } = await atrium.POST('/campaign-events/{id}/copies', {
        params: { path: { id } },
        body: { startDate: start ?? '', name: newName },
      });
      const { id: copied } = received(data);
      tellChange(text('copy.done', { name: newName }), isOf('campaign', copied));
      onClose();
      go(href(tenant, 'campaign', copied));
    } catch (thrown) {
      setProblem(wordsOf(thrown));
    }
  };
  return (
    <Question
      title={text('copy.title', { name })}
      yes={text('copy.yes')}
      onAnswer={(isYes) => (isYes ? void copy() : onClose())}
    >
      <p>{text('copy.why')}</p>
      <TextField label={text('field.name')} value={newName} problems={[]} onChange={setName} />
      <DateField
        label={text('field.startDate')}
        why={text('field.startDateWhy')}
        kind="start"
        value={start}
        problems={problem === undefined ? [] : [problem]}
        onChange={setStart}
      />
    </Question>
  );
}
