import { Problem } from '../problem/problem.js';

// The reasons why an export is not imported, each with what to do about it.

const NOTHING = 'Nothing was imported.';

const wrongFile = (code: string, detail: string, cause?: unknown) =>
  new Problem(422, code, `${detail} ${NOTHING}`, cause === undefined ? {} : { cause });

export const notAnExport = (why: string) =>
  wrongFile('export-unknown', `That is no export of Atrium: ${why}. Give a file that "atrium tenants export" wrote.`);

export const otherFormat = (format: number, known: number) =>
  wrongFile(
    'export-format',
    `The export has format ${format}, and this Atrium reads formats 1 to ${known}. Import it with the release that wrote it, or a later one.`,
  );

export const cutShort = (lines: number) =>
  wrongFile('export-cut-short', `The export is cut short after ${lines} lines. Copy the file again, or export again.`);

export const edited = (why: string) =>
  wrongFile('export-edited', `The export is not as it was written: ${why}. Take the file as the export left it.`);

export const unknownKind = (line: number, type: unknown) =>
  wrongFile(
    'export-unknown-rows',
    `Line ${line} is a row of a kind that this Atrium does not know (${JSON.stringify(type) ?? 'none is named'}). Import it with the release that wrote it, or a later one.`,
  );

export const unknownField = (line: number, type: string, field: string) =>
  wrongFile(
    'export-unknown-rows',
    `Line ${line}, a ${type}, has "${field}", which this Atrium does not know. Import it with the release that wrote it, or a later one.`,
  );

export const wrongValue = (line: number, type: string, field: string, fault: string) =>
  wrongFile('export-edited', `Line ${line}, a ${type}: "${field}" ${fault}. Take the file as the export left it.`);

export const refusedRows = (first: number, last: number, cause: unknown) =>
  wrongFile(
    'export-edited',
    `The database does not take the rows of lines ${first} to ${last}: they do not fit together.`,
    cause,
  );

export const unreadable = (file: string, cause: unknown) =>
  wrongFile('export-unreadable', `The file "${file}" cannot be read.`, cause);

export const notEmpty = (id: string, what: string) =>
  new Problem(
    409,
    'tenant-not-empty',
    `"${id}" is not empty: it has ${what}. An export goes into an empty centre only. Add one ("atrium tenants add"), or retire this one first and add it again. ${NOTHING}`,
  );

export const behind = (id: string) =>
  new Problem(409, 'schema-behind', `The schema of "${id}" is behind. Run "atrium migrate --tenant ${id}" first.`);
