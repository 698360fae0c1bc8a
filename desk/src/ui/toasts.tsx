import {
  Button,
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { useText } from '../text/text.tsx';

interface Notice {
  message: string;
  action?: { name: string; run: () => void };
}

const STAY_MS = 12_000;

const queue = new ToastQueue<Notice>({ maxVisibleToasts: 3 });

/** Tells what was done, and offers to take it back. */
export function tell(message: string, action?: Notice['action']): void {
  queue.add({ message, action }, { timeout: STAY_MS });
}

export function Toasts() {
  const text = useText();
  return (
    <ToastRegion className="toasts" queue={queue} aria-label={text('toasts.title')}>
      {({ toast }) => (
        <Toast className="toast" toast={toast}>
          <ToastContent>
            <Text slot="title">{toast.content.message}</Text>
          </ToastContent>
          {toast.content.action && (
            <Button
              className="button"
              onPress={() => {
                toast.content.action?.run();
                queue.close(toast.key);
              }}
            >
              {toast.content.action.name}
            </Button>
          )}
          <Button slot="close" className="button plain" aria-label={text('toasts.close')}>
            ✕
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
