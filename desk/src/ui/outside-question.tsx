import { Button } from 'react-aria-components';
import type { Problem } from '../api/problem.ts';
import type { EventsRule } from '../api/rows.ts';
import { useText } from '../text/text.tsx';
import { Alert } from './alert.tsx';

const RULES: readonly EventsRule[] = ['trim', 'shift', 'keep'];

/** Asks what becomes of events that a campaign's new period leaves outside. */
export function OutsideQuestion({
  problem,
  answer,
}: {
  problem: Problem;
  answer: (rule: EventsRule | undefined) => void;
}) {
  const text = useText();
  return (
    <Alert title={text('outside.title')} onDismiss={() => answer(undefined)}>
      <ul>
        {problem.errors.map(({ pointer, detail }, at) => (
          <li key={`${pointer} ${at}`}>{detail}</li>
        ))}
      </ul>
      {problem.errors.length === 0 && <p>{problem.message}</p>}
      <div className="choices">
        {RULES.map((rule, at) => (
          <Button key={rule} className="button block" autoFocus={at === 0} onPress={() => answer(rule)}>
            <strong>{text(`outside.${rule}`)}</strong>
            <span className="quiet">{text(`outside.${rule}Why`)}</span>
          </Button>
        ))}
        <Button className="button" onPress={() => answer(undefined)}>
          {text('cancel')}
        </Button>
      </div>
    </Alert>
  );
}
