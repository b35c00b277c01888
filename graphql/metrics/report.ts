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
import { resolveComparison, type Comparison } from './comparison.ts';
import { participation } from './participation.ts';
import { cutPeriod, type Grain, type Period } from './period.ts';
import { readSliceKey } from './read-cells.ts';
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
  /** How many slices may be in memory at once; 10,000 when it is not given. */
  readonly slicesAtMost?: number;
}

export interface ReportRequest {
  readonly period: Period;
  readonly by: readonly Dimension[];
  readonly grain: Grain | null;
  readonly where: WorkforceFilter;
  readonly questions: readonly Question[];
  readonly compareTo?: Comparison | null;
}

export interface Provenance extends WarehouseStatus {
  /** The period as instants, half-open. */
  readonly from: Instant;
  readonly to: Instant;
}

export interface Report extends Provenance {
  readonly slices: readonly Slice[];
}

export interface Slice {
  readonly values: ReadonlyMap<Dimension, string | null>;
  /** Null without a grain. */
  readonly bucket: Bucket | null;
  /** True when any of the metrics asked for is. */
  readonly suppressed: boolean;
  /** What it is compared with; null when it is not, and for a bucket that has no counterpart. */
  readonly comparison: Slice | null;
  /** What the report was asked. */
  readonly questions: readonly Question[];
  answer(question: Question): unknown;
  /** The value of a metric that the report was asked for; throws for one that it was not. */
  read<Arguments, Value>(metric: Metric<Arguments, Value>, args: Arguments): Value;
}

/** A metric and the arguments it is asked with. */
export interface Question {
  /** Equal questions have equal keys. */
  readonly key: string;
  readonly metric: string;
  /** The metric, and the arguments that are not its defaults: `skillApplication(windowDays: 30)`. */
  readonly label: string;
  readonly dimensions: readonly Dimension[];
  write(scope: ReportScope): SqlQuery;
  read(row: Row, scope: ReportScope): Measured<unknown>;
  readonly empty: unknown;
  readonly suppressed: unknown;
}

const SLICES_AT_MOST = 10_000;
/** The rule that a report breaks which would be answered if it had fewer buckets. */
export const TOO_MANY_SLICES = 'report.slices';
/** Metrics with a row for every slice that has people: with one of them nobody else need be asked who is there. */
const COUNTS_EVERYONE: ReadonlySet<string> = new Set([headcount.name, participation.name]);
/** Every dimension doubles the roll-ups that suppression looks at. */
const DIMENSIONS_AT_MOST = 5;
const QUESTIONS_AT_MOST = 20;

export function ask<Arguments, Value>(metric: Metric<Arguments, Value>, args: Arguments): Question {
  return {
    key: keyOf(metric, args),
    metric: metric.name,
    label: labelOf(metric, args),
    dimensions: metric.dimensions,
    write: (scope) => metric.sql(scope, args),
    read: (row, scope) => metric.read(row, scope, args),
    empty: metric.empty,
    suppressed: metric.suppressed,
  };
}

function labelOf(
  { name, defaults }: { readonly name: string; readonly defaults: unknown },
  args: unknown,
): string {
  const isDefault = (argument: string, value: unknown): boolean =>
    JSON.stringify(Reflect.get(Object(defaults), argument)) === JSON.stringify(value);
  const given = listArguments(args).filter(([argument, value]) => !isDefault(argument, value));
  if (given.length === 0) return name;
  return `${name}(${given.map(([argument, value]) => `${argument}: ${JSON.stringify(value)}`).join(', ')})`;
}

