import type { Type } from '@nestjs/common';
import { CreateCampaign, UpdateCampaign } from '../campaign/campaign.dto.js';
import { tidyName } from '../config/name-rule.js';
import { Event } from '../event/event.entity.js';
import { InputOf } from '../field/input.js';
import { digits, MAX_ID } from '../http/identifier.js';
import { InputPipe } from '../http/input.pipe.js';
import { type FieldError, Problem } from '../problem/problem.js';
import type { Given, Scheduled } from '../schedule/scheduled.entity.js';
import { type DateOrder, isoLike } from './date-order.js';
import { CAMPAIGN, ID, type Line, TRANSLATED } from './table.js';

/** A line of a table, read: the row that it makes, or changes. */
export interface Draft {
  line: number;
  /** Whether it changes a row. */
  isChange: boolean;
  /** The row that it changes. */
  id: number | undefined;
  /** As the line has it, right or wrong. */
  name: string | undefined;
  /** The campaign of the event that it is; undefined for a campaign. */
  campaignName: string | undefined;
  /** The fields of the row as a body gives them. */
  given: Partial<Given<Scheduled>>;
  errors: readonly FieldError[];
}

class CreateEvent extends InputOf<Given<Event>>(Event, 'create', ['campaignEventId']) {}
class UpdateEvent extends InputOf<Partial<Given<Event>>>(Event, 'update', ['campaignEventId']) {}

const PIPE = new InputPipe();

/** Reads a line by the rules and in the words of bodies. */
export async function draftOf({ line, cells, fault }: Line, order: DateOrder | undefined): Promise<Draft> {
  const [idText, campaign] = [cells.get(ID), cells.get(CAMPAIGN)];
  const id = digits({ value: idText });
  const name = cells.get('name');
  const draft = {
    line,
    isChange: idText !== undefined,
    name: name === undefined ? undefined : tidyName(name),
    id: typeof id === 'number' && id <= MAX_ID ? id : undefined,
    campaignName: campaign === undefined ? undefined : tidyName(campaign),
  };
  if (fault !== undefined) return { ...draft, given: {}, errors: [{ pointer: '#', detail: fault }] };
  const errors: FieldError[] =
    idText !== undefined && draft.id === undefined
      ? [{ pointer: '#/id', detail: `must be a whole number from 0 to ${MAX_ID}` }]
      : [];
  try {
    const given = (await PIPE.transform(bodyOf(cells, order), { type: 'body', metatype: classOf(draft) })) as object;
    return { ...draft, given: { ...given }, errors };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { ...draft, given: {}, errors: [...errors, ...(thrown.extras.errors ?? [])] };
  }
}

function classOf({ campaignName, isChange }: Pick<Draft, 'campaignName' | 'isChange'>): Type<object> {
  if (campaignName === undefined) return isChange ? UpdateCampaign : CreateCampaign;
  return isChange ? UpdateEvent : CreateEvent;
}

/** The body that says the same. */
function bodyOf(cells: Line['cells'], order: DateOrder | undefined): object {
  const body: Record<string, unknown> = {};
  const translations: Record<string, Record<string, string>> = {};
  for (const [column, cell] of cells) {
    const [, text, language] = TRANSLATED.exec(column) ?? [];
    if (text !== undefined && language !== undefined)
      translations[language] = { ...translations[language], [text]: cell };
    else if (column === 'tags') body[column] = cell.split(/\s+/);
    else if (DATES.has(column)) body[column] = isoLike(cell, order);
    else if (column !== ID && column !== CAMPAIGN) body[column] = cell;
  }
  return Object.keys(translations).length > 0 ? { ...body, translations } : body;
}

const DATES = new Set(['startDate', 'endDate', 'visibleFrom']);
