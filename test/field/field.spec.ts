import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { IsString, MaxLength, validateSync } from 'class-validator';
import { Field, fieldsOf, type Purpose, toWire } from '../../src/field/field.js';
import { InputOf, withDefaults, withoutNulls } from '../../src/field/input.js';

class Parent {
  @Field({ api: { type: 'integer' } })
  id: number;

  @Field({ api: { type: String }, input: { rules: [IsString()] } })
  name: string;

  /** A column that the wire does not carry. */
  revision: number;
}

class Row extends Parent {
  @Field({
    api: { type: String, nullable: true },
    input: { rules: [IsString(), MaxLength(5)], default: null },
  })
  note: string | null;

  @Field({ api: { type: String }, input: { rules: [IsString()], isKeptByPut: true } })
  owner: string;

  @Field({ api: { type: String }, input: { rules: [IsString()], in: ['update'], default: 'draft' } })
  status: string;
}

function faults(purpose: Purpose, body: object): string[] {
  const input = plainToInstance(InputOf(Row as new () => object, purpose), body);
  return validateSync(input, { whitelist: true, forbidNonWhitelisted: true })
    .map(({ property }) => property)
    .toSorted();
}

describe('a field declared once', () => {
  it('is on the wire in the order of its declaration, behind the fields of the class it extends', () => {
    const row = Object.assign(new Row(), { status: 'draft', revision: 7, owner: 'Mary', note: null, name: 'x', id: 0 });
    expect(JSON.stringify(toWire(row))).toBe('{"id":0,"name":"x","note":null,"owner":"Mary","status":"draft"}');
  });

  it('leaves the fields of its parent as they are', () => {
    expect(fieldsOf(Parent).map(({ name }) => name)).toEqual(['id', 'name']);
  });

  it('is required in a POST unless it has a default', () => {
    expect(faults('create', {})).toEqual(['name', 'owner']);
    expect(faults('create', { name: 'x', owner: 'y' })).toEqual([]);
  });

  it('may be left out of a PUT when that leaves it as it is, and of any PATCH', () => {
    expect(faults('replace', {})).toEqual(['name']);
    expect(faults('update', {})).toEqual([]);
  });

  it('is checked by its rules wherever it is given, and refused where it does not belong', () => {
    for (const purpose of ['create', 'replace', 'update'] as const)
      expect(faults(purpose, { name: 'x', owner: 'y', note: 'too long' })).toEqual(['note']);
    expect(faults('create', { name: 'x', owner: 'y', status: 'draft' })).toEqual(['status']);
    expect(faults('update', { id: 1 })).toEqual(['id']);
  });

  it('takes null for its default where it has one, and for a fault where it has none', () => {
    expect(faults('update', { note: null, name: null })).toEqual(['name']);
    expect(withoutNulls(Row, { note: null, name: 'x' }, new Row())).toEqual({ note: null, name: 'x' });
    expect(withoutNulls(Row, { status: null }, new Row())).toEqual({ status: 'draft' });
  });

  it('has its default in a POST and a PUT that leave it out, and only what is kept keeps its value', () => {
    expect(withDefaults(Row, 'create', { name: 'x' })).toEqual({ name: 'x', note: null });
    expect(withDefaults(Row, 'replace', { name: 'x' })).toEqual({ name: 'x', note: null });
  });
});
