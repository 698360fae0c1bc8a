import { CAN } from 'virtual:rules';
import { parseDate, toCalendarDateTime } from '@internationalized/date';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Form, Heading } from 'react-aria-components';
import { keys, received } from '../api/queries.ts';
import type { CampaignWithEvents } from '../api/queries.ts';
import { Problem } from '../api/problem.ts';
import type { EventsRule } from '../api/rows.ts';
import { isOf, useTellChange } from '../change/writes.ts';
import { Card } from '../phone/card.tsx';
import { go, href, useRoute, PAGES } from '../route.ts';
import { useCentre } from '../context/desk-context.tsx';
import { clockNow, clockOf, instantMs, minuteOf } from '../text/centre-time.ts';
import { useDates } from '../text/dates.ts';
import { nameOfLanguage } from '../text/languages.ts';
import { useText } from '../text/text.tsx';
import { Choice } from '../ui/choice.tsx';
import { OutsideQuestion } from '../ui/outside-question.tsx';
import { Question } from '../ui/question.tsx';
import { tell } from '../ui/toasts.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { forgetDraft, keepDraft, keptDraft } from '../change/draft.ts';
import {
  absorb,
  creationOf,
  type FormState,
  formOf,
  isChanged,
  isFormChanged,
  newRow,
  type RowForm,
  withCreationProblems,
} from './form-state.ts';
import { CopyQuestion } from './copy-question.tsx';
import { RowFields } from './row-fields.tsx';
import { saveChanges } from './save.ts';
import { newValues, type Values } from '../row/values.ts';

/** The length of a new campaign. */
const NEW_DAYS = 6;

