import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { Temporal } from 'temporal-polyfill';
import { askField } from '../../graphql/asked-metrics.ts';
import type { Comparison } from '../../graphql/metrics/comparison.ts';
import type { Dimension, WorkforceFilter } from '../../graphql/metrics/metric.ts';
import { isDate, type Grain, type Period } from '../../graphql/metrics/period.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import type { Question, ReportRequest } from '../../graphql/metrics/report.ts';
import { PraxisError } from '../../statements/errors.ts';
import type { Instant } from '../../statements/instant.ts';

/** What a report is asked with, by name; a list has several texts, all else one. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

const REQUEST_PARAMETERS = ['metrics', 'by', 'grain', 'from', 'to', 'last', 'timeZone'];
const COMPARE_TO = 'compareTo';

/**
 * Reads a report from flat parameters: `metrics`, `by`, `grain`, `from` and `to` or `last`, `timeZone`, `compareTo`, the
 * fields of WorkforceFilter, the same after `compareTo.`, and arguments of metrics (`skillApplication.windowDays`). What
 * there is, and of which type, is the schema's to say. `last` is reckoned from `asOf`.
 *
 * Throws INVALID that names the parameter, also for one that there is not.
 */
export function readReportRequest(
  schema: GraphQLSchema,
  parameters: Parameters,
  asOf: Instant,
): ReportRequest {
  const reader = new ParameterReader(schema, parameters);
  reader.refuseUnknown();
  const questions = readQuestions(reader);
  const by = reader.readEnums<Dimension>('by', 'Dimension');
  const [grain = null] = reader.readEnums<Grain>('grain', 'Grain');
  reader.readOne('grain');
  const period = readPeriod(reader, asOf);
  return {
    period,
    by,
    grain,
    where: reader.readFilter(''),
    questions,
    compareTo: readComparison(reader, period),
  };
}

/** True when who a report is about is said person by person. */
export function namesPeople({ where, compareTo }: ReportRequest): boolean {
  const filters = [where, compareTo && 'where' in compareTo ? compareTo.where : {}];
  return filters.some(({ people }) => people !== undefined);
}

function readQuestions(reader: ParameterReader): readonly Question[] {
  const known = Object.keys(METRICS);
  const names = reader.readAll('metrics');
  if (names.length === 0) throw invalid('metrics', `must name at least one of ${known.join(', ')}`);
  return names.map((name) => {
    const question = known.includes(name) ? askField(name, reader.readArguments(name)) : null;
    if (question !== null) return question;
    throw invalid('metrics', `has no "${name}"; there are ${known.join(', ')}`);
  });
}

function readPeriod(reader: ParameterReader, asOf: Instant): Period {
  const timeZone = readTimeZone(reader);
  const [from, to, last] = ['from', 'to', 'last'].map((name) => reader.readOne(name));
  if (last !== undefined) {
    if (from !== undefined || to !== undefined)
      throw invalid('last', 'stands in place of from and to; give it, or both of them');
    return { ...findLast(last, asOf, timeZone), timeZone };
  }
  if (from === undefined || to === undefined)
    throw invalid(
      from === undefined ? 'from' : 'to',
      'is missing: a date YYYY-MM-DD (or last in place of from and to, e.g. last=P12M)',
    );
  return checkPeriod('', { from, to, timeZone });
}

function checkPeriod(prefix: string, { from, to, timeZone }: Period): Period {
  for (const [name, date] of Object.entries({ from, to }))
    if (!isDate(date))
      throw invalid(prefix || name, `must be a date YYYY-MM-DD in ${name}, not "${date}"`);
  if (from >= to)
    throw invalid(prefix || 'to', `must be after from, ${from}: it is not in the period`);
  return { from, to, timeZone };
}

/** The last so many whole days, ISO weeks, months or years that had ended at `asOf`. */
function findLast(text: string, asOf: Instant, timeZone: string): { from: string; to: string } {
  const [, digits = '', unit = ''] = /^P([1-9]\d{0,3})([DWMY])$/.exec(text) ?? [];
  if (unit === '')
    throw invalid('last', `must be whole days, weeks, months or years: P30D, P8W, P12M, P2Y`);
  const count = Number(digits);
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(asOf / 1000))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const units = {
    D: { to: today, length: { days: count } },
    W: { to: today.subtract({ days: today.dayOfWeek - 1 }), length: { weeks: count } },
    M: { to: today.with({ day: 1 }), length: { months: count } },
    Y: { to: today.with({ day: 1, month: 1 }), length: { years: count } },
  };
  const { to, length } = units[unit as keyof typeof units];
  return { from: to.subtract(length).toString(), to: to.toString() };
}

function readTimeZone(reader: ParameterReader): string {
  const timeZone = reader.readOne('timeZone') ?? 'UTC';
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    throw invalid(
      'timeZone',
      `is an IANA name such as Europe/Paris, or UTC; "${timeZone}" is none`,
    );
  }
}

