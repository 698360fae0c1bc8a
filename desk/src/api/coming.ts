import type { Campaign, Change, Event } from './rows.ts';

/** Routes and parameters that openapi.json does not describe yet. */
export interface Coming {
  '/campaign-events/live': { get: Operation<{ query: { at: string } }, never, Campaign[]> };
  '/events/live': { get: Operation<{ query: { at: string } }, never, Event[]> };
  '/campaign-events/{id}/restore': { post: Operation<{ path: { id: number } }, never, Campaign> };
  '/events/{id}/restore': { post: Operation<{ path: { id: number } }, never, Event> };
  '/changes': {
    get: Operation<
      { query: { order: 'desc'; before?: number; limit: number } },
      never,
      { items: Change[]; next: number | null }
    >;
  };
  '/changes/{revision}/undo': { post: Operation<{ path: { revision: number } }, never, object> };
}

type Operation<Parameters, Body, Answer> = {
  parameters: Parameters;
  responses: { 200: { headers: object; content: { 'application/json': Answer } } };
} & ([Body] extends [never] ? { requestBody?: undefined } : { requestBody: { content: { 'application/json': Body } } });
