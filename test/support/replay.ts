import type { Body } from './atrium.js';
import type { ChangeRow } from './rows.js';

/** The rows that a tenant must hold when its changes tell the truth. */
export function replay(changes: ChangeRow[]): { campaigns: Body[]; events: Body[]; '/webhooks': Body[] } {
  const campaigns = new Map<number, Body>();
  const events = new Map<number, Body>();
  const webhooks = new Map<number, Body>();
  for (const { resource, resourceId, after } of changes) {
    const rows = { campaign: campaigns, event: events, webhook: webhooks }[resource] ?? new Map<number, Body>();
    if (after === null) {
      rows.delete(resourceId);
      if (resource === 'campaign')
        for (const [id, { campaignEventId }] of events) if (campaignEventId === resourceId) events.delete(id);
      continue;
    }
    const { events: parts = [], ...row } = after;
    rows.set(resourceId, row);
    for (const part of parts) events.set(part.id, part);
  }
  return { campaigns: byId(campaigns), events: byId(events), '/webhooks': byId(webhooks) };
}

function byId(rows: Map<number, Body>): Body[] {
  return [...rows.values()].toSorted((a, b) => a.id - b.id);
}
