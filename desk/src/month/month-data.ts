import { useQuery } from '@tanstack/react-query';
import { everyRow, keys, received } from '../api/queries.ts';
import type { Campaign, Event } from '../api/rows.ts';
import { useCentre } from '../context/desk-context.tsx';
import type { Scale } from './scale.ts';

export interface PlannedCampaign {
  campaign: Campaign;
  events: Event[];
}

const PAGE = 200;
const FOUND_ELSEWHERE = 20;
const REFRESH_MS = 30_000;

/** The campaigns of a stretch of time with their events; deleted ones if asked for. */
export function useMonth({ startMs, endMs }: Scale, deleted: boolean) {
  const { id: tenant, atrium } = useCentre();
  const query = {
    from: clockText(startMs),
    to: clockText(endMs - 60_000),
    limit: PAGE,
    ...(deleted ? { deleted } : {}),
  };
  return useQuery({
    queryKey: keys.month(tenant, query),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
    queryFn: async (): Promise<PlannedCampaign[]> => {
      const [campaigns, events] = await Promise.all([
        everyRow((after) =>
          atrium.GET('/campaign-events', { params: { query: { ...query, sort: 'startDate', after } } }),
        ),
        everyRow((after) => atrium.GET('/events', { params: { query: { ...query, sort: 'startDate', after } } })),
      ]);
      const ofCampaign = Map.groupBy(events, ({ campaignEventId }) => campaignEventId);
      return campaigns.map((campaign) => ({ campaign, events: ofCampaign.get(campaign.id) ?? [] }));
    },
  });
}

/** Campaigns of any time whose name has the words. */
export function useFound(words: string) {
  const { id: tenant, atrium } = useCentre();
  return useQuery({
    queryKey: [tenant, 'found', words],
    enabled: words !== '',
    queryFn: async () => {
      const query = { name: words, limit: FOUND_ELSEWHERE, sort: '-startDate' } as const;
      const { data } = await atrium.GET('/campaign-events', { params: { query } });
      return received(data).items;
    },
  });
}

/** Milliseconds of the centre's clock as the API takes them. */
function clockText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16);
}