function keyOf({ name }: { readonly name: string }, args: unknown): string {
  return JSON.stringify([name, ...listArguments(args).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function listArguments(args: unknown): [string, unknown][] {
  return typeof args === 'object' && args !== null ? Object.entries(args) : [];
}

/**
 * Answers a report with one warehouse query a question, however many slices there are; twice as many when it is
 * compared. The slices are those of every metric asked for and, when only the workforce is cut, those that have
 * people.
 *
 * Throws INVALID when the request cannot be answered as it stands, UNAVAILABLE while there is no warehouse.
 */
export async function runReport(analytics: Analytics, request: ReportRequest): Promise<Report> {
  const plan = planReport(analytics, request);
  return { ...plan, slices: await readSlices(analytics, plan) };
}

/** A report that can be asked: what every part of it is answered as of, and in which buckets. */
export interface ReportPlan extends Provenance {
  readonly by: readonly Dimension[];
  readonly grain: Grain | null;
  readonly questions: readonly Question[];
  readonly buckets: readonly Bucket[];
  readonly where: WorkforceFilter;
  /** The other side of a comparison: its n-th bucket stands beside the n-th of the report. */
  readonly baseline: {
    readonly buckets: readonly Bucket[];
    readonly where: WorkforceFilter;
  } | null;
}

export function planReport(
  analytics: Pick<Analytics, 'status'>,
  request: ReportRequest,
): ReportPlan {
  const status = readStatus(analytics);
  const { period, by, grain, where, compareTo = null } = request;
  const questions = request.questions.length === 0 ? [ask(headcount, null)] : request.questions;
  checkRequest(by, questions);
  const buckets = cutPeriod(period, grain);
  const other = compareTo && resolveComparison(compareTo, { period, where });
  const { from } = buckets[0] ?? { from: BEGINNING };
  const { to } = buckets.at(-1) ?? { to: from };
  return {
    from,
    to,
    ...status,
    by,
    grain,
    questions,
    buckets,
    where,
    baseline: other && { buckets: cutPeriod(other.period, grain), where: other.where },
  };
}

/** The slices of the buckets from `start` to before `end`, in the order of bucket and values. */
export async function readSlices(
  analytics: Analytics,
  plan: ReportPlan,
  start = 0,
  end = plan.buckets.length,
): Promise<readonly Slice[]> {
  const { by, grain, questions, asOf, where, baseline } = plan;
  const scope: ReportScope = { buckets: plan.buckets.slice(start, end), by, where, asOf };
  const other: ReportScope | null = baseline && {
    ...scope,
    ...baseline,
    buckets: baseline.buckets.slice(start, end),
  };
  const [side, before] = await Promise.all([
    readSide(analytics, scope, questions, by.every(isWorkforceDimension)),
    other && other.buckets.length > 0 ? readSide(analytics, other, questions, false) : null,
  ]);
  const slices = [...side.keys].sort(([, a], [, b]) => compareKeys(a, b));
  const show = ({ answers }: Side, id: string, key: SliceKey, bucket: Bucket | undefined) => ({
    values: new Map(by.map((dimension, index) => [dimension, key.values[index] ?? null])),
    bucket: grain === null ? null : (bucket ?? null),
    suppressed: [...answers.values()].some((answer) => answer.hidden.has(id)),
    questions,
    answer: (question: Question) => readAnswer(answers, question.key, question.metric, id),
    read: <Arguments, Value>(metric: Metric<Arguments, Value>, args: Arguments) =>
      // The key names the metric, so what is under it came from that metric's own `read`.
      readAnswer(answers, keyOf(metric, args), metric.name, id) as Value,
  });
  return slices.map(([id, key]): Slice => {
    const counterpart = other?.buckets[key.bucket];
    return {
      ...show(side, id, key, scope.buckets[key.bucket]),
      comparison:
        before !== null && counterpart !== undefined
          ? { ...show(before, id, key, counterpart), comparison: null }
          : null,
    };
  });
}

/** One side of a comparison, or all of a report. */
interface Side {
  readonly keys: ReadonlyMap<string, SliceKey>;
  readonly answers: ReadonlyMap<string, Answer>;
}

async function readSide(
  analytics: Analytics,
  scope: ReportScope,
  questions: readonly Question[],
  withPeople: boolean,
): Promise<Side> {
  const loader = createLoader(analytics, scope);
  const answers = new Map<string, Answer>();
  await Promise.all(
    questions.map(async (question) => answers.set(question.key, await loader.load(question))),
  );
  const isKnown = questions.some(({ metric }) => COUNTS_EVERYONE.has(metric));
  const known = withPeople && !isKnown ? [await loader.load(ask(headcount, null))] : [];
  const keys = new Map([...answers.values(), ...known].flatMap((answer) => [...answer.keys]));
  checkSlices(keys.size, analytics);
  return { keys, answers };
}

export function readStatus(analytics: Pick<Analytics, 'status'>): WarehouseStatus {
  const { asOf, ruleSetVersion } = requireOpen(analytics.status());
  return { asOf, ruleSetVersion };
}

/** A status that is null while the warehouse is opening; throws UNAVAILABLE then. */
export function requireOpen<Status>(status: Status | null): Status {
  if (status !== null) return status;
  throw new PraxisError('UNAVAILABLE', 'The warehouse is opening; try again in a few seconds.');
}

function readAnswer(
  answers: ReadonlyMap<string, Answer>,
  key: string,
  metric: string,
  slice: string,
): unknown {
  const answer = answers.get(key);
  if (answer === undefined) throw new Error(`the report was not asked for ${metric}`);
  return answer.read(slice);
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
    analytics.runner.query(
      `SELECT * FROM (${sql}) LIMIT ${(analytics.slicesAtMost ?? SLICES_AT_MOST) + 1}`,
      parameters,
    ),
    readNarrowed(),
  ]);
  checkSlices(rows.length, analytics);
  const slices = rows.map((row) => {
    const key = readSliceKey(row, scope);
    const measured = question.read(row, scope);
    return { id: JSON.stringify(key), key, measured, people: measured.people };
  });
  const shown = withholdParts(slices, analytics.minGroupSize);
  const suppressed = findSuppressed(slices, analytics.minGroupSize, isNarrowed);
  const hidden = new Set(slices.filter((slice) => suppressed.has(slice)).map(({ id }) => id));
  const values = new Map(slices.map(({ id }, index) => [id, shown[index]]));
  return {
    keys: new Map(slices.map(({ id, key }) => [id, key])),
    hidden,
    read: (slice) => {
      if (hidden.has(slice)) return question.suppressed;
      return values.has(slice) ? values.get(slice) : question.empty;
    },
  };
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

function checkSlices(count: number, { slicesAtMost = SLICES_AT_MOST }: Analytics): void {
  if (count > slicesAtMost)
    throw new PraxisError(
      'INVALID',
      `The report has more than ${slicesAtMost} slices. Narrow it: a shorter period, a coarser grain, fewer dimensions, or a filter. GET /analytics/workforce sends reports of any length.`,
      [{ rule: TOO_MANY_SLICES, path: '', message: `is more than ${slicesAtMost} slices` }],
    );
}
