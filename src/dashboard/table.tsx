import type { ReactNode } from 'react';

export type Cell = string | number | null;

export type Unit = 'text' | 'count' | 'percent' | 'points' | 'money' | 'days' | 'number';

export interface Column {
  readonly name: string;
  readonly unit: Unit;
}

/** What a figure shows, as rows: the same for its table and its CSV. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

const LANGUAGE = 'en';
const FORMATS: Readonly<Record<Unit, Intl.NumberFormat>> = {
  text: new Intl.NumberFormat(LANGUAGE),
  count: new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 }),
  percent: new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 }),
  points: new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
  money: new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 0 }),
  days: new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 }),
  number: new Intl.NumberFormat(LANGUAGE, { maximumSignificantDigits: 4 }),
};

/** For people; a dash where there is no value. */
export function formatCell(cell: Cell | undefined, unit: Unit): string {
  if (cell === null || cell === undefined) return '–';
  return typeof cell === 'string' ? cell : FORMATS[unit].format(cell);
}

export function DataTable({
  caption,
  table: { columns, rows },
}: {
  readonly caption: string;
  readonly table: Table;
}): ReactNode {
  return (
    // A wide table scrolls inside its own frame, also by keyboard.
    <div className="scroll" tabIndex={0} role="region" aria-label={`Table: ${caption}`}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, unit }) => (
              <th key={name} scope="col" className={unit === 'text' ? undefined : 'figure-cell'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ name, unit }, column) => (
                <td key={name} className={unit === 'text' ? undefined : 'figure-cell'}>
                  {formatCell(row[column], unit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p>No rows.</p>}
    </div>
  );
}

/** RFC 4180, with the full value of every number. */
export function writeCsv({ columns, rows }: Table): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((cells) => cells.map(writeCsvCell).join(',') + '\r\n').join('');
}

/** A spreadsheet would run a text that begins like a formula; an apostrophe in front makes it a text. */
function writeCsvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
