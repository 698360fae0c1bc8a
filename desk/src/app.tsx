import { Button, Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { useDesk, useSession } from './context/desk-context.tsx';
import { SignIn } from './entrance/sign-in.tsx';
import { useText } from './text/text.tsx';
import { Shell } from './shell.tsx';
import { Toasts } from './ui/toasts.tsx';
import { Preferences } from './ui/preferences.tsx';

/** The desk, or the way in. A token that runs out covers the page with a dialog and takes nothing away. */
export function App() {
  const text = useText();
  const { session } = useDesk();
  const { token, hasExpired } = useSession();
  if (token === undefined)
    return (
      <main className="entrance">
        <SignIn />
        <Preferences />
      </main>
    );
  return (
    <>
      <Shell />
      <Toasts />
      <ModalOverlay className="overlay" isOpen={hasExpired}>
        <Modal className="modal">
          <Dialog className="dialog">
            <SignIn isAgain />
            <Button className="button" onPress={() => session.signOut()}>
              {text('signIn.out')}
            </Button>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
