import type { GraphQLSchema } from 'graphql';
import type { Instant } from '../statements/instant.ts';
import type { Catalogue } from './catalogue.ts';
import type { Dimension } from './metrics/metric.ts';
import {
  compareMeasure,
  isComparable,
  listMeasures,
  readMeasure,
  type Change,
  type Measure,
  type MeasureValue,
  type ValueType,
} from './metrics/measures.ts';
import type { Question, ReportPlan, Slice } from './metrics/report.ts';

/** A column of the flat table; of a TIMESTAMP the values are Instants. */
export interface Column {
  readonly name: string;
  readonly type: ValueType;
}

export interface FlatColumn extends Column {
  read(slice: Slice, names: Names): MeasureValue;
}

/** Names of skills and courses by id. */
export interface Names {
  readonly SKILL: ReadonlyMap<string, { readonly name: string }>;
  readonly COURSE: ReadonlyMap<string, { readonly name: string }>;
}

/** Reads the names that a report needs. */
export async function readNames(
  { by }: Pick<ReportPlan, 'by'>,
  catalogue: Catalogue,
): Promise<Names> {
  const [SKILL, COURSE] = await Promise.all([
    by.includes('SKILL') ? catalogue.skills() : new Map<string, never>(),
    by.includes('COURSE') ? catalogue.courses() : new Map<string, never>(),
  ]);
  return { SKILL, COURSE };
}

/**
 * The columns of a report, which follow from what is asked alone: dimensions, bucket, suppressed, then every measure
 * of every metric as the schema has it. They are the same when there are no rows.
 */
export function listColumns(schema: GraphQLSchema, plan: ReportPlan): readonly FlatColumn[] {
  const questions = new Map(plan.questions.map((question) => [question.key, question]));
  return [
    ...plan.by.flatMap(listDimensionColumns),
    ...listBucketColumns(plan),
    { name: 'suppressed', type: 'BOOLEAN', read: (slice) => slice.suppressed },
    ...[...questions.values()].flatMap((question) =>
      listMeasures(schema, question.metric).flatMap((measure) =>
        listMeasureColumns(question, measure, plan.baseline !== null),
      ),
    ),
  ];
}

function listDimensionColumns(dimension: Dimension): readonly FlatColumn[] {
  const name = dimension.toLowerCase();
  const readValue = ({ values }: Slice): string | null => values.get(dimension) ?? null;
  const value: FlatColumn = { name, type: 'VARCHAR', read: readValue };
  if (dimension !== 'SKILL' && dimension !== 'COURSE') return [value];
  const named: FlatColumn = {
    name: `${name}_name`,
    type: 'VARCHAR',
    read: (slice, names) => names[dimension].get(readValue(slice) ?? '')?.name ?? null,
  };
  return [value, named];
}

/** A row says what time it is of also when the report has no grain: then it is the period. */
function listBucketColumns({ from, to }: ReportPlan): readonly FlatColumn[] {
  const read = (end: 'from' | 'to', whole: Instant) => (slice: Slice) =>
    slice.bucket === null ? whole : slice.bucket[end];
  return [
    { name: 'bucket_from', type: 'TIMESTAMP', read: read('from', from) },
    { name: 'bucket_to', type: 'TIMESTAMP', read: read('to', to) },
  ];
}

function listMeasureColumns(
  question: Question,
  measure: Measure,
  isCompared: boolean,
): readonly FlatColumn[] {
  const name = [question.metric, ...measure.path].map(writeSnakeCase).join('_');
  const value: FlatColumn = {
    name,
    type: measure.type,
    read: (slice) => readMeasure(slice.answer(question), measure),
  };
  if (!isCompared || !isComparable(measure)) return [value];
  const compare = (slice: Slice): Change | null =>
    slice.comparison &&
    compareMeasure(measure, slice.answer(question), slice.comparison.answer(question));
  const changes: FlatColumn[] = [
    {
      name: `${name}_change`,
      type: measure.type,
      read: (slice) => compare(slice)?.difference ?? null,
    },
  ];
  if (measure.interval !== null)
    for (const end of ['low', 'high'] as const)
      changes.push({
        name: `${name}_change_${end}`,
        type: 'DOUBLE',
        read: (slice) => compare(slice)?.interval?.[end] ?? null,
      });
  return [value, ...changes];
}

function writeSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
