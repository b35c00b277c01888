import { isUtf8 } from 'node:buffer';
import { PraxisError, type Violation } from '../../statements/errors.ts';
import type { Collection } from '../../graphql/workforce/collections.ts';
import {
  KEY_SEPARATOR,
  keyColumnsOf,
  type Problem,
  type Reading,
  type RecordReader,
} from '../../graphql/workforce/read-record.ts';
import type { KeyedRecord } from '../storage/store.ts';
import { readCsv } from './read-csv.ts';
import { readNdjson } from './read-ndjson.ts';
import type { Row } from './rows.ts';

export const CSV = 'text/csv';
export const NDJSON = 'application/x-ndjson';
export type FileFormat = typeof CSV | typeof NDJSON;

const MAX_REPORTED_ROWS = 100;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * All records of a file, or none: throws MALFORMED when it is not UTF-8, INVALID with a violation for
 * everything wrong in its first 100 bad rows.
 */
export async function readRecords(
  reader: RecordReader,
  format: FileFormat,
  file: Buffer,
): Promise<readonly KeyedRecord[]> {
  const bytes = decode(file);
  const rows = format === CSV ? readCsv(reader.collection, bytes) : readNdjson(bytes);
  return gatherRecords(
    rows,
    (value, index) => reader.read(value, index),
    (key) => describeKey(reader.collection, key),
  );
}

export function describeKey(collection: Collection, key: string): string {
  const names = keyColumnsOf(collection);
  const values = key.split(KEY_SEPARATOR);
  return names.map((name, index) => `${name} ${values[index] ?? ''}`).join(', ');
}

function decode(file: Buffer): Buffer {
  if (!isUtf8(file))
    throw new PraxisError(
      'MALFORMED',
      'The file is not UTF-8. Save it as "CSV UTF-8", or convert it, and send it again.',
    );
  const marked = file.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return marked ? file.subarray(BYTE_ORDER_MARK.length) : file;
}

async function gatherRecords(
  rows: AsyncIterable<Row>,
  read: (value: unknown, index: number) => Reading,
  nameKey: (key: string) => string,
): Promise<readonly KeyedRecord[]> {
  const records: KeyedRecord[] = [];
  const lineOfKey = new Map<string, number>();
  const badRows = new BadRows();
  let count = 0;
  for await (const row of rows) {
    const reading = 'problems' in row ? row : read(row.value, count);
    count += 1;
    if ('problems' in reading) {
      badRows.add(row.line, reading.problems);
      continue;
    }
    const { record } = reading;
    const first = lineOfKey.get(record.key);
    if (first === undefined) {
      lineOfKey.set(record.key, row.line);
      records.push(record);
    } else {
      const message = `has the same key as line ${first}: ${nameKey(record.key)}; keep one`;
      badRows.add(row.line, [{ rule: 'key', column: null, message }]);
    }
  }
  badRows.refuse(count);
  return records;
}

class BadRows {
  #count = 0;
  readonly #violations: Violation[] = [];

  add(line: number, problems: readonly Problem[]): void {
    this.#count += 1;
    if (this.#count > MAX_REPORTED_ROWS) return;
    for (const { rule, column, message } of problems) {
      const path = column === null ? `line ${line}` : `line ${line}, column ${column}`;
      this.#violations.push({ rule, path, message });
    }
  }

  /** Throws when there was any. */
  refuse(rowCount: number): void {
    if (this.#count === 0) return;
    const listed =
      this.#count > MAX_REPORTED_ROWS ? ` The first ${MAX_REPORTED_ROWS} are listed.` : '';
    throw new PraxisError(
      'INVALID',
      `${this.#count} of ${rowCount} rows cannot be taken, so nothing was stored.${listed} Correct them and send the file again.`,
      this.#violations,
    );
  }
}
