import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button, Checkbox, CheckboxGroup, Input, Label, Text, TextField } from 'react-aria-components';
import { createAtrium } from '../api/atrium.ts';
import { keys, readCampaign, received } from '../api/queries.ts';
import type { Rollout, Row } from '../api/rows.ts';
import { isOf, undoLast, wordsOf } from '../change/writes.ts';
import { useCentres } from '../context/centres.ts';
import { useCentre, useDesk } from '../context/desk-context.tsx';
import { go, href, useRoute } from '../route.ts';
import { bodyOf, valuesOf } from '../row/values.ts';
import { clockOf, exactly } from '../text/centre-time.ts';
import { useText } from '../text/text.tsx';
import { Choice } from '../ui/choice.tsx';
import { Trouble } from '../ui/trouble.tsx';

const LISTED = 200;
const NONE = '';

/** The same campaign in many centres, each at its own local time. Repeating it brings a correction everywhere. */
export function RolloutsPage() {
  const text = useText();
  const { session, settings } = useDesk();
  const { id: tenant, atrium, timeZone } = useCentre();
  const { data: centres = [] } = useCentres();
  const { query } = useRoute();
  const campaignId = query.get('campaign') ?? NONE;
  const [chosen, setChosen] = useState<string[]>();
  const [key, setKey] = useState('');
  const [rollout, setRollout] = useState<Rollout>();
  const [takenBack, setTakenBack] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const campaigns = useQuery({
    queryKey: [tenant, 'recent'],
    queryFn: async () => {
      const { data } = await atrium.GET('/campaign-events', {
        params: { query: { limit: LISTED, sort: '-startDate' } },
      });
      return received(data).items;
    },
  });
  const template = useQuery({
    queryKey: keys.campaign(tenant, Number(campaignId)),
    enabled: campaignId !== NONE,
    queryFn: () => readCampaign(atrium, Number(campaignId)),
  });
  const tenants = chosen ?? centres.map(({ id }) => id);
  const keyOrDefault = key || (campaignId === NONE ? '' : `${tenant}-${campaignId}`);

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    await work().catch(setProblem);
    setBusy(false);
  };
  const send = () =>
    run(async () => {
      const { campaign, events } = received(template.data);
      const body = {
        key: keyOrDefault,
        tenants,
        campaign: {
          ...localBodyOf(campaign.row, timeZone),
          events: events.map(({ row }) => localBodyOf(row, timeZone)),
        },
      };
      setTakenBack({});
      setRollout(received((await createAtrium(session, settings).POST('/rollouts', { body: body as never })).data));
    });
  const takeBack = () =>
    run(async () => {
      for (const { tenant, status, id } of rollout?.results ?? []) {
        if (id === undefined || (status !== 'created' && status !== 'updated')) continue;
        const said = await undoLast(createAtrium(session, settings, tenant), isOf('campaign', id)).then(
          () => text('undo.done'),
          (thrown: unknown) => text('undo.failed', { reason: wordsOf(thrown) }),
        );
        setTakenBack((before) => ({ ...before, [tenant]: said }));
      }
    });

  return (
    <div className="rollouts">
      <h1>{text('place.rollouts')}</h1>
      <p>{text('rollout.why')}</p>
      <Choice
        label={text('rollout.campaign')}
        value={campaignId}
        options={[
          { id: NONE, name: text('rollout.choose') },
          ...(campaigns.data ?? []).map(({ id, name }) => ({ id: String(id), name })),
        ]}
        onChange={(id) => {
          setRollout(undefined);
          go(href(tenant, 'rollouts', undefined, { campaign: id }), { replace: true });
        }}
      />
      <CheckboxGroup className="field" value={tenants} onChange={setChosen}>
        <Label>{text('rollout.centres')}</Label>
        {centres.map(({ id, name }) => (
          <Checkbox key={id} value={id} className="check">
            <span className="box" aria-hidden="true" />
            {name}
          </Checkbox>
        ))}
      </CheckboxGroup>
      <TextField className="field" value={keyOrDefault} onChange={setKey}>
        <Label>{text('rollout.key')}</Label>
        <Input className="input" dir="ltr" />
        <Text slot="description">{text('rollout.keyWhy')}</Text>
      </TextField>
      {problem !== undefined && <Trouble problem={problem} />}
      <div className="tools">
        <Button
          className="button primary"
          isDisabled={isBusy || !template.data || tenants.length === 0}
          onPress={() => void send()}
        >
          {text(rollout ? 'rollout.again' : 'rollout.send', { count: tenants.length })}
        </Button>
        {rollout && (
          <Button className="button" isDisabled={isBusy} onPress={() => void takeBack()}>
            {text('rollout.takeBack')}
          </Button>
        )}
      </div>
      {rollout && (
        <div className="scroll" tabIndex={0} role="region" aria-label={text('rollout.results')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text('shell.centre')}</th>
                <th scope="col">{text('rollout.became')}</th>
              </tr>
            </thead>
            <tbody>
              {rollout.results.map(({ tenant: centre, status, id, problem: why }) => (
                <tr key={centre} className={status === 'failed' ? 'wrong' : undefined}>
                  <td>
                    {id === undefined ? (
                      nameOf(centre, centres)
                    ) : (
                      <a href={href(centre, 'campaign', id)}>{nameOf(centre, centres)}</a>
                    )}
                  </td>
                  <td>
                    {text(`rollout.${status}`)} {why?.detail ?? why?.title} {takenBack[centre]}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

/** The dates as the clocks of this centre show them: each centre takes them by its own. */
function localBodyOf(row: Row, timeZone: string): object {
  const local = (date: string) => exactly(clockOf(date, timeZone));
  const { startDate, endDate, visibleFrom } = row;
  return bodyOf({
    ...valuesOf(row),
    startDate: local(startDate),
    endDate: local(endDate),
    visibleFrom: visibleFrom === null ? null : local(visibleFrom),
  });
}

function nameOf(id: string, centres: { id: string; name: string }[]): string {
  return centres.find((centre) => centre.id === id)?.name ?? id;
}
