import { FieldError, Input, Label, Text, TextArea, TextField as AriaTextField } from 'react-aria-components';
import { useText } from '../text/text.tsx';

/** The length is told from this share of the limit on. */
const NEARLY_FULL = 0.8;

/** A text with what it is for, its problems, and its length when that comes near the limit. */
export function TextField({
  label,
  why,
  value,
  problems,
  maxLength,
  isLong = false,
  type = 'text',
  lang,
  onChange,
}: {
  label: string;
  why?: string;
  value: string;
  problems: string[];
  maxLength?: number;
  isLong?: boolean;
  type?: 'text' | 'url';
  lang?: string;
  onChange: (value: string) => void;
}) {
  const text = useText();
  const isNearlyFull = maxLength !== undefined && value.length > maxLength * NEARLY_FULL;
  return (
    <AriaTextField
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={problems.length > 0}
      validationBehavior="aria"
      // The service says what is wrong with an address; a browser would say it in words of its own.
      inputMode={type === 'url' ? 'url' : undefined}
    >
      <Label>{label}</Label>
      {isLong ? (
        <TextArea className="input" dir="auto" lang={lang} />
      ) : (
        <Input className="input" dir={type === 'url' ? 'ltr' : 'auto'} lang={lang} />
      )}
      {(why !== undefined || isNearlyFull) && (
        <Text slot="description">
          {why} {isNearlyFull && text('field.length', { length: value.length, limit: maxLength })}
        </Text>
      )}
      <FieldError>{problems.join(' ')}</FieldError>
    </AriaTextField>
  );
}
