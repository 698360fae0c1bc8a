import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../text/text.tsx';

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
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={() => onAnswer(false)}>
      <Modal className="modal">
        <Dialog className="dialog" role="alertdialog">
          <Heading slot="title">{title}</Heading>
          {children}
          <div className="question-buttons">
            <Button className={isDanger ? 'button danger' : 'button primary'} onPress={() => onAnswer(true)}>
              {yes}
            </Button>
            <Button className="button" autoFocus onPress={() => onAnswer(false)}>
              {text('cancel')}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