export function CampaignForm({ id, loaded }: { id: string; loaded: CampaignWithEvents | undefined }) {
  const text = useText();
  const { id: tenant, atrium, timeZone } = useCentre();
  const { query } = useRoute();
  const queries = useQueryClient();
  const { tellChange } = useTellChange();
  const [form, setForm] = useState<FormState>(() => {
    const kept = keptDraft<FormState>(tenant, id);
    if (!loaded) return kept ?? { campaign: newRow(firstValues(query.get('day'), timeZone)), events: [] };
    return kept ? absorb(kept, loaded, timeZone) : formOf(loaded);
  });
  const [failure, setFailure] = useState<unknown>();
  const [isSaving, setSaving] = useState(false);
  const [asked, setAsked] = useState<{ problem: Problem; answer: (rule: EventsRule | undefined) => void }>();
  const [isDeleting, setDeleting] = useState(false);
  const [isCopying, setCopying] = useState(false);
  const attempt = useRef<{ body: string; key: string }>(undefined);
  const isNew = loaded === undefined;
  const isDirty = isNew ? form.campaign.values.name !== '' || form.events.length > 0 : isFormChanged(form, timeZone);

  // What somebody else changes reaches the form at once.
  useEffect(() => {
    if (loaded) setForm((before) => absorb(before, loaded, timeZone));
  }, [loaded, timeZone]);
  useEffect(() => {
    if (isDirty) keepDraft(tenant, id, form);
    else forgetDraft(tenant, id);
  }, [form, isDirty, tenant, id]);

  const setCampaign = (campaign: RowForm) => setForm((before) => ({ ...before, campaign }));
  const setEvent = (event: RowForm) =>
    setForm((before) => ({ ...before, events: before.events.map((one) => (one.key === event.key ? event : one)) }));
  const ask = (problem: Problem) =>
    new Promise<EventsRule | undefined>((resolve) =>
      setAsked({
        problem,
        answer(rule) {
          setAsked(undefined);
          resolve(rule);
        },
      }),
    );

  const create = async (sent: FormState) => {
    const body = JSON.stringify(creationOf(sent));
    // The same plan sent again after a lost answer is created once.
    if (attempt.current?.body !== body) attempt.current = { body, key: crypto.randomUUID() };
    try {
      const { data } = await atrium.POST('/campaign-events', {
        headers: { 'Idempotency-Key': attempt.current.key },
        body: JSON.parse(body) as never,
      });
      const { id: created, name } = received(data);
      forgetDraft(tenant, id);
      tellChange(text('form.created', { name }), isOf('campaign', created));
      go(href(tenant, 'campaign', created), { replace: true });
    } catch (thrown) {
      setFailure(thrown);
      if (thrown instanceof Problem) setForm(withCreationProblems(sent, thrown));
    }
  };

  const save = async (status?: Values['status']) => {
    const sent = status
      ? { ...form, campaign: { ...form.campaign, values: { ...form.campaign.values, status } } }
      : form;
    setForm(sent);
    setFailure(undefined);
    setSaving(true);
    try {
      if (isNew) return await create(sent);
      const { form: after, failure: reason, isMerged } = await saveChanges(atrium, sent, timeZone, ask);
      setForm(after);
      if (reason !== undefined && !isMerged) setFailure(reason);
      else if (isMerged) tell(text('form.merged'));
      else if (!isFormChanged(after, timeZone))
        tellChange(
          text('form.saved', { name: after.campaign.values.name }),
          ({ resource }) => resource === 'campaign' || resource === 'event',
        );
      await queries.invalidateQueries({ queryKey: [tenant] });
    } catch (thrown) {
      setFailure(thrown);
    } finally {
      setSaving(false);
    }
  };

  const remove = async () => {
    setDeleting(false);
    const { id: campaignId = 0, etag, values } = form.campaign;
    try {
      await atrium.DELETE('/campaign-events/{id}', {
        params: { path: { id: campaignId } },
        headers: { 'If-Match': etag },
      });
      forgetDraft(tenant, id);
      queries.removeQueries({ queryKey: keys.campaign(tenant, campaignId) });
      tellChange(text('form.deleted', { name: values.name }), isOf('campaign', campaignId));
      go(href(tenant, 'month'));
    } catch (thrown) {
      setFailure(thrown);
    }
  };

  const discard = () => {
    forgetDraft(tenant, id);
    setFailure(undefined);
    if (loaded) setForm(formOf(loaded));
    else go(href(tenant, 'month'));
  };

  const { campaign, events } = form;
  const shown = events.filter(({ isRemoved }) => !isRemoved);
  const isPublishable = campaign.values.status === 'draft';
  return (
    <div className="campaign-page">
      <Form
        className="campaign-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="form-head">
          <a href={href(tenant, 'month')}>‹ {text('place.month')}</a>
          <h1 dir="auto">{isNew ? text('month.new') : campaign.base?.name}</h1>
        </div>
        {failure !== undefined && <Failure failure={failure} onRetry={() => void save()} />}
        <section className="panel">
          <RowFields row={campaign} isEvent={false} onChange={setCampaign} />
        </section>
        <section className="phases">
          <div className="phases-head">
            <h2>{text('phases.title')}</h2>
            <p className="quiet">{text('phases.why')}</p>
          </div>
          {shown.map((event) => (
            <Phase
              key={event.key}
              event={event}
              isOpen={event.id === undefined || String(event.id) === query.get('event') || isChanged(event, timeZone)}
              onChange={setEvent}
            />
          ))}
          {events.length > shown.length && (
            <p className="notice">
              {text('phases.removed', { count: events.length - shown.length })}{' '}
              <Button
                className="button small"
                onPress={() =>
                  setForm((before) => ({
                    ...before,
                    events: before.events.map((one) => ({ ...one, isRemoved: false })),
                  }))
                }
              >
                {text('phases.bringBack')}
              </Button>
            </p>
          )}
          <Button
            className="button"
            onPress={() =>
              setForm((before) => ({ ...before, events: [...before.events, nextPhase(before, timeZone)] }))
            }
          >
            {text('phases.add')}
          </Button>
        </section>
        <div className="form-actions">
          <Button
            type="submit"
            className={isPublishable && isNew ? 'button' : 'button primary'}
            isDisabled={isSaving || (!isNew && !isDirty)}
          >
            {text(isPublishable ? 'form.saveDraft' : 'form.save')}
          </Button>
          {isPublishable && (
            <Button className="button" isDisabled={isSaving} onPress={() => void save('published')}>
              {text('form.publish')}
            </Button>
          )}
          {(isDirty || isNew) && (
            <Button className="button plain" onPress={discard}>
              {text('form.discard')}
            </Button>
          )}
          {!isNew && (
            <>
              {CAN.copy && (
                <Button className="button" onPress={() => setCopying(true)}>
                  {text('copy.copy')}
                </Button>
              )}
              {PAGES.includes('rollouts') && (
                <a className="button" href={href(tenant, 'rollouts', undefined, { campaign: id })}>
                  {text('place.rollouts')}
                </a>
              )}
              {PAGES.includes('history') && (
                <a className="button" href={href(tenant, 'history', undefined, { campaign: id })}>
                  {text('place.history')}
                </a>
              )}
            </>
          )}
          {!isNew && (
            <Button className="button danger" onPress={() => setDeleting(true)}>
              {text('form.delete')}
            </Button>
          )}
          <span className="quiet" role="status">
            {isSaving ? text('form.saving') : isDirty ? text('form.unsaved') : ''}
          </span>
        </div>
      </Form>
      <Preview form={form} />
      {asked && <OutsideQuestion {...asked} />}
      {isCopying && campaign.base && (
        <CopyQuestion
          id={Number(id)}
          name={campaign.base.name}
          startDate={campaign.base.startDate}
          onClose={() => setCopying(false)}
        />
      )}
      {isDeleting && (
        <Question
          title={text('form.deleteTitle', { name: campaign.base?.name ?? '' })}
          yes={text('form.deleteYes', { name: campaign.base?.name ?? '' })}
          isDanger
          onAnswer={(isYes) => (isYes ? void remove() : setDeleting(false))}
        >
          <p>{text('form.deleteWhy', { count: events.length })}</p>
        </Question>
      )}
    </div>
  );
}

