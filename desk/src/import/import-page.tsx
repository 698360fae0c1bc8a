import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, DropZone, FileTrigger, Label, Text, TextArea, TextField } from 'react-aria-components';
import { Problem } from '../api/problem.ts';
import { received } from '../api/queries.ts';
import type { ImportReport } from '../api/rows.ts';
import { useTellChange } from '../change/writes.ts';
import { useCentre } from '../context/desk-context.tsx';
import { messageKeyOf, useSpeech } from '../text/text.tsx';
import { Choice } from '../ui/choice.tsx';
import { Trouble } from '../ui/trouble.tsx';

type Order = 'dmy' | 'mdy';

/** Brings a table in: tried first, each line marked, then written whole or not at all. */
export function ImportPage() {
  const { text, locale } = useSpeech();
  const { id: tenant, atrium } = useCentre();
  const queries = useQueryClient();
  const { tellChange } = useTellChange();
  const [table, setTable] = useState('');
  const [order, setOrder] = useState<Order>(() => orderOf(locale));
  const [report, setReport] = useState<ImportReport>();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);

  const send = async (body: string, dryRun: boolean) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { data } = await atrium.POST('/imports', {
        params: { query: { dates: order, ...(dryRun ? { dryRun } : {}) } },
        headers: { 'Content-Type': 'text/csv' },
        bodySerializer: (text: string) => text,
        body,
      });
      const done = received(data);
      setReport(done);
      if (dryRun) return;
      setTable('');
      setReport(undefined);
      tellChange(
        text('import.done', { created: done.created, updated: done.updated }),
        ({ action }) => action === 'import',
      );
      await queries.invalidateQueries({ queryKey: [tenant] });
    } catch (thrown) {
      const lines = thrown instanceof Problem ? thrown.lines : undefined;
      setReport(lines && { created: 0, updated: 0, lines });
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const take = (body: string) => {
    setTable(body);
    setReport(undefined);
    setProblem(undefined);
  };
  const read = async (file: Blob | undefined) => {
    if (!file) return;
    const body = await file.text();
    take(body);
    await send(body, true);
  };
  const wrong = report?.lines.filter(({ errors }) => errors && errors.length > 0).length ?? 0;
  const rows = table.split(/\r?\n/);
  return (
    <div className="import">
      <h1>{text('place.import')}</h1>
      <p>{text('import.why')}</p>
      <p className="quiet">{text('import.columns')}</p>
      <DropZone
        className="drop"
        onDrop={({ items }) =>
          void items
            .find((item) => item.kind === 'file')
            ?.getFile()
            .then(read)
        }
      >
        <FileTrigger
          acceptedFileTypes={['.csv', '.tsv', '.txt', 'text/csv']}
          onSelect={(files) => void read(files?.[0])}
        >
          <Button className="button">{text('import.file')}</Button>
        </FileTrigger>
        <Text slot="label">{text('import.drop')}</Text>
      </DropZone>
      <TextField className="field" value={table} onChange={take}>
        <Label>{text('import.paste')}</Label>
        <TextArea className="input table" dir="auto" spellCheck="false" />
      </TextField>
      <div className="tools">
        <Choice<Order>
          label={text('import.dates')}
          value={order}
          options={[
            { id: 'dmy', name: '27.11.2026 09:00' },
            { id: 'mdy', name: '11/27/2026 09:00' },
          ]}
          onChange={setOrder}
        />
        <Button className="button" isDisabled={isBusy || table.trim() === ''} onPress={() => void send(table, true)}>
          {text('import.try')}
        </Button>
        <Button
          className="button primary"
          isDisabled={isBusy || report === undefined || wrong > 0 || problem !== undefined}
          onPress={() => void send(table, false)}
        >
          {text('import.write')}
        </Button>
      </div>
      {problem !== undefined && report === undefined && <Trouble problem={problem} />}
      <p role="status">
        {report &&
          (wrong > 0
            ? text('import.wrong', { wrong, all: report.lines.length })
            : text('import.right', { created: report.created, updated: report.updated }))}
      </p>
      {report && report.lines.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label={text('import.lines')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text('import.line')}</th>
                <th scope="col">{text('import.what')}</th>
                <th scope="col">{text('import.text')}</th>
              </tr>
            </thead>
            <tbody>
              {report.lines.map(({ line, action, errors = [] }) => (
                <tr key={line} className={errors.length > 0 ? 'wrong' : undefined}>
                  <td>{line}</td>
                  <td>
                    {errors.length > 0
                      ? `✕ ${errors.map(({ detail }) => detail).join(' ')}`
                      : `✓ ${text(messageKeyOf(`import.${action}`) ?? 'import.create')}`}
                  </td>
                  <td dir="auto">{rows[line - 1]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

/** The order in which people of a region write day and month. */
function orderOf(locale: string): Order {
  const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric' }).formatToParts(0);
  return parts.find(({ type }) => type === 'day' || type === 'month')?.type === 'month' ? 'mdy' : 'dmy';
}
