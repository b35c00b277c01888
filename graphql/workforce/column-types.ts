import { parseInstant, type Instant } from '../../statements/instant.ts';

/** What a column may hold. Both file formats meet in the JSON value that `schema` describes. */
export interface ColumnType<Value = unknown> {
  /** Completes "must be …", for errors and for the reference. */
  readonly words: string;
  /** JSON Schema of the value; its custom formats are in FORMATS. */
  readonly schema: object;
  /** A cell of CSV as JSON: the text itself where it cannot be read, for `schema` to refuse. */
  readCell(cell: string): unknown;
  /** The cell that reads back as this value; null when CSV has none. */
  writeCell(value: Value): string | null;
  /** Gives equal values one spelling, so that equal records are equal texts. Only of valid values. */
  normalise?(value: Value): Value;
}

const LIST_SEPARATOR = ';';
const MAX_ITEMS = 10_000;
const MAX_ID_LENGTH = 500;
const MAX_IRI_LENGTH = 2000;
const MAX_TEXT_LENGTH = 2000;

/** Control characters would break keys, which U+001F joins; lone surrogates do not survive UTF-8. */
const ONE_LINE = String.raw`^[^\p{Cc}\p{Cs}]+$`;
const SOME_LINES = String.raw`^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])+$`;

function textType(words: string, schema: object): ColumnType<string> {
  return {
    words,
    schema: { type: 'string', ...schema },
    readCell: (cell) => cell,
    writeCell: (value) => value,
  };
}

export function text(): ColumnType<string> {
  return textType(`a text of at most ${MAX_TEXT_LENGTH} characters`, {
    pattern: SOME_LINES,
    maxLength: MAX_TEXT_LENGTH,
  });
}

/** An identifier, or a word that people are grouped by. */
export function id(): ColumnType<string> {
  return textType(`a text on one line of at most ${MAX_ID_LENGTH} characters`, {
    pattern: ONE_LINE,
    maxLength: MAX_ID_LENGTH,
  });
}

export function iri(): ColumnType<string> {
  return textType('an IRI with its scheme, as https://example.org/courses/1', {
    format: 'iri',
    maxLength: MAX_IRI_LENGTH,
  });
}

export function agent(): ColumnType<string> {
  return textType(
    'an agent: mailto:a@example.org, sha1:40 hex digits, openid:URI or account:HOMEPAGE|NAME',
    { format: 'agent', maxLength: MAX_IRI_LENGTH },
  );
}

export function date(): ColumnType<string> {
  return textType('a date of the calendar, as 2026-01-31', { format: 'date' });
}

/** Stored as RFC 3339 in UTC with no more digits than it needs. */
export function instant(): ColumnType<string> {
  return {
    ...textType(
      'a timestamp with its zone, as 2026-01-31T12:00:00Z, or a date, which is its midnight in UTC',
      { format: 'instant' },
    ),
    normalise: normaliseInstant,
  };
}

export function number(
  range: { readonly minimum?: number; readonly maximum?: number } = {},
): ColumnType<number> {
  return {
    words: describeRange(range),
    schema: { type: 'number', ...range },
    readCell: (cell) => (DECIMAL.test(cell) ? Number(cell) : cell),
    writeCell: String,
  };
}

