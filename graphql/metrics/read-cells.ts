import type { Cell, Row } from '../warehouse/query-runner.ts';
import type { ReportScope, SliceKey } from './metric.ts';

/** Which slice of a report a row is about, by its columns `slice_0` … `slice_n` and `bucket`. */
export function readSliceKey(row: Row, { by }: Pick<ReportScope, 'by'>): SliceKey {
  const values = by.map((_, index) => readText(row[`slice_${index}`]));
  return { values, bucket: Number(row['bucket']) };
}

/** The structs of a LIST column; none for NULL. */
export function readStructs(cell: Cell | undefined): readonly Row[] {
  return Array.isArray(cell) ? cell.filter(isStruct) : [];
}

/** A STRUCT column. */
export function readStruct(cell: Cell | undefined): Row {
  if (cell !== undefined && isStruct(cell)) return cell;
  throw new Error('the warehouse answered with no struct where one was asked for');
}

function isStruct(cell: Cell): cell is Row {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell);
}

export function readNumber(cell: Cell | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}

export function readText(cell: Cell | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}

/** A column that is never null. */
export function requireText(cell: Cell | undefined): string {
  if (typeof cell === 'string') return cell;
  throw new Error('the warehouse answered with no text where one was asked for');
}
