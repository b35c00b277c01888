import { setImmediate } from 'node:timers/promises';
import type { Column, FlatColumn, Names } from '../../graphql/flat-report.ts';
import type { MeasureValue, ValueType } from '../../graphql/metrics/measures.ts';
import type { Slice } from '../../graphql/metrics/report.ts';
import { formatInstant, type Instant } from '../../statements/instant.ts';
import { quoteCell } from '../workforce/write-csv.ts';

export const FORMATS = {
  json: 'application/json',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
} as const;
export type Format = keyof typeof FORMATS;

export type FlatRow = readonly MeasureValue[];

/** Ingest shares the thread: so many rows are written before others have their turn. */
const ROWS_AT_A_TIME = 500;

/** The rows of a report in small stretches, ready to be written: an Instant is a text now. */
export async function* readRows(
  columns: readonly FlatColumn[],
  names: Names,
  parts: AsyncIterable<readonly Slice[]>,
): AsyncGenerator<readonly FlatRow[], undefined> {
  for await (const slices of parts)
    for (let start = 0; start < slices.length; start += ROWS_AT_A_TIME) {
      await setImmediate();
      yield slices
        .slice(start, start + ROWS_AT_A_TIME)
        .map((slice) =>
          columns.map((column) => writeInstant(column.type, column.read(slice, names))),
        );
    }
}

/** RFC 3339, in UTC, without the microseconds that a boundary of a day never has. */
function writeInstant(type: ValueType, value: MeasureValue): MeasureValue {
  if (type !== 'TIMESTAMP' || typeof value !== 'number') return value;
  return formatInstant(value as Instant).replace('.000000Z', 'Z');
}

/** RFC 4180 with a header row; null is an empty cell. */
export async function* writeCsv(
  columns: readonly Column[],
  rows: AsyncIterable<readonly FlatRow[]>,
): AsyncGenerator<string, undefined> {
  const writeLine = (cells: readonly string[]): string => `${cells.map(quoteCell).join(',')}\r\n`;
  yield writeLine(columns.map(({ name }) => name));
  for await (const stretch of rows)
    yield stretch.map((row) => writeLine(row.map(writeCell))).join('');
}

/**
 * A text that a spreadsheet would take for a formula is led by an apostrophe, as the spreadsheet's own users write
 * it: names come from other systems, and must not run when a file is opened (CWE-1236). Numbers stay numbers.
 */
function writeCell(value: MeasureValue): string {
  if (value === null) return '';
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
}

/** An object with `members`, then the columns, then the rows, each an object by column. */
export async function* writeJson(
  members: Readonly<Record<string, string | number>>,
  columns: readonly Column[],
  rows: AsyncIterable<readonly FlatRow[]>,
): AsyncGenerator<string, undefined> {
  const described = columns.map(({ name, type }) => ({ name, type }));
  const head = JSON.stringify({ ...members, columns: described });
  yield `${head.slice(0, -1)},"rows":[`;
  let separator = '';
  for await (const stretch of rows) {
    yield separator + stretch.map((row) => writeObject(columns, row)).join(',\n');
    separator = ',\n';
  }
  yield ']}';
}

/** One object a line. */
export async function* writeNdjson(
  columns: readonly Column[],
  rows: AsyncIterable<readonly FlatRow[]>,
): AsyncGenerator<string, undefined> {
  for await (const stretch of rows)
    yield stretch.map((row) => `${writeObject(columns, row)}\n`).join('');
}

function writeObject(columns: readonly Column[], row: FlatRow): string {
  return JSON.stringify(Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}