function readComparison(reader: ParameterReader, { timeZone }: Period): Comparison | null {
  const text = reader.readOne(COMPARE_TO);
  const where = reader.readFilter(`${COMPARE_TO}.`);
  const isFiltered = Object.keys(where).length > 0;
  if (text === undefined) return isFiltered ? { where } : null;
  if (isFiltered)
    throw invalid(COMPARE_TO, 'is a period, or filters (compareTo.segments=DESK), not both');
  if (text === 'previous') return { previous: true };
  const [from, to, ...rest] = text.split('/');
  if (from === undefined || to === undefined || rest.length > 0)
    throw invalid(COMPARE_TO, 'must be previous, or a period 2025-01-01/2025-07-01');
  return { period: checkPeriod(COMPARE_TO, { from, to, timeZone }) };
}

class ParameterReader {
  readonly #schema: GraphQLSchema;
  readonly #parameters: Parameters;
  readonly #filters: ReadonlyMap<string, GraphQLInputType>;

  constructor(schema: GraphQLSchema, parameters: Parameters) {
    this.#schema = schema;
    this.#parameters = parameters;
    const filter = schema.getType('WorkforceFilter');
    if (!isInputObjectType(filter)) throw new Error('the schema has no WorkforceFilter');
    this.#filters = new Map(
      Object.values(filter.getFields()).map(({ name, type }) => [name, type]),
    );
  }

  refuseUnknown(): void {
    const filters = [...this.#filters.keys()];
    const metrics = this.readAll('metrics');
    const known = new Set([
      ...REQUEST_PARAMETERS,
      COMPARE_TO,
      ...filters,
      ...filters.map((name) => `${COMPARE_TO}.${name}`),
      ...metrics.flatMap((metric) => [...this.#argumentsOf(metric).keys()]),
    ]);
    for (const name of this.#parameters.keys())
      if (!known.has(name))
        throw invalid(name, `is no parameter here; there are ${[...known].join(', ')}`);
  }

  readAll(name: string): readonly string[] {
    return this.#parameters.get(name) ?? [];
  }

  readOne(name: string): string | undefined {
    const [value, ...more] = this.readAll(name);
    if (more.length > 0) throw invalid(name, 'is given once, with one value');
    return value;
  }

  /** Values of an enum of the schema, in any case. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the type of the enum's values
  readEnums<Value extends string>(name: string, type: string): readonly Value[] {
    const known = this.#schema.getType(type);
    if (!isEnumType(known)) throw new Error(`the schema has no enum ${type}`);
    // What a value of this enum is called here, the schema and the type agree on.
    return this.readAll(name).map((text) => readValue(name, text, known) as Value);
  }

  readFilter(prefix: string): WorkforceFilter {
    return Object.fromEntries(this.#readTyped(prefix, this.#filters));
  }

  readArguments(metric: string): Readonly<Record<string, unknown>> {
    const prefix = `${metric}.`;
    const types = [...this.#argumentsOf(metric)].map(
      ([name, type]) => [name.slice(prefix.length), type] as const,
    );
    return Object.fromEntries(this.#readTyped(prefix, new Map(types)));
  }

  #readTyped(
    prefix: string,
    types: ReadonlyMap<string, GraphQLInputType>,
  ): readonly (readonly [string, unknown])[] {
    return [...types].flatMap(([field, type]) => {
      const name = `${prefix}${field}`;
      if (!this.#parameters.has(name)) return [];
      const inner = getNullableType(type);
      const value = isListType(inner)
        ? this.readAll(name).map((text) => readValue(name, text, inner.ofType))
        : readValue(name, this.readOne(name) ?? '', inner);
      return [[field, value] as const];
    });
  }

  /** By parameter name: `skillApplication.windowDays`. */
  #argumentsOf(metric: string): ReadonlyMap<string, GraphQLInputType> {
    const slice = this.#schema.getType('Slice');
    const field = isObjectType(slice) ? slice.getFields()[metric] : undefined;
    return new Map(field?.args.map(({ name, type }) => [`${metric}.${name}`, type]));
  }
}

/** A text as a value of a type without parts. */
function readValue(name: string, text: string, type: GraphQLInputType): string | number {
  const leaf = getNullableType(type);
  if (isEnumType(leaf)) {
    const values = leaf.getValues().map((value) => value.name);
    const found = values.find((value) => value === text.toUpperCase());
    if (found !== undefined) return found;
    throw invalid(name, `has no "${text}"; there are ${values.join(', ')}`);
  }
  if (String(leaf) !== 'Int') return text;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalid(name, `must be a whole number, not "${text}"`);
}

export function invalid(name: string, message: string): PraxisError {
  return new PraxisError('INVALID', `${name} ${message}.`, [
    { rule: 'analytics.parameters', path: name, message },
  ]);
}
