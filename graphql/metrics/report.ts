import DataLoader from 'dataloader';
import { PraxisError } from '../../statements/errors.ts';
import { BEGINNING, type Instant } from '../../statements/instant.ts';
import type { QueryRunner, Row } from '../warehouse/query-runner.ts';
import type {
  Bucket,
  Dimension,
  Measured,
  Metric,
  ReportScope,
  SliceKey,
  SqlQuery,
  WorkforceFilter,
} from './metric.ts';
import { headcount } from './headcount.ts';
import { findNarrowed, type IsNarrowed } from './narrow-filter.ts';
import { cutPeriod, type Grain, type Period } from './period.ts';
import { readText } from './read-cells.ts';
import { isWorkforceDimension } from './scope.ts';
import { compareKeys, findSuppressed, withholdParts } from './suppression.ts';

export interface WarehouseStatus {
  readonly asOf: Instant;
  readonly ruleSetVersion: string;
}

/** What a report is computed from, and the rule it is shown by. */
export interface Analytics {
  readonly runner: QueryRunner;
  /** Null while the warehouse is opening. */
  status(): WarehouseStatus | null;
  readonly minGroupSize: number;
}

export interface ReportRequest {
  readonly period: Period;
  readonly by: readonly Dimension[];
  readonly grain: Grain | null;
  readonly where: WorkforceFilter;
  readonly questions: readonly Question[];
}

export interface Report {
  /** The period as instants, half-open. */
  readonly from: Instant;
  readonly to: Instant;
  readonly asOf: Instant;
  readonly ruleSetVersion: string;
  readonly slices: readonly Slice[];
}

export interface Slice {
  readonly values: ReadonlyMap<Dimension, string | null>;
  /** Null without a grain. */
  readonly bucket: Bucket | null;
  /** True when any of the metrics asked for is. */
  readonly suppressed: boolean;
  /** The value of a metric that the report was asked for; throws for one that it was not. */
  read<Arguments, Value>(metric: Metric<Arguments, Value>, args: Arguments): Value;
}

/** A metric and the arguments it is asked with. */
export interface Question {
  /** Equal questions have equal keys. */
  readonly key: string;
  readonly metric: string;
  readonly dimensions: readonly Dimension[];
  write(scope: ReportScope): SqlQuery;
  read(row: Row, scope: ReportScope): Measured<unknown>;
  readonly empty: unknown;
  readonly suppressed: unknown;
}

const SLICES_AT_MOST = 10_000;
/** Every dimension doubles the roll-ups that suppression looks at. */
const DIMENSIONS_AT_MOST = 5;
const QUESTIONS_AT_MOST = 20;

export function ask<Arguments, Value>(metric: Metric<Arguments, Value>, args: Arguments): Question {
  return {
    key: keyOf(metric, args),
    metric: metric.name,
    dimensions: metric.dimensions,
    write: (scope) => metric.sql(scope, args),
    read: (row, scope) => metric.read(row, scope, args),
    empty: metric.empty,
    suppressed: metric.suppressed,
  };
}

