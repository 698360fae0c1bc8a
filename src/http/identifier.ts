import { Param, type PipeTransform } from '@nestjs/common';
import { Problem } from '../problem/problem.js';

/** The largest INT of SQL Server. */
export const MAX_ID = 2_147_483_647;

const CANONICAL = /^(?:0|[1-9]\d{0,9})$/;

/** Transform of class-transformer: plain decimal digits become a number; validation refuses everything else. */
export function digits({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && CANONICAL.test(value) ? Number(value) : value;
}

/** @param thing what the number is, to begin a sentence with */
export class WholeNumberPipe implements PipeTransform<string, number> {
  constructor(
    private readonly thing: string,
    private readonly maximum: number,
  ) {}

  transform(text: string): number {
    const number = CANONICAL.test(text) ? Number(text) : Number.NaN;
    if (number <= this.maximum) return number;
    const detail = `${this.thing} is a whole number from 0 to ${this.maximum}, in plain digits.`;
    throw new Problem(400, 'id-malformed', detail);
  }
}

/** Parameter decorator: the `id` of the path as a number. */
export const Id = () => Param('id', new WholeNumberPipe('An id', MAX_ID));
