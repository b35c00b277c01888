import { PraxisError } from '../../statements/errors.ts';
import type { Collection } from '../../graphql/workforce/collections.ts';
import type { KeyedRecord } from '../storage/store.ts';
import { describeKey } from './read-records.ts';

/**
 * Records as a file that reads back as them. Throws CONFLICT when a value cannot be written as a cell:
 * a file that loses something must not look like one that does not.
 */
export function writeCsv(collection: Collection, records: readonly KeyedRecord[]): string {
  const header = Object.keys(collection.columns);
  const rows = records.map((record) => writeRow(collection, record));
  return [header, ...rows].map((cells) => `${cells.map(quoteCell).join(',')}\r\n`).join('');
}

function writeRow(collection: Collection, { key, json }: KeyedRecord): readonly string[] {
  const record: unknown = JSON.parse(json);
  return Object.entries(collection.columns).map(([name, { type }]) => {
    const value: unknown = Reflect.get(Object(record), name);
    const cell = value === undefined ? '' : type.writeCell(value);
    if (cell !== null) return cell;
    throw new PraxisError(
      'CONFLICT',
      `CSV cannot hold ${name} of ${describeKey(collection, key)}, a list whose items hold ";". Ask for application/x-ndjson.`,
    );
  });
}

/** RFC 4180 §2. */
export function quoteCell(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
