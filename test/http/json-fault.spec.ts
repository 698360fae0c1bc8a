import { describe, expect, it } from '@jest/globals';
import { jsonFault } from '../../src/http/json-fault.js';

describe('what is said of bad JSON', () => {
  it.each([
    ['{\n  "name": "Sale"\n  "startDate": ""\n}', 'line 3, column 3: a comma is missing before this'],
    ['{"name" "Sale"}', 'line 1, column 9: a colon is missing before this'],
    ['{"name": }', 'line 1, column 10: a value is missing here; after the last item comes no comma'],
    ['{\n"name": "Sale",\n}', 'line 3, column 1: put the name of the field in quotation marks; after the last field'],
    ['{name: "Sale"}', 'line 1, column 2: put'],
    ['{"name": “Sale”}', 'line 1, column 10: put text in straight quotation marks'],
    ['{"name": Sale}', 'line 1, column 10: put text in straight quotation marks'],
    ['{"name": "Sale', 'line 1, column 10: a closing quotation mark is missing'],
    ['{"name": "Sale"', 'line 1, column 16: a closing } is missing'],
    ['{"name": "Sale"}}', 'line 1, column 17: nothing may follow the end of the JSON'],
    ['{"name": "Sale\\x"}', 'line 1, column 10: write a backslash as \\\\'],
    ['{"name": "Two\nlines"}', 'line 1'],
    ['// a sale\n{}', 'line 1, column 1: JSON has no comments'],
    ['{"id": 01}', 'line 1'],
    ['[1,,2]', 'line 1, column 4: a value is missing here'],
    ['Black Friday', 'line 1, column 1'],
  ])('%j', (text, fault) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(jsonFault(text)).toContain(`The body is not valid JSON at ${fault}`);
  });
});
