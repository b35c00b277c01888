import type { Machine } from './machine.ts';

export type Cell = string | number | boolean | null;

/** One part's results. A Markdown table, so that what is printed can be pasted. */
export interface Table {
  readonly title: string;
  /** What was sent, and what stands in each column. */
  readonly notes: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

export function formatMachine(machine: Machine): string {
  return [
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.kernel}`,
    `Node ${machine.node}, commit ${machine.commit}, ${machine.date}`,
  ].join('\n');
}

export function formatTable({ title, notes, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(formatCell));
  const widths = columns.map((_, index) =>
    Math.max(3, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const isNumber = (index: number): boolean => rows.some((row) => typeof row[index] === 'number');
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, index) => (isNumber(index) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, index) =>
    isNumber(index) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const [head = [], ...body] = cells;
  return [`## ${title}`, '', ...notes, '', line(head), line(rule), ...body.map(line)].join('\n');
}

function formatCell(cell: Cell): string {
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell !== 'number') return cell ?? '';
  if (cell >= 100) return Math.round(cell).toLocaleString('en-US');
  return cell.toFixed(cell >= 10 ? 1 : 2);
}
