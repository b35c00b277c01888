import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { parse, type CsvError, type Info } from 'csv-parse';
import type { Collection } from '../../graphql/workforce/collections.ts';
import { isRequired, unknownColumn, type Problem } from '../../graphql/workforce/read-record.ts';
import { CARRIAGE_RETURN, CHUNK_BYTES, LINE_FEED, type Row } from './rows.ts';

/** Far above any row that is meant, far below what a quote left open would swallow. */
const MAX_ROW_BYTES = 2 ** 20;

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: Info;
}

/**
 * Reads RFC 4180 with a header row; `bytes` are UTF-8 without a byte order mark. Where a quote is wrong
 * nothing after it can be told apart, so reading ends there.
 */
export async function* readCsv(collection: Collection, bytes: Buffer): AsyncGenerator<Row> {
  const syntax: { error?: CsvError } = {};
  const parser = parse({
    info: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_BYTES,
    // An error that the stream throws would take the good rows before it along.
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) syntax.error ??= error;
      return undefined;
    },
  });
  Readable.from(chunksOf(bytes)).pipe(parser);
  const lines = new LineCounter(bytes);
  let header: readonly string[] | null = null;
  for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
    if (isAfter(info, syntax.error)) break;
    const line = lines.startOfRow();
    lines.moveTo(info.bytes);
    if (header !== null) {
      yield readRow(collection, header, record, line);
      continue;
    }
    header = record.map((name) => name.trim());
    const problems = checkHeader(collection, header);
    if (problems.length > 0) {
      yield { line, problems };
      return;
    }
  }
  if (syntax.error !== undefined)
    yield { line: lines.startOfRow(), problems: [describeSyntax(header ?? [], syntax.error)] };
  else if (header === null) yield { line: 1, problems: checkHeader(collection, []) };
}

function isAfter({ records }: Info, error: CsvError | undefined): boolean {
  return error !== undefined && records > Number(error['records']);
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    await setImmediate();
    yield bytes.subarray(start, start + CHUNK_BYTES);
  }
}

/**
 * Lines as an editor counts them. The parser's own count takes each CRLF inside quotes for two, so its
 * byte position is what is trusted.
 */
class LineCounter {
  readonly #bytes: Buffer;
  #offset = 0;
  #line = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The line on which the next row begins, past empty ones. */
  startOfRow(): number {
    for (;;) {
      const byte = this.#bytes[this.#offset];
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) return this.#line;
      this.moveTo(this.#offset + 1);
    }
  }

  moveTo(offset: number): void {
    let feed = this.#bytes.indexOf(LINE_FEED, this.#offset);
    while (feed !== -1 && feed < offset) {
      this.#line += 1;
      feed = this.#bytes.indexOf(LINE_FEED, feed + 1);
    }
    this.#offset = offset;
  }
}

function checkHeader(collection: Collection, header: readonly string[]): readonly Problem[] {
  const { name, columns } = collection;
  const known = Object.keys(columns).join(', ');
  const problemOf = (column: string, message: string): Problem => ({ rule: name, column, message });
  const unknown = header
    .filter((column) => !Object.hasOwn(columns, column))
    .map((column) => unknownColumn(collection, column));
  const repeated = header
    .filter((column, index) => header.indexOf(column) < index)
    .map((column) => problemOf(column, `stands twice in the header row; columns are ${known}`));
  const missing = Object.entries(columns)
    .filter(([column, definition]) => isRequired(definition) && !header.includes(column))
    .map(([column]) =>
      problemOf(column, `is missing from the header row; columns of ${name} are ${known}`),
    );
  return [...unknown, ...repeated, ...missing];
}

function readRow(
  collection: Collection,
  header: readonly string[],
  cells: readonly string[],
  line: number,
): Row {
  if (cells.length !== header.length) {
    const message = `has ${cells.length} cells where the header has ${header.length}; put a cell that holds a comma in quotes`;
    return { line, problems: [{ rule: 'csv', column: null, message }] };
  }
  const members = header.flatMap((name, index) => {
    const cell = cells[index]?.trim() ?? '';
    // An empty cell is an absent value.
    return cell === '' ? [] : [[name, collection.columns[name]?.type.readCell(cell)] as const];
  });
  return { line, value: Object.fromEntries(members) };
}

function describeSyntax(header: readonly string[], { code, column }: CsvError): Problem {
  const at = typeof column === 'number' ? header[column] : undefined;
  return {
    rule: 'csv',
    column: at ?? null,
    message: `${SYNTAX[code] ?? `cannot be read as CSV (${code})`}; nothing after it was read`,
  };
}

const SYNTAX: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'opens a quote that is never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'has text after a closing quote; a quote inside a cell is written twice',
  INVALID_OPENING_QUOTE:
    'has a quote inside a cell that does not begin with one; put the cell in quotes and write the quote twice',
  CSV_MAX_RECORD_SIZE: `is longer than ${MAX_ROW_BYTES} bytes; is a quote left open?`,
};
