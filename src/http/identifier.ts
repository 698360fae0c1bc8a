import { Param, type PipeTransform } from '@nestjs/common';
import { Problem } from '../problem/problem.js';

/** The largest INT of SQL Server. */
export const MAX_ID = 2_147_483_647;

const CANONICAL = /^(?:0|[1-9]\d{0,9})$/;

/** Transform of class-transformer: plain decimal digits become a number; validation refuses everything else. */
export function digits({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && CANONICAL.test(value) ? Number(value) : value;
}

/** An id in a path as a number. */
export class IdPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    const id = CANONICAL.test(text) ? Number(text) : Number.NaN;
    if (!(id <= MAX_ID))
      throw new Problem(400, 'id-malformed', `An id is a whole number from 0 to ${MAX_ID}, in plain digits.`);
    return id;
  }
}

/** Parameter decorator: the `id` of the path as a number. */
export const Id = () => Param('id', new IdPipe());