/** Problems of fields stand at their fields; what is left is said here. */
function Failure({ failure, onRetry }: { failure: unknown; onRetry: () => void }): ReactNode {
  const text = useText();
  if (!(failure instanceof Problem) || failure.errors.length === 0)
    return (
      <Trouble problem={failure} onRetry={failure instanceof Problem && failure.isPassing ? onRetry : undefined} />
    );
  return (
    <div className="trouble" role="alert">
      <p>{text('form.problems', { count: failure.errors.length })}</p>
      <ul>
        {failure.errors.map(({ pointer, detail }) => (
          <li key={pointer + detail}>{detail}</li>
        ))}
      </ul>
    </div>
  );
}

function Phase({ event, isOpen, onChange }: { event: RowForm; isOpen: boolean; onChange: (event: RowForm) => void }) {
  const text = useText();
  const { timeZone } = useCentre();
  const period = usePeriod(event.values);
  const hasProblems = Object.values(event.problems).some((problems) => problems.length > 0);
  const [isExpanded, setExpanded] = useState(isOpen);
  return (
    <Disclosure className="panel phase" isExpanded={isExpanded || hasProblems} onExpandedChange={setExpanded}>
      <div className="phase-head">
        <Heading level={3}>
          <Button slot="trigger" className="button plain phase-name">
            <span aria-hidden="true">{isExpanded ? '▾' : '▸'}</span>
            <span dir="auto">{event.values.name || text('phases.noName')}</span>
          </Button>
        </Heading>
        <span className="quiet">
          {period}
          {event.values.status !== 'published' && ` · ${text(`status.${event.values.status}`)}`}
          {isChanged(event, timeZone) && ` · ${text('form.unsaved')}`}
        </span>
        <Button className="button small" onPress={() => onChange({ ...event, isRemoved: true })}>
          {text('phases.remove')} <span className="unseen">{event.values.name}</span>
        </Button>
      </div>
      <DisclosurePanel>
        <RowFields row={event} isEvent onChange={onChange} />
      </DisclosurePanel>
    </Disclosure>
  );
}

/** The campaign as a phone shows it, while it is typed. */
function Preview({ form: { campaign, events } }: { form: FormState }) {
  const text = useText();
  const { languages } = useCentre();
  const headingId = useId();
  const tags = [...new Set([...languages, ...Object.keys(campaign.values.translations)])];
  const [language, setLanguage] = useState(tags[0] ?? '');
  const period = usePeriod(campaign.values);
  return (
    <aside className="preview" aria-labelledby={headingId}>
      <div className="preview-head">
        <h2 id={headingId}>{text('preview.title')}</h2>
        {tags.length > 1 && (
          <Choice
            label={text('phones.language')}
            value={language}
            options={tags.map((id) => ({ id, name: nameOfLanguage(id) }))}
            onChange={setLanguage}
          />
        )}
      </div>
      <div className="phone small">
        <div className="screen" role="region" aria-label={text('preview.title')} tabIndex={0}>
          <div className="cards">
            <Card shown={campaign.values} language={language || undefined} period={period} />
            {events
              .filter(({ isRemoved }) => !isRemoved)
              .map((event) => (
                <PhaseCard key={event.key} values={event.values} language={language} />
              ))}
          </div>
        </div>
      </div>
    </aside>
  );
}

function PhaseCard({ values, language }: { values: Values; language: string }) {
  return <Card isSub shown={values} language={language || undefined} period={usePeriod(values)} />;
}

function usePeriod({ startDate, endDate }: Values): string {
  const { timeZone } = useCentre();
  const dates = useDates(timeZone);
  if (startDate === '' || endDate === '') return '';
  const iso = (date: string) => new Date(instantMs(date, timeZone)).toISOString();
  return dates.period(iso(startDate), iso(endDate));
}

/** A new campaign begins on the day that was in sight, if that is to come, and is a draft. */
function firstValues(day: string | null, timeZone: string): Values {
  const today = clockNow(timeZone).set({ hour: 0, minute: 0, second: 0, millisecond: 0 });
  const wanted = day && /^\d{4}-\d\d-\d\d$/.test(day) ? toCalendarDateTime(parseDate(day)) : today;
  const start = wanted.compare(today) < 0 ? today : wanted;
  return newValues(minuteOf(start), minuteOf(start.add({ days: NEW_DAYS }).set({ hour: 23, minute: 59 })), 'draft');
}

/** A new phase follows the one before, up to the end of the campaign. */
function nextPhase({ campaign, events }: FormState, timeZone: string): RowForm {
  const { startDate, endDate } = campaign.values;
  const ends = events.filter(({ isRemoved }) => !isRemoved).map(({ values }) => values.endDate);
  const last = ends
    .filter(Boolean)
    .toSorted((one, other) => instantMs(one, timeZone) - instantMs(other, timeZone))
    .at(-1);
  const next = last ? minuteOf(clockOf(last, timeZone).add({ minutes: 1 })) : startDate;
  const fits = next !== '' && endDate !== '' && instantMs(next, timeZone) < instantMs(endDate, timeZone);
  return newRow(newValues(fits ? next : startDate, endDate, 'published'));
}
