import { type ReactNode, useState } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { type Language, LANGUAGES, useSpeech } from '../text/text.tsx';
import { Choice } from './choice.tsx';
import { applyTheme, type Theme, themeNow, THEMES } from './theme.ts';

const LANGUAGE_OPTIONS = Object.entries(LANGUAGES).map(([id, name]) => ({ id: id as Language, name }));

/** Language and colours of this browser, and what else belongs to the person. */
export function Preferences({ children }: { children?: ReactNode }) {
  const { text, language, speak } = useSpeech();
  const [theme, setTheme] = useState(themeNow);
  return (
    <DialogTrigger>
      <Button className="button preferences" aria-label={text('preferences.title')}>
        <span aria-hidden="true">☰</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <Dialog className="dialog small" aria-label={text('preferences.title')}>
          <Choice
            label={text('preferences.language')}
            value={language}
            options={LANGUAGE_OPTIONS}
            onChange={(chosen) => speak(chosen)}
          />
          <Choice<Theme>
            label={text('preferences.theme')}
            value={theme}
            options={THEMES.map((id) => ({ id, name: text(`theme.${id}`) }))}
            onChange={(chosen) => {
              setTheme(chosen);
              applyTheme(chosen);
            }}
          />
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
