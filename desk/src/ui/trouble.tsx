import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { Problem } from '../api/problem.ts';
import { troubleKey } from '../api/trouble.ts';
import { useText } from '../text/text.tsx';

/** Says what went wrong and what to do. With `onRetry` it asks again, by itself once the service's pause is over. */
export function Trouble({ problem, onRetry }: { problem: unknown; onRetry?: () => void }) {
  const text = useText();
  const seconds = useCountdown(problem, onRetry);
  const key = troubleKey(problem);
  const { document, requestId } = problem instanceof Problem ? problem : { document: undefined, requestId: undefined };
  return (
    <div className="trouble" role="alert">
      <p>{key ? text(key) : document?.detail}</p>
      {key && document?.detail && <p className="quiet">{document.detail}</p>}
      {requestId && <p className="quiet">{text('trouble.request', { id: requestId })}</p>}
      {onRetry && (
        <Button className="button" onPress={onRetry}>
          {seconds > 0 ? text('trouble.retryIn', { seconds }) : text('trouble.retry')}
        </Button>
      )}
    </div>
  );
}

function useCountdown(problem: unknown, onEnd?: () => void): number {
  const given = problem instanceof Problem && problem.isPassing ? (problem.retryAfterSeconds ?? 0) : 0;
  const [left, setLeft] = useState(given);
  useEffect(() => setLeft(given), [problem, given]);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => {
      setLeft(left - 1);
      if (left === 1) onEnd?.();
    }, 1_000);
    return () => clearTimeout(timer);
  }, [left, onEnd]);
  return left;
}
