import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/queries.ts';
import { App } from './app.tsx';
import { forgetDrafts } from './change/draft.ts';
import { DeskContext } from './context/desk-context.tsx';
import { returnFromIssuer } from './session/issuer.ts';
import { Session } from './session/session.ts';
import { loadSettings } from './session/settings.ts';
import { SpeechProvider } from './text/text.tsx';
import { applyTheme } from './ui/theme.ts';
import './ui/style.css';

applyTheme();
const root = createRoot(document.querySelector('#desk')!);
try {
  const settings = await loadSettings();
  const session = new Session();
  session.subscribe(() => session.state.token === undefined && forgetDrafts());
  if (settings.oidc) await returnFromIssuer(settings.oidc, session).catch((thrown: unknown) => console.warn(thrown));
  root.render(
    <StrictMode>
      <SpeechProvider>
        <QueryClientProvider client={createQueryClient()}>
          <DeskContext value={{ session, settings }}>
            <App />
          </DeskContext>
        </QueryClientProvider>
      </SpeechProvider>
    </StrictMode>,
  );
} catch {
  root.render(<p className="sign-in">The service cannot be reached. Reload the page in a moment.</p>);
}
