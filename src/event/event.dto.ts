import { InputOf } from '../field/input.js';
import { MAX_ID } from '../http/identifier.js';
import { QueryNumber } from '../http/query-number.decorator.js';
import { PageQuery } from '../schedule/page.dto.js';
import type { Given } from '../schedule/scheduled.entity.js';
import { Event } from './event.entity.js';

export class CreateEvent extends InputOf<Given<Event> & Pick<Event, 'campaignEventId'>>(Event, 'create') {}

export class ReplaceEvent extends InputOf<Given<Event>>(Event, 'replace') {}

export class UpdateEvent extends InputOf<Partial<Given<Event>>>(Event, 'update') {}

export class EventPageQuery extends PageQuery {
  /** Only events of this campaign */
  @QueryNumber({ minimum: 0, maximum: MAX_ID, message: `takes the id of a campaign, 0 to ${MAX_ID}` })
  campaignEventId?: number;
}
