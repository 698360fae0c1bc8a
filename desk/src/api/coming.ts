import type { Campaign, Change, Event, EventsRule } from './rows.ts';

/** Routes and parameters that openapi.json does not describe yet. */
export interface Coming {
  '/campaign-events/live': { get: Operation<{ query: { at: string } }, never, Campaign[]> };
  '/events/live': { get: Operation<{ query: { at: string } }, never, Event[]> };
  '/campaign-events/{id}': {
    patch: Operation<{ path: { id: number }; query?: { events?: EventsRule } }, object, Campaign>;
  };
  '/campaign-events/{id}/restore': { post: Operation<{ path: { id: number } }, never, Campaign> };
  '/events/{id}/restore': { post: Operation<{ path: { id: number } }, never, Event> };
  '/campaign-events/{id}/copies': {
    post: Operation<{ path: { id: number } }, { startDate: string; name?: string; status?: string }, Campaign>;
  };
  '/changes': {
    get: Operation<
      { query: { order: 'desc'; before?: number; limit: number } },
      never,
      { items: Change[]; next: number | null }
    >;
  };
  '/changes/{revision}/undo': { post: Operation<{ path: { revision: number } }, never, object> };
  '/imports': { post: Operation<{ query: { dryRun?: boolean; dates?: 'dmy' | 'mdy' } }, string, ImportReport> };
  '/rollouts': { post: Operation<object, object, Rollout> };
  '/rollouts/{key}': { get: Operation<{ path: { key: string } }, never, Rollout> };
}

export interface ImportReport {
  created: number;
  updated: number;
  lines: ImportedLine[];
}

export interface ImportedLine {
  line: number;
  action: string;
  id?: number;
  errors?: { pointer?: string; detail: string }[];
}

export interface Rollout {
  key: string;
  results: {
    tenant: string;
    status: 'created' | 'updated' | 'unchanged' | 'edited-locally' | 'failed';
    id?: number;
    problem?: { detail?: string; title?: string };
  }[];
}

type Operation<Parameters, Body, Answer> = {
  parameters: Parameters;
  responses: { 200: { headers: object; content: { 'application/json': Answer } } };
} & ([Body] extends [never] ? { requestBody?: undefined } : { requestBody: { content: { 'application/json': Body } } });