function keyOf(metric: { readonly name: string }, args: unknown): string {
  const named: [string, unknown][] =
    typeof args === 'object' && args !== null ? Object.entries(args) : [];
  return JSON.stringify([metric.name, ...named.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * Answers a report with one warehouse query a question, however many slices there are. The slices are
 * those of every metric asked for and, when only the workforce is cut, those that have people.
 *
 * Throws INVALID when the request cannot be answered as it stands, UNAVAILABLE while there is no warehouse.
 */
export async function runReport(analytics: Analytics, request: ReportRequest): Promise<Report> {
  const status = readStatus(analytics);
  const { by, grain, where } = request;
  const buckets = cutPeriod(request.period, grain);
  const scope: ReportScope = { buckets, by, where, asOf: status.asOf };
  const people = ask(headcount, null);
  const questions = request.questions.length === 0 ? [people] : request.questions;
  checkRequest(by, questions);

  const loader = createLoader(analytics, scope);
  const answers = new Map<string, Answer>();
  await Promise.all(
    questions.map(async (question) => answers.set(question.key, await loader.load(question))),
  );
  const known = by.every(isWorkforceDimension) ? [await loader.load(people)] : [];
  const keys = new Map([...answers.values(), ...known].flatMap((answer) => [...answer.keys]));
  checkSlices(keys.size);
  const slices = [...keys]
    .sort(([, a], [, b]) => compareKeys(a, b))
    .map(([id, key]): Slice => ({
      values: new Map(by.map((dimension, index) => [dimension, key.values[index] ?? null])),
      bucket: grain === null ? null : (buckets[key.bucket] ?? null),
      suppressed: [...answers.values()].some((answer) => answer.hidden.has(id)),
      read: (metric, args) => readAnswer(answers, metric, args, id),
    }));
  const { from } = buckets[0] ?? { from: BEGINNING };
  const { to } = buckets.at(-1) ?? { to: from };
  return { from, to, ...status, slices };
}

export function readStatus(analytics: Analytics): WarehouseStatus {
  const status = analytics.status();
  if (status === null)
    throw new PraxisError('UNAVAILABLE', 'The warehouse is opening; try again in a few seconds.');
  return { asOf: status.asOf, ruleSetVersion: status.ruleSetVersion };
}

function readAnswer<Arguments, Value>(
  answers: ReadonlyMap<string, Answer>,
  metric: Metric<Arguments, Value>,
  args: Arguments,
  slice: string,
): Value {
  const answer = answers.get(keyOf(metric, args));
  if (answer === undefined) throw new Error(`the report was not asked for ${metric.name}`);
  // The key names the metric, so what is under it came from that metric's own `read`.
  return answer.read(slice) as Value;
}

// One question ----------------------------------------------------------------------------------

interface Answer {
  /** Slice keys by their text. */
  readonly keys: ReadonlyMap<string, SliceKey>;
  readonly hidden: ReadonlySet<string>;
  read(slice: string): unknown;
}

/** Gathers the questions of a report, so that equal ones are asked of the warehouse once. */
function createLoader(
  analytics: Analytics,
  scope: ReportScope,
): DataLoader<Question, Answer, string> {
  let narrowed: Promise<IsNarrowed> | null = null;
  const readNarrowed = (): Promise<IsNarrowed> => (narrowed ??= findNarrowed(analytics, scope));
  return new DataLoader(
    (questions) =>
      Promise.all(questions.map((question) => answer(analytics, scope, question, readNarrowed))),
    { cacheKeyFn: (question) => question.key },
  );
}

async function answer(
  analytics: Analytics,
  scope: ReportScope,
  question: Question,
  readNarrowed: () => Promise<IsNarrowed>,
): Promise<Answer> {
  const { sql, parameters } = question.write(scope);
  // One row more than allowed tells that there are too many, and keeps the rest in the warehouse.
  const [rows, isNarrowed] = await Promise.all([
    analytics.runner.query(`SELECT * FROM (${sql}) LIMIT ${SLICES_AT_MOST + 1}`, parameters),
    readNarrowed(),
  ]);
  checkSlices(rows.length);
  const slices = rows.map((row) => {
    const key = readKey(row, scope);
    const measured = question.read(row, scope);
    const value = withholdParts(measured, analytics.minGroupSize);
    return { id: JSON.stringify(key), key, value, people: measured.people };
  });
  const suppressed = findSuppressed(slices, analytics.minGroupSize, isNarrowed);
  const hidden = new Set(slices.filter((slice) => suppressed.has(slice)).map(({ id }) => id));
  const values = new Map(slices.map(({ id, value }) => [id, value]));
  return {
    keys: new Map(slices.map(({ id, key }) => [id, key])),
    hidden,
    read: (slice) => {
      if (hidden.has(slice)) return question.suppressed;
      return values.has(slice) ? values.get(slice) : question.empty;
    },
  };
}

function readKey(row: Row, scope: ReportScope): SliceKey {
  const values = scope.by.map((_, index) => readText(row[`slice_${index}`]));
  return { values, bucket: Number(row['bucket']) };
}

// Limits ----------------------------------------------------------------------------------------

function checkRequest(by: readonly Dimension[], questions: readonly Question[]): void {
  if (new Set(by).size !== by.length)
    throw new PraxisError('INVALID', 'by names a dimension twice; name each once.');
  if (by.length > DIMENSIONS_AT_MOST)
    throw new PraxisError('INVALID', `by takes at most ${DIMENSIONS_AT_MOST} dimensions.`);
  if (new Set(questions.map(({ key }) => key)).size > QUESTIONS_AT_MOST)
    throw new PraxisError(
      'INVALID',
      `A report answers at most ${QUESTIONS_AT_MOST} metrics; ask for the rest in another.`,
    );
  for (const question of questions)
    for (const dimension of by)
      if (!question.dimensions.includes(dimension))
        throw new PraxisError(
          'INVALID',
          `${question.metric} cannot be cut by ${dimension}; it can by ${question.dimensions.join(', ')}.`,
        );
}

function checkSlices(count: number): void {
  if (count > SLICES_AT_MOST)
    throw new PraxisError(
      'INVALID',
      `The report has more than ${SLICES_AT_MOST} slices. Narrow it: a shorter period, a coarser grain, fewer dimensions, or a filter.`,
    );
}
