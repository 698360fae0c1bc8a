import { describe, expect, it } from '@jest/globals';
import { lookUp, textsOf } from '../../client/src/language.js';

const ROW = {
  name: 'Black Friday',
  description: 'Seven days',
  location: null,
  translations: {
    de: { name: 'Schwarzer Freitag', location: 'Alle Ebenen' },
    'de-CH': { name: 'Schwarze Friitig' },
    'zh-Hant': { name: '黑色星期五' },
  },
};

describe('the language that suits best', () => {
  it.each([
    [['zh-Hant-CN-x-private1-private2'], ['zh', 'zh-Hant-CN-x-private1'], 'zh-Hant-CN-x-private1'],
    [['zh-Hant-CN-x-private1-private2'], ['zh', 'zh-Hant-CN-x'], 'zh'],
    [['de-CH-1996'], ['en', 'de', 'de-CH'], 'de-CH'],
    [['DE-at'], ['en', 'de'], 'de'],
    [['de'], ['de-CH', 'en'], undefined],
    [['fr', 'en-GB'], ['de', 'en'], 'en'],
    [['*', 'en'], ['de', 'en'], 'en'],
    [['', '-', 'constructor'], ['de'], undefined],
    [[], ['de'], undefined],
  ])('for %j of %j is %s (RFC 4647, section 3.4)', (preferred, available, expected) => {
    expect(lookUp(preferred, available)).toBe(expected);
  });

  it.each([
    [['de-CH'], ['en', 'de'], 'Schwarze Friitig', 'Seven days', 'Alle Ebenen'],
    [['de-CH'], ['de'], 'Schwarze Friitig', 'Seven days', 'Alle Ebenen'],
    [['de'], ['de'], 'Black Friday', 'Seven days', 'Alle Ebenen'],
    [['de-AT'], ['en', 'de'], 'Schwarzer Freitag', 'Seven days', 'Alle Ebenen'],
    [['en-GB', 'de'], ['en', 'de'], 'Black Friday', 'Seven days', 'Alle Ebenen'],
    [['en-GB', 'de'], [], 'Schwarzer Freitag', 'Seven days', 'Alle Ebenen'],
    [['fr'], ['en'], 'Black Friday', 'Seven days', null],
    [['zh-Hant-TW'], ['en'], '黑色星期五', 'Seven days', null],
  ])(
    'for %j in a centre of %j is found for each text by itself',
    (preferred, languages, name, description, location) => {
      expect(textsOf(ROW, preferred, languages)).toMatchObject({ name, description, location });
    },
  );
});
