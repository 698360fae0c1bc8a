import { Param, type PipeTransform } from '@nestjs/common';
import { Problem } from '../problem/problem.js';

/** The largest INT of SQL Server. */
export const MAX_ID = 2_147_483_647;

const CANONICAL = /^(?:0|[1-9]\d{0,9})$/;

/** For class-transformer: text of plain decimal digits becomes a number; anything else is left for validation to refuse. */
export function digits({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && CANONICAL.test(value) ? Number(value) : value;
}

class IdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = CANONICAL.test(text) ? Number(text) : Number.NaN;
    if (!(id <= MAX_ID))
      throw new Problem(400, 'id-malformed', `An id is a whole number from 0 to ${MAX_ID}, in plain digits.`);
    return id;
  }
}

/** The `id` of the path. */
export const Id = () => Param('id', new IdPipe());
