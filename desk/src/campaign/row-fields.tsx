import { Button } from 'react-aria-components';
import type { Status } from '../api/rows.ts';
import { useCentre } from '../context/desk-context.tsx';
import { instantMs } from '../text/centre-time.ts';
import { useDates } from '../text/dates.ts';
import { nameOfLanguage } from '../text/languages.ts';
import { type MessageKey, useText } from '../text/text.tsx';
import { Choice } from '../ui/choice.tsx';
import { DateField } from './date-field.tsx';
import { choose, type RowForm } from './form-state.ts';
import { TextField } from './text-field.tsx';
import { Translations } from './translations.tsx';
import { type Conflict, maxLengthOf, type Values } from '../row/values.ts';

const STATUSES: readonly Status[] = ['draft', 'published', 'cancelled'];

/** All fields of a campaign or of an event. */
export function RowFields({
  row,
  isEvent,
  onChange,
}: {
  row: RowForm;
  isEvent: boolean;
  onChange: (row: RowForm) => void;
}) {
  const text = useText();
  const { values } = row;
  const problems = (path: string) => row.problems[path] ?? [];
  const set = <F extends keyof Values>(field: F, value: Values[F]) =>
    onChange({ ...row, values: { ...values, [field]: value }, problems: { ...row.problems, [field]: [] } });
  const textField = (field: 'name' | 'description' | 'location' | 'imageUrl' | 'linkUrl') => ({
    label: text(`field.${field}`),
    why: text(isEvent && field === 'name' ? 'field.nameOfEventWhy' : `field.${field}Why`),
    value: values[field],
    problems: problems(field),
    maxLength: maxLengthOf(field, isEvent),
    onChange: (value: string) => set(field, value),
  });
  const dateField = (field: 'startDate' | 'endDate', kind: 'start' | 'end') => ({
    label: text(`field.${field}`),
    why: text(`field.${field}Why`),
    kind,
    value: values[field] || null,
    problems: problems(field),
    onChange: (value: string | null) => set(field, value ?? ''),
  });
  return (
    <div className="row-fields">
      <Conflicts row={row} onChange={onChange} />
      <TextField {...textField('name')} />
      <div className="dates">
        <DateField {...dateField('startDate', 'start')} />
        <DateField {...dateField('endDate', 'end')} />
      </div>
      <div className="dates">
        <div className="field">
          <Choice<Status>
            label={text('field.status')}
            value={values.status}
            options={STATUSES.map((id) => ({ id, name: text(`status.${id}`) }))}
            onChange={(status) => set('status', status)}
          />
          <span className="quiet">{text(`status.${values.status}Why`)}</span>
          <Problems problems={problems('status')} />
        </div>
        <DateField
          label={text('field.visibleFrom')}
          why={text('field.visibleFromWhy')}
          kind="visible"
          value={values.visibleFrom}
          problems={problems('visibleFrom')}
          onChange={(value) => set('visibleFrom', value)}
        />
      </div>
      <TextField {...textField('description')} isLong />
      <div className="dates">
        <TextField {...textField('location')} />
        <TextField
          label={text('field.tags')}
          why={text('field.tagsWhy')}
          value={values.tags.join(' ')}
          problems={problems('tags')}
          onChange={(words) => set('tags', words === '' ? [] : words.split(/[\s,;]/))}
        />
      </div>
      <div className="dates">
        <TextField {...textField('imageUrl')} type="url" />
        <TextField {...textField('linkUrl')} type="url" />
      </div>
      <Translations
        values={values}
        isEvent={isEvent}
        problems={row.problems}
        onChange={(translations) => set('translations', translations)}
      />
    </div>
  );
}

function Problems({ problems }: { problems: string[] }) {
  if (problems.length === 0) return null;
  return (
    <p className="fault" role="alert">
      {problems.join(' ')}
    </p>
  );
}

/** Changes made elsewhere: what was taken over, and where somebody has to choose. */
function Conflicts({ row, onChange }: { row: RowForm; onChange: (row: RowForm) => void }) {
  const text = useText();
  const { timeZone } = useCentre();
  const dates = useDates(timeZone);
  const nameOf = (path: string) => {
    const [field = '', tag, part] = path.split('/');
    return tag && part
      ? `${text(`field.${part}` as MessageKey)} (${nameOfLanguage(tag)})`
      : text(`field.${field}` as MessageKey);
  };
  const show = (path: string, value: unknown) => {
    if (value === undefined || value === null || value === '') return text('conflict.empty');
    if (path === 'status') return text(`status.${value as Status}`);
    if (typeof value === 'string')
      return /Date$|From$/.test(path) ? dates.instant(new Date(instantMs(value, timeZone)).toISOString()) : value;
    return Array.isArray(value) ? value.join(' ') : JSON.stringify(value);
  };
  if (row.isGone)
    return (
      <p className="notice" role="status">
        {text('conflict.gone')}
      </p>
    );
  if (row.taken.length === 0 && row.conflicts.length === 0) return null;
  return (
    <div className="notice" role="status">
      {row.taken.length > 0 && (
        <p>{text('conflict.taken', { fields: [...new Set(row.taken)].map(nameOf).join(', ') })}</p>
      )}
      {row.conflicts.map((conflict: Conflict) => (
        <div key={conflict.path} className="conflict">
          <p>
            <strong>{nameOf(conflict.path)}</strong> {text('conflict.both')}
          </p>
          <Button className="button block" onPress={() => onChange(choose(row, conflict, false))}>
            <span className="quiet">{text('conflict.mine')}</span>
            <span dir="auto">{show(conflict.path, conflict.mine)}</span>
          </Button>
          <Button className="button block" onPress={() => onChange(choose(row, conflict, true))}>
            <span className="quiet">{text('conflict.theirs')}</span>
            <span dir="auto">{show(conflict.path, conflict.theirs)}</span>
          </Button>
        </div>
      ))}
    </div>
  );
}
