import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useText } from '../text/text.tsx';
import { Alert } from './alert.tsx';

/** Asks before something is done. */
export function Question({
  title,
  yes,
  isDanger = false,
  children,
  onAnswer,
}: {
  title: string;
  yes: string;
  isDanger?: boolean;
  children: ReactNode;
  onAnswer: (isYes: boolean) => void;
}) {
  const text = useText();
  return (
    <Alert title={title} onDismiss={() => onAnswer(false)}>
      {children}
      <div className="question-buttons">
        <Button className={isDanger ? 'button danger' : 'button primary'} onPress={() => onAnswer(true)}>
          {yes}
        </Button>
        <Button className="button" autoFocus onPress={() => onAnswer(false)}>
          {text('cancel')}
        </Button>
      </div>
    </Alert>
  );
}
