import { expect, it } from '@jest/globals';
import { Field } from '../../src/field/field.js';
import { shapeMark, shapeOf } from '../../src/field/shape.js';

/** A class called Row with one field of that name and type. */
function rowWith(name: string, api: object): Function {
  class Row {}
  Field({ api })(Row.prototype, name);
  return Row;
}

const ROW = rowWith('note', { type: String, description: 'A remark' });

it('the mark of a shape changes with a field that is added, renamed or of another type', () => {
  const wider = rowWith('note', { type: String });
  Field({ api: { type: Number } })(wider.prototype as object, 'count');
  const shapes = [ROW, wider, rowWith('remark', { type: String }), rowWith('note', { type: Number })];
  expect(new Set(shapes.map((row) => shapeOf([row]))).size).toBe(shapes.length);
});

it('the mark of a shape does not change with documentation, nor with the order in which files are loaded', () => {
  expect(shapeOf([rowWith('note', { type: String, description: 'Another remark' })])).toBe(shapeOf([ROW]));
  class Other {}
  Field({ api: { type: String } })(Other.prototype, 'name');
  expect(shapeOf([Other, ROW])).toBe(shapeOf([ROW, Other]));
});

it('the mark fits into an entity tag', () => {
  expect(shapeMark()).toMatch(/^v\d+[0-9a-f]{8}$/);
});
