import type { Instant } from '../../statements/instant.ts';
import type { Parameter, Row } from '../warehouse/query-runner.ts';

/** The dimensions of `api.graphql`, as the schema spells them. */
export type Dimension =
  | 'ROLE'
  | 'SEGMENT'
  | 'DEPARTMENT'
  | 'LOCATION'
  | 'MANAGER'
  | 'TENURE'
  | 'SKILL'
  | 'COURSE'
  | 'PLATFORM'
  | 'DEVICE'
  | 'PILOT'
  | 'AUTHOR';

/** One piece of the period, half-open. Without a grain the whole period is bucket 0. */
export interface Bucket {
  readonly index: number;
  readonly from: Instant;
  readonly to: Instant;
}

export interface WorkforceFilter {
  readonly roles?: readonly string[];
  readonly segments?: readonly string[];
  readonly departments?: readonly string[];
  readonly locations?: readonly string[];
  readonly managers?: readonly string[];
  readonly tenures?: readonly string[];
  readonly skills?: readonly string[];
  readonly courses?: readonly string[];
  readonly platforms?: readonly string[];
  readonly pilots?: readonly string[];
  readonly people?: readonly string[];
}

/** What a metric is asked for. The same report narrowed to one slice gives that slice's values. */
export interface ReportScope {
  readonly buckets: readonly Bucket[];
  readonly by: readonly Dimension[];
  readonly where: WorkforceFilter;
  readonly asOf: Instant;
}

/** Values of the dimensions in the order of `by`, then the bucket's index. */
export interface SliceKey {
  readonly values: readonly (string | null)[];
  readonly bucket: number;
}

export interface SqlQuery {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/**
 * A metric: one file in this folder holds its name, its definition in words, its SQL and its examples.
 * `sql` answers every slice of a report in one query; the registry builds the rest (GraphQL field, BI
 * columns, reference page) from what stands here.
 */
export interface Metric<Arguments, Value> {
  /** The field's name in `api.graphql`. */
  readonly name: string;
  readonly unit: string;
  /** In the words of metrics.md, complete enough to compute it by hand. */
  readonly definition: string;
  /** Paper or book the formula is from. */
  readonly source?: string;
  readonly dimensions: readonly Dimension[];
  readonly defaults: Arguments;
  /**
   * One row a slice: the columns `slice_0` … `slice_n` (VARCHAR, in the order of `by`), `bucket`
   * (INTEGER), and whatever `read` reads.
   */
  sql(scope: ReportScope, args: Arguments): SqlQuery;
  read(row: Row, scope: ReportScope, args: Arguments): Measured<Value>;
  /** The value of a slice that the SQL has no row for. */
  readonly empty: Value;
  /** The value when the slice is suppressed: every nullable number null, every list empty. */
  readonly suppressed: Value;
  readonly examples: readonly MetricExample<Arguments, Value>[];
}

export interface Measured<Value> {
  readonly value: Value;
  /** How many people the denominator counts: what small-group suppression looks at. */
  readonly people: number;
  /** Parts of the value that are about fewer people than the whole: shown only where those are enough too. */
  readonly parts?: readonly MeasuredPart<Value>[];
}

export interface MeasuredPart<Value> {
  /** The same part of every slice has the same name. */
  readonly name: string;
  readonly people: number;
  /** The value without the part, and without what would tell it by subtraction. */
  withhold(value: Value): Value;
}

/** `title` says what separates this definition from a near miss. */
export interface MetricExample<Arguments, Value> {
  readonly title: string;
  readonly given: ExampleWorld;
  readonly asked: {
    readonly from: string;
    readonly to: string;
    readonly asOf: string;
    readonly by?: readonly Dimension[];
    readonly grain?: 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';
    readonly where?: WorkforceFilter;
    readonly args?: Partial<Arguments>;
  };
  /** Slice values joined with ` | ` (and the bucket's first day when there is a grain) → the fields to compare. */
  readonly expect: Readonly<Record<string, DeepPartial<Value>>>;
}

export type DeepPartial<T> = T extends readonly (infer U)[]
  ? readonly DeepPartial<U>[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** A small organisation: workforce records as `http.md` has them, and events instead of statements. */
export interface ExampleWorld {
  readonly [collection: string]: readonly Readonly<Record<string, unknown>>[];
}
