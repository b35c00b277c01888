import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { FORMATS } from './column-types.ts';
import type { Collection, Column } from './collections.ts';

/** What is wrong with one record; `column` is null when it is the record as a whole. */
export interface Problem {
  readonly rule: string;
  readonly column: string | null;
  readonly message: string;
}

/** A record as the store keeps it: see `KeyedRecord` of the Store port. */
export interface ReadRecord {
  readonly key: string;
  readonly json: string;
}

export type Reading =
  | { readonly kind: 'record'; readonly record: ReadRecord }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

export const KEY_SEPARATOR = '\u001f';

type Members = Readonly<Record<string, unknown>>;

export interface RecordReader {
  readonly collection: Collection;
  /** Reads what a line of NDJSON, or the cells of a row turned to JSON, holds; `index` counts rows from 0. */
  read(value: unknown, index: number): Reading;
  /** The key of these values of the key columns, in order; null when they cannot be one. */
  readKey(values: readonly string[]): string | null;
}

/** The JSON Schema of one record, as it may be sent. */
export function schemaOf({ columns }: Pick<Collection, 'columns'>): object {
  const entries = Object.entries(columns);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, { type, default: value }]) => [
        name,
        {
          description: type.words,
          ...type.schema,
          ...(value === undefined ? {} : { default: value }),
        },
      ]),
    ),
    required: entries.filter(([, column]) => isRequired(column)).map(([name]) => name),
    additionalProperties: false,
  };
}

export function isRequired({ presence }: Column): boolean {
  return presence === 'key' || presence === 'required';
}

export function keyColumnsOf({ columns }: Collection): readonly string[] {
  return Object.keys(columns).filter((name) => columns[name]?.presence === 'key');
}

/** Compiles a collection's definition; once for each collection. */
export function createRecordReader(collection: Collection): RecordReader {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, formats: { ...FORMATS } });
  const validate = ajv.compile<Members>(schemaOf(collection));
  const keyNames = keyColumnsOf(collection);
  const keyColumns = Object.entries(collection.columns).filter(([name]) => keyNames.includes(name));
  const isKey = ajv.compile<Members>(schemaOf({ columns: Object.fromEntries(keyColumns) }));

  function read(value: unknown): Reading {
    if (!isObject(value)) return failed(whole(collection, 'must be a JSON object'));
    const members = dropAbsent(collection, value);
    if (!validate(members)) return failed(...describeErrors(collection, validate, members));
    const record = normalise(collection, members);
    const broken = collection.checks.filter((check) => !check.holds(record));
    if (broken.length > 0)
      return failed(...broken.map(({ column, message }) => problemOf(collection, column, message)));
    return { kind: 'record', record: { key: keyOf(record), json: JSON.stringify(record) } };
  }

  function readKey(values: readonly string[]): string | null {
    if (values.length !== keyNames.length) return null;
    const members = Object.fromEntries(keyNames.map((name, index) => [name, values[index]]));
    return isKey(members) ? keyOf(normalise(collection, members)) : null;
  }

  function keyOf(record: Members): string {
    return keyNames.map((name) => String(record[name])).join(KEY_SEPARATOR);
  }
  return { collection, read, readKey };
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Null, blank texts and empty lists say no more than a missing member, and CSV cannot tell them apart:
 * they are absent in both formats. Blanks at the ends of texts go too: they come from spreadsheets, and
 * would cut a role into two.
 */
function dropAbsent({ columns }: Collection, members: Members): Members {
  const entries = Object.entries(members).map(([name, value]) =>
    Object.hasOwn(columns, name) ? ([name, trim(value)] as const) : ([name, value] as const),
  );
  return Object.fromEntries(
    entries.filter(([name, value]) => !Object.hasOwn(columns, name) || !isAbsent(value)),
  );
}

function trim(value: unknown): unknown {
  if (typeof value === 'string') return value.trim();
  if (Array.isArray(value)) return value.map(trim);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.trim(), member]));
}

function isAbsent(value: unknown): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Members in the order of the columns, so that equal records are equal texts. */
function normalise({ columns }: Collection, members: Members): Members {
  const record: Record<string, unknown> = {};
  for (const [name, { type }] of Object.entries(columns)) {
    const value = members[name];
    if (value !== undefined) record[name] = type.normalise?.(value) ?? value;
  }
  return record;
}

// Problems --------------------------------------------------------------------------------------

function failed(...problems: readonly Problem[]): Reading {
  return { kind: 'problems', problems };
}

function problemOf({ name }: Collection, column: string, message: string): Problem {
  return { rule: `${name}.${column}`, column, message };
}

function whole({ name }: Collection, message: string): Problem {
  return { rule: name, column: null, message };
}

/** One problem a column, in the order of the columns; the first is what to correct. */
function describeErrors(
  collection: Collection,
  { errors }: ValidateFunction,
  members: Members,
): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const error of errors ?? []) {
    const path = error.instancePath.split('/').slice(1).map(unescapePointer);
    const column = path[0] ?? memberOf(error);
    if (!problems.has(column))
      problems.set(column, describeError(collection, column, path, error, members));
  }
  const order = Object.keys(collection.columns);
  const rank = ({ column }: Problem): number => {
    const index = order.indexOf(column ?? '');
    return index === -1 ? order.length : index;
  };
  return [...problems.values()].sort((a, b) => rank(a) - rank(b));
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The member that `required` misses or `additionalProperties` refuses. */
function memberOf({ params }: ErrorObject): string {
  return String(params['missingProperty'] ?? params['additionalProperty']);
}

function describeError(
  collection: Collection,
  name: string,
  path: readonly string[],
  error: ErrorObject,
  members: Members,
): Problem {
  const column = collection.columns[name];
  if (column === undefined) return { ...unknownColumn(collection, name), rule: collection.name };
  const { words } = column.type;
  if (error.keyword === 'required')
    return problemOf(collection, name, `is missing; it must be ${words}`);
  const value = resolve(members, path);
  if (error.keyword === 'uniqueItems' && Array.isArray(value))
    return problemOf(collection, name, `names ${show(value[Number(error.params['i'])])} twice`);
  return problemOf(collection, name, `must be ${words}; ${show(value)} is not`);
}

export function unknownColumn(collection: Collection, name: string): Problem {
  const known = Object.keys(collection.columns).join(', ');
  return {
    rule: collection.name,
    column: name,
    message: `is no column of ${collection.name}; its columns are ${known}`,
  };
}

function resolve(members: Members, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, token) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, token) : undefined,
    members,
  );
}

const SHOWN_LENGTH = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
