import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { computeDifferenceInterval, type Interval } from './statistics.ts';

/** The kinds of value that a flat table has; a TIMESTAMP is an Instant. */
export type ValueType = 'INTEGER' | 'DOUBLE' | 'BOOLEAN' | 'VARCHAR' | 'TIMESTAMP';

/** One value of a metric that is no list, at a path of field names from the metric's value; none for a number alone. */
export interface Measure {
  readonly path: readonly string[];
  readonly type: ValueType;
  /** Of an estimate, where its interval is. */
  readonly interval: readonly string[] | null;
}

const TYPES: Readonly<Record<string, ValueType>> = {
  Int: 'INTEGER',
  Float: 'DOUBLE',
  Boolean: 'BOOLEAN',
  DateTime: 'TIMESTAMP',
};

/**
 * The measures of a metric, as the schema describes its field of `Slice`, in the order written there. Lists are
 * left out: a table has no place for them. `interval` is that of the `rate` beside it, `meanInterval` that of `mean`.
 */
export function listMeasures(schema: GraphQLSchema, metric: string): readonly Measure[] {
  const slice = schema.getType('Slice');
  const field = isObjectType(slice) ? slice.getFields()[metric] : undefined;
  if (field === undefined) throw new Error(`the schema has no field Slice.${metric}`);
  return listOfField(field, []);
}

function listOfField(
  { type }: GraphQLField<unknown, unknown>,
  path: readonly string[],
  interval: readonly string[] | null = null,
): readonly Measure[] {
  if (isListType(isNonNullType(type) ? type.ofType : type)) return [];
  const named = getNamedType(type);
  if (isLeafType(named)) return [{ path, type: TYPES[named.name] ?? 'VARCHAR', interval }];
  if (!isObjectType(named)) return [];
  const fields = named.getFields();
  return Object.values(fields).flatMap((field) => {
    const own = field.name === 'rate' ? 'interval' : `${field.name}Interval`;
    return listOfField(field, [...path, field.name], own in fields ? [...path, own] : null);
  });
}

export type MeasureValue = string | number | boolean | null;

/** The value of a measure in that of its metric; null on the way ends it. */
export function readMeasure(value: unknown, { path }: Pick<Measure, 'path'>): MeasureValue {
  const found = readPath(value, path);
  if (found === null || ['string', 'number', 'boolean'].includes(typeof found))
    return found as MeasureValue;
  throw new Error(`a metric has no value at ${path.join('.')}`);
}

function readPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (inner === null ? null : Reflect.get(Object(inner), name)),
    value,
  );
}

export interface Change {
  readonly difference: number | null;
  /** Null for what is no estimate, and where a side has none. */
  readonly interval: Interval | null;
}

/** Whether two values of a measure have a difference. The ends of an interval have none of their own. */
export function isComparable({ path, type }: Measure): boolean {
  const holder = path.at(-2) ?? '';
  return (
    (type === 'INTEGER' || type === 'DOUBLE') && !/^(interval|sensitivity|.*Interval)$/.test(holder)
  );
}

/** `value` less `baseline`, of a measure that is comparable; null where either is hidden or has no such number. */
export function compareMeasure(measure: Measure, value: unknown, baseline: unknown): Change {
  const [a, b] = [readMeasure(value, measure), readMeasure(baseline, measure)];
  if (typeof a !== 'number' || typeof b !== 'number') return { difference: null, interval: null };
  const [ofA, ofB] = [value, baseline].map((side) => readInterval(side, measure));
  return {
    difference: a - b,
    interval:
      ofA && ofB
        ? computeDifferenceInterval({ value: a, interval: ofA }, { value: b, interval: ofB })
        : null,
  };
}

function readInterval(value: unknown, { interval }: Measure): Interval | null {
  if (interval === null || readPath(value, interval) === null) return null;
  const low = readMeasure(value, { path: [...interval, 'low'] });
  const high = readMeasure(value, { path: [...interval, 'high'] });
  return typeof low === 'number' && typeof high === 'number' ? { low, high } : null;
}