// What JSON calls a number: "1,5", "$5" and "0x10" are refused instead of guessed at.
const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function describeRange({ minimum, maximum }: { minimum?: number; maximum?: number }): string {
  if (minimum !== undefined && maximum !== undefined)
    return `a number from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `a number, at least ${minimum}`;
  return maximum === undefined ? 'a number, as 12.5' : `a number, at most ${maximum}`;
}

export function boolean(): ColumnType<boolean> {
  return {
    words: 'true or false',
    schema: { type: 'boolean' },
    // Spreadsheets write them in capitals.
    readCell: (cell) => BOOLEANS.get(cell.toLowerCase()) ?? cell,
    writeCell: String,
  };
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

export function oneOf<const Value extends string>(...values: readonly Value[]): ColumnType<Value> {
  return {
    words: values.join(' or '),
    schema: { type: 'string', enum: values },
    readCell: (cell) => cell,
    writeCell: (value) => value,
  };
}

export function listOf<Item extends string>(item: ColumnType<Item>): ColumnType<readonly Item[]> {
  return {
    words: `a list of at most ${MAX_ITEMS} without repetition, each ${item.words}`,
    schema: { type: 'array', items: item.schema, uniqueItems: true, maxItems: MAX_ITEMS },
    readCell: (cell) => cell.split(LIST_SEPARATOR).map((part) => item.readCell(part.trim())),
    writeCell: joinCell,
  };
}

/** `role=level` pairs; an object from role to level in JSON. */
export function levels(): ColumnType<Readonly<Record<string, number>>> {
  const level = number({ minimum: 0, maximum: 1 });
  return {
    words: `a list of role=level, each level ${level.words}`,
    schema: {
      type: 'object',
      propertyNames: id().schema,
      additionalProperties: level.schema,
      maxProperties: MAX_ITEMS,
    },
    readCell: (cell) => {
      const pairs = cell.split(LIST_SEPARATOR).map((part) => {
        // A role may hold an equals sign, a level cannot.
        const split = part.lastIndexOf('=');
        return [part.slice(0, split).trim(), level.readCell(part.slice(split + 1).trim())] as const;
      });
      const repeats = new Set(pairs.map(([role]) => role)).size < pairs.length;
      return repeats || pairs.some(([role]) => role === '') ? cell : Object.fromEntries(pairs);
    },
    writeCell: (value) =>
      joinCell(Object.entries(value).map(([role, wanted]) => `${role}=${wanted}`)),
    normalise: (value) =>
      Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function joinCell(items: readonly string[]): string | null {
  return items.some((item) => item.includes(LIST_SEPARATOR)) ? null : items.join(LIST_SEPARATOR);
}

// Formats ---------------------------------------------------------------------------------------

const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\p{Cc}\p{Cs}<>"{}|\\^`]+$/u;
const AGENT =
  /^(?:mailto:[^\s@]+@[^\s@]+|sha1:[0-9a-fA-F]{40}|openid:(?<openid>.+)|account:(?<homePage>[^|]+)\|[^\p{Cc}\p{Cs}]+)$/u;
const CALENDAR_DATE = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

export const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  iri: (value) => IRI.test(value),
  agent: isAgent,
  date: isDate,
  instant: (value) => isTimestamp(isDate(value) ? `${value}T00:00:00Z` : value),
};

function isAgent(value: string): boolean {
  const groups = AGENT.exec(value)?.groups;
  if (groups === undefined) return false;
  const link = groups['openid'] ?? groups['homePage'];
  return link === undefined || IRI.test(link);
}

function isDate(value: string): boolean {
  if (!CALENDAR_DATE.test(value)) return false;
  // JavaScript rolls 30 February over to March.
  const midnight = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(value);
}

function isTimestamp(value: string): boolean {
  const day = TIMESTAMP.exec(value)?.[1];
  // An Instant past the year 2255 is not exact.
  return day !== undefined && isDate(day) && Number.isSafeInteger(parseInstant(value));
}

function normaliseInstant(value: string): string {
  const parsed = parseInstant(isDate(value) ? `${value}T00:00:00Z` : value);
  if (parsed === null) throw new Error('an instant is normalised before it is checked');
  return writeInstant(parsed);
}

function writeInstant(value: Instant): string {
  const seconds = new Date(Math.floor(value / 1_000_000) * 1000).toISOString().slice(0, 19);
  const micros = value - Math.floor(value / 1_000_000) * 1_000_000;
  const fraction = micros === 0 ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`;
  return `${seconds}${fraction}Z`;
}
