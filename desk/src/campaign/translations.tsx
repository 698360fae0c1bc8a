import { useState } from 'react';
import { Button, Input, Label, TextField as AriaTextField } from 'react-aria-components';
import { useCentre } from '../context/desk-context.tsx';
import { nameOfLanguage } from '../text/languages.ts';
import { useText } from '../text/text.tsx';
import { TextField } from './text-field.tsx';
import { maxLengthOf, TEXT_FIELDS, type Values } from '../row/values.ts';

/** The texts in the other languages of the centre side by side, with what is missing marked. */
export function Translations({
  values,
  isEvent,
  problems,
  onChange,
}: {
  values: Values;
  isEvent: boolean;
  problems: Record<string, string[]>;
  onChange: (translations: Values['translations']) => void;
}) {
  const text = useText();
  const { languages } = useCentre();
  const [added, setAdded] = useState('');
  const tags = [...new Set([...languages.slice(1), ...Object.keys(values.translations)])];
  const missing = tags.filter((tag) =>
    TEXT_FIELDS.some((field) => values[field] && !values.translations[tag]?.[field]),
  );
  const add = () => {
    if (added.trim() !== '') onChange({ ...values.translations, [added.trim()]: {} });
    setAdded('');
  };
  return (
    <details
      className="translations"
      open={missing.length > 0 || Object.keys(problems).some((path) => path.startsWith('translations'))}
    >
      <summary>
        {text('translations.title')}{' '}
        {missing.length > 0 && (
          <span className="missing">
            {text('translations.missing', { languages: missing.map(nameOfLanguage).join(', ') })}
          </span>
        )}
      </summary>
      {(problems['translations'] ?? []).map((problem) => (
        <p key={problem} className="fault" role="alert">
          {problem}
        </p>
      ))}
      <div className="languages">
        {tags.map((tag) => (
          <fieldset key={tag}>
            <legend>
              {nameOfLanguage(tag)} <span className="quiet">{tag}</span>
            </legend>
            {(problems[`translations/${tag}`] ?? []).map((problem) => (
              <p key={problem} className="fault" role="alert">
                {problem}
              </p>
            ))}
            {TEXT_FIELDS.map((field) => (
              <TextField
                key={field}
                label={text(`field.${field}`)}
                why={values[field] && !values.translations[tag]?.[field] ? text('translations.isMissing') : undefined}
                value={values.translations[tag]?.[field] ?? ''}
                problems={problems[`translations/${tag}/${field}`] ?? []}
                maxLength={maxLengthOf(field, isEvent)}
                isLong={field === 'description'}
                lang={tag}
                onChange={(words) =>
                  onChange({ ...values.translations, [tag]: { ...values.translations[tag], [field]: words } })
                }
              />
            ))}
          </fieldset>
        ))}
      </div>
      <div className="add-language">
        <AriaTextField className="field" value={added} onChange={setAdded}>
          <Label>{text('translations.another')}</Label>
          <Input
            className="input"
            placeholder="pt-BR"
            onKeyDown={(event) => event.key === 'Enter' && (event.preventDefault(), add())}
          />
        </AriaTextField>
        <Button className="button" onPress={add}>
          {text('translations.add')}
        </Button>
      </div>
    </details>
  );
}
