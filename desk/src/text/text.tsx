import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import english from './messages/en.json';

export type MessageKey = keyof typeof english;
/** The key of a message that may not be there. */
export function messageKeyOf(name: string): MessageKey | undefined {
  return name in english ? (name as MessageKey) : undefined;
}

export type Messages = Record<MessageKey, string>;
export type Text = (key: MessageKey, values?: Record<string, string | number>) => string;

/** The languages of the desk by the names they give themselves. */
export const LANGUAGES = {
  en: 'English',
  nl: 'Nederlands',
  de: 'Deutsch',
  fr: 'Français',
  ar: 'العربية',
} as const;
export type Language = keyof typeof LANGUAGES;

interface Speech {
  text: Text;
  language: Language;
  /** For dates and numbers: the person's own region where the browser says one. */
  locale: string;
  isRightToLeft: boolean;
  speak: (language: Language) => void;
}

const SpeechContext = createContext<Speech | undefined>(undefined);
const KEPT = 'atrium.desk.language';
const files = import.meta.glob<Messages>('./messages/*.json', { import: 'default' });

/** Shows the desk in the language that was chosen here before, or that the browser asks for. */
export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [messages, setMessages] = useState<Messages>();
  useEffect(() => {
    let isCurrent = true;
    // Without a connection English is here already.
    const load = files[`./messages/${language}.json`]?.() ?? Promise.resolve<Messages>(english);
    void load.catch((): Messages => english).then((loaded) => isCurrent && setMessages(loaded));
    return () => void (isCurrent = false);
  }, [language]);
  const locale = localeOf(language);
  const isRightToLeft = language === 'ar';
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = isRightToLeft ? 'rtl' : 'ltr';
  }, [language, isRightToLeft]);
  const speech = useMemo<Speech | undefined>(
    () =>
      messages && {
        text: (key, values = {}) => filled(messages[key], values),
        language,
        locale,
        isRightToLeft,
        speak(chosen) {
          keep(chosen);
          setLanguage(chosen);
        },
      },
    [messages, language, locale, isRightToLeft],
  );
  if (!speech) return null;
  return (
    <SpeechContext value={speech}>
      <I18nProvider locale={locale}>{children}</I18nProvider>
    </SpeechContext>
  );
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('No language is chosen here.');
  return speech;
}

export function useText(): Text {
  return useSpeech().text;
}

function filled(message: string, values: Record<string, string | number>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function firstLanguage(): Language {
  const wanted = [kept(), ...navigator.languages].map((tag) => tag?.split('-')[0]?.toLowerCase());
  return (wanted.find((tag) => tag !== undefined && tag in LANGUAGES) as Language | undefined) ?? 'en';
}

function localeOf(language: Language): string {
  const own = navigator.languages.find((tag) => tag.split('-')[0]?.toLowerCase() === language);
  return own ?? (language === 'en' ? 'en-GB' : language);
}

/** Storage may be forbidden by the browser: then the choice lasts as long as the tab. */
function kept(): string | undefined {
  try {
    return localStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {}
}
