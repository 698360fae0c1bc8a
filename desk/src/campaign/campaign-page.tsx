import { useQuery } from '@tanstack/react-query';
import { keys, readCampaign } from '../api/queries.ts';
import { useRoute } from '../route.ts';
import { useCentre } from '../context/desk-context.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { CampaignForm } from './campaign-form.tsx';

const REFRESH_MS = 10_000;

/** One campaign with its events, or a new one. Changes made elsewhere reach the open form. */
export function CampaignPage() {
  const { id: tenant, atrium } = useCentre();
  const { id = 'new' } = useRoute();
  const isNew = id === 'new';
  const loaded = useQuery({
    queryKey: keys.campaign(tenant, Number(id)),
    enabled: !isNew,
    refetchInterval: REFRESH_MS,
    queryFn: () => readCampaign(atrium, Number(id)),
  });
  if (!isNew && !loaded.data) {
    if (loaded.error) return <Trouble problem={loaded.error} onRetry={() => void loaded.refetch()} />;
    return <p className="waiting" aria-busy="true" />;
  }
  return <CampaignForm key={id} id={id} loaded={loaded.data} />;
}
