import type { Bucket, ReportScope, SqlQuery, WorkforceFilter } from './metric.ts';
import { cutPeriod, type Grain, type Period } from './period.ts';
import { findNarrowed, type IsNarrowed } from './narrow-filter.ts';
import { readStatus, type Analytics } from './report.ts';
import {
  asksForContent,
  bindScope,
  BUCKET_TABLES,
  cutPlatform,
  joinBucketOf,
  tableCatalogue,
  tableMembers,
} from './scope.ts';
import { divide } from './statistics.ts';
import { findSuppressed } from './suppression.ts';

export interface RetentionRequest {
  readonly period: Period;
  readonly grain: Grain;
  readonly where: WorkforceFilter;
}

export interface RetentionCohort {
  readonly bucket: Bucket;
  readonly suppressed: boolean;
  readonly size: number | null;
  /** By buckets later, the cohort's own first; as many as the period has. */
  readonly returned: readonly (number | null)[];
}

/** In the words of metrics.md §8, complete enough to compute it by hand. */
export const RETENTION_DEFINITION = `A person's cohort is the bucket of their first ENGAGED event over all
time; they are in it when an assignment is in force at some instant of the bucket, and filters look at the
last such assignment, as participation does. size: the people of the cohort. returned[k]: the share of them
with an ENGAGED event k buckets later, whichever assignment was in force then and whether or not they are
still employed; so returned[0] is 1. Filters by course, skill and platform count only events of those.`;

/**
 * One cohort a bucket, in order, from one warehouse query (and one more where a filter narrows the
 * workforce). A share is null in buckets that begin after `asOf`: nobody knows yet.
 */
export async function measureRetention(
  analytics: Analytics,
  { period, grain, where }: RetentionRequest,
): Promise<readonly RetentionCohort[]> {
  const { asOf } = readStatus(analytics);
  const buckets = cutPeriod(period, grain);
  const scope: ReportScope = { buckets, by: [], where, asOf };
  const { sql, parameters } = followCohorts(scope);
  const [rows, isNarrowed] = await Promise.all([
    analytics.runner.query(sql, parameters),
    findNarrowed(analytics, scope),
  ]);
  const people = new Map(
    rows.map((row) => [
      placeOf(Number(row['bucket']), Number(row['later'])),
      Number(row['people']),
    ]),
  );
  const sizes = buckets.map(({ index }) => people.get(placeOf(index, 0)) ?? 0);
  const hidden = findHidden(sizes, analytics.minGroupSize, isNarrowed);
  return buckets.map((bucket, index) => {
    const size = sizes[index] ?? 0;
    const later = buckets.slice(index);
    const suppressed = hidden.has(index);
    return {
      bucket,
      suppressed,
      size: suppressed ? null : size,
      returned: later.map(({ from }, k) =>
        suppressed || from > asOf ? null : divide(people.get(placeOf(bucket.index, k)) ?? 0, size),
      ),
    };
  });
}

/** Everyone is in one cohort only: a coarser grain sums them, so the buckets are slices of one total. */
function findHidden(
  sizes: readonly number[],
  minGroupSize: number,
  isNarrowed: IsNarrowed,
): ReadonlySet<number> {
  const slices = sizes.map((size, index) => ({
    key: { values: [String(index)], bucket: 0 },
    people: size,
    index,
  }));
  const suppressed = findSuppressed(slices, minGroupSize, ({ values: [index] }) =>
    isNarrowed({ values: [], bucket: Number(index) }),
  );
  return new Set(slices.filter((slice) => suppressed.has(slice)).map(({ index }) => index));
}

function placeOf(bucket: number, later: number): string {
  return `${bucket} ${later}`;
}

/** One row a cohort and number of buckets later in which somebody of it was active. */
function followCohorts(scope: ReportScope): SqlQuery {
  const platform = cutPlatform(scope, 'e.platform');
  const withContent = asksForContent(scope);
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableMembers(scope)},
  ${withContent ? `${tableCatalogue(scope)},` : ''}
  engaged AS (
    SELECT e.person, e.at AS active_at FROM event e
    ${withContent ? 'SEMI JOIN catalogue k ON k.course = e.course' : ''}
    WHERE e.kind = 'ENGAGED'::event_kind${platform.where}
  ),
  first_active AS (SELECT person, min(active_at) AS first_at FROM engaged GROUP BY person),
  cohort AS (
    SELECT f.person, slot.bucket
    FROM first_active f ${joinBucketOf('f.first_at')}
    JOIN member ON member.person = f.person AND member.bucket = slot.bucket
  ),
  active AS (SELECT DISTINCT e.person, slot.bucket FROM engaged e ${joinBucketOf('e.active_at')})
  SELECT cohort.bucket, active.bucket - cohort.bucket AS later, count(*) AS people
  FROM cohort JOIN active ON active.person = cohort.person AND active.bucket >= cohort.bucket
  GROUP BY ALL`;
  return bindScope(sql, scope);
}
