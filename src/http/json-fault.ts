import { printParseErrorCode, visit } from 'jsonc-parser';

/** Advice to the sender, by the names that jsonc-parser gives the faults. */
const ADVICE: Record<string, string> = {
  InvalidSymbol: 'put text in straight quotation marks: "…"',
  InvalidNumberFormat: 'write the number in plain digits, or put it in quotation marks',
  UnexpectedEndOfNumber: 'write the number in plain digits, or put it in quotation marks',
  PropertyNameExpected: 'put the name of the field in quotation marks; after the last field comes no comma',
  ValueExpected: 'a value is missing here; after the last item comes no comma',
  ColonExpected: 'a colon is missing before this',
  CommaExpected: 'a comma is missing before this',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'nothing may follow the end of the JSON',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfComment: 'JSON has no comments',
  UnexpectedEndOfString: 'a closing quotation mark is missing',
  InvalidUnicode: 'write \\u and four hexadecimal digits, or the character itself',
  InvalidEscapeCharacter: 'write a backslash as \\\\',
  InvalidCharacter: 'write a line break within text as \\n, and a tab as \\t',
};

/**
 * Says where text stops being JSON, and what to do there. `JSON.parse` says the place of some faults only, and in words
 * of the engine.
 * @param text anything that `JSON.parse` refuses
 */
export function jsonFault(text: string): string {
  let fault: string | undefined;
  visit(
    text,
    {
      onError: (error, _offset, _length, line, column) => {
        const advice = ADVICE[printParseErrorCode(error)];
        fault ??= `The body is not valid JSON at line ${line + 1}, column ${column + 1}${advice ? `: ${advice}` : ''}.`;
      },
    },
    { disallowComments: true },
  );
  return fault ?? 'The body is not valid JSON.';
}
