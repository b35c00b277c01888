/**
 * The SQL that metrics share: buckets, slices, filters, and who is in the workforce. Table aliases mean
 * the same in every metric: `a` assignment, `p` person, `m` pilot member, `c` course, `s` skill,
 * `f` platform, `e` event. Values are bound, never written into the text; what is written is names
 * from this file.
 */
import { PraxisError } from '../../statements/errors.ts';
import type { Parameter } from '../warehouse/query-runner.ts';
import type { Dimension, ReportScope, SqlQuery, WorkforceFilter } from './metric.ts';

/** What a person is. These cut people; the others cut what people did. */
export const WORKFORCE_DIMENSIONS = [
  'ROLE',
  'SEGMENT',
  'DEPARTMENT',
  'LOCATION',
  'MANAGER',
  'TENURE',
  'PILOT',
] as const satisfies readonly Dimension[];

export const CONTENT_DIMENSIONS = [
  'SKILL',
  'COURSE',
  'AUTHOR',
  'PLATFORM',
  'DEVICE',
] as const satisfies readonly Dimension[];

export const ALL_DIMENSIONS = [...WORKFORCE_DIMENSIONS, ...CONTENT_DIMENSIONS];

const WORKFORCE = new Set<Dimension>(WORKFORCE_DIMENSIONS);

export function isWorkforceDimension(dimension: Dimension): boolean {
  return WORKFORCE.has(dimension);
}

// Buckets ---------------------------------------------------------------------------------------

/**
 * The CTEs `bucket (bucket, starts, ends)` and `slot (slot, bucket)`. A slot is the longest stretch of
 * time that every boundary is a multiple of (a day in UTC), so that an event finds its bucket by hash:
 * twice as fast as a range join, however many buckets there are.
 */
export const BUCKET_TABLES = `
  bucket AS (
    SELECT i::INTEGER AS bucket, make_timestamp(b[i + 1]) AS starts, make_timestamp(b[i + 2]) AS ends
    FROM (SELECT $boundaries::BIGINT[] AS b), unnest(range(len(b) - 1)) AS u(i)
  ),
  slot AS (
    SELECT bucket, unnest(range(
      epoch_us(starts) // $slot_micros::BIGINT, epoch_us(ends) // $slot_micros::BIGINT)) AS slot
    FROM bucket
  )`;

/** To be joined with: the bucket that an instant falls into is `slot.bucket`. */
export function joinBucketOf(instant: string): string {
  return `JOIN slot ON slot.slot = epoch_us(${instant}) // $slot_micros::BIGINT`;
}

// Slices ----------------------------------------------------------------------------------------

type Columns = Partial<Record<Dimension, string>>;

/** `a.role AS slice_0, c.id AS slice_2, ` for the dimensions of the report that `columns` can tell. */
export function selectSlices(scope: ReportScope, columns: Columns): string {
  return listSlices(scope, (dimension, name) => {
    const column = columns[dimension];
    return column === undefined ? null : `${column} AS ${name}, `;
  });
}

/** `slice_0, slice_1, `, of all dimensions or of those that `cut`. */
export function nameSlices(
  scope: ReportScope,
  prefix = '',
  cut: (dimension: Dimension) => boolean = () => true,
): string {
  return listSlices(scope, (dimension, name) => (cut(dimension) ? `${prefix}${name}, ` : null));
}

/** Join condition: same slice (a department can be null) and same bucket. */
export function matchSlices(scope: ReportScope, left: string, right: string): string {
  const same = listSlices(
    scope,
    (_, name) => `${left}.${name} IS NOT DISTINCT FROM ${right}.${name} AND `,
  );
  return `${same}${left}.bucket = ${right}.bucket`;
}

function listSlices(
  scope: ReportScope,
  write: (dimension: Dimension, name: string) => string | null,
): string {
  return scope.by.map((dimension, index) => write(dimension, `slice_${index}`) ?? '').join('');
}

/** The workforce dimensions of a row of `a`, `p` (and `m`), as of an instant. */
function tellWorkforce(instant: string): Columns {
  return {
    ROLE: 'a.role',
    SEGMENT: 'a.segment',
    DEPARTMENT: 'a.department',
    LOCATION: 'a.location',
    MANAGER: 'a.manager',
    TENURE: `CASE
      WHEN ${instant} < p.hired_on + INTERVAL 90 DAY THEN '<90 days'
      WHEN ${instant} < p.hired_on + INTERVAL 1 YEAR THEN '90 days–1 year'
      WHEN ${instant} < p.hired_on + INTERVAL 3 YEAR THEN '1–3 years'
      WHEN p.hired_on IS NOT NULL THEN '>3 years' END`,
    PILOT: 'm.pilot',
  };
}

const COURSE_COLUMNS: Columns = { SKILL: 's.id', COURSE: 'c.id', AUTHOR: 'c.author' };
const PLATFORM_COLUMNS: Columns = { PLATFORM: 'f.id', DEVICE: 'f.device' };

/** A part of a query: what to select, join and demand. Each is empty when nothing is asked for. */
export interface Part {
  readonly select: string;
  readonly join: string;
  readonly where: string;
}

/** Of a member's assignment `a` in the bucket `b`: the instant that its workforce dimensions are as of. */
const LAST_INSTANT = 'least(a.ends, b.ends) - INTERVAL 1 MICROSECOND';

/** For a row with an assignment `a`: its workforce slices and filters as of an instant. */
export function cutWorkforce(scope: ReportScope, instant: string): Part {
  const columns = tellWorkforce(instant);
  const byPilot = scope.by.includes('PILOT');
  return {
    select: selectSlices(scope, columns),
    join: `JOIN person p ON p.person = a.person ${
      byPilot
        ? `JOIN (SELECT DISTINCT id AS pilot, unnest(person_ids) AS person_id FROM pilot) m
           ON m.person_id = p.id`
        : ''
    }`,
    where: demand(...listFilters(scope, instant)),
  };
}

/** The conditions that the report's filters put on a row of `a`, `p` (and `m`), as of an instant. */
export function listFilters({ by, where }: ReportScope, instant = LAST_INSTANT): readonly string[] {
  return [
    oneOf(where, 'roles', 'a.role'),
    oneOf(where, 'segments', 'a.segment'),
    oneOf(where, 'departments', 'a.department'),
    oneOf(where, 'locations', 'a.location'),
    oneOf(where, 'managers', 'a.manager'),
    oneOf(where, 'tenures', tellWorkforce(instant).TENURE ?? ''),
    // Not = ANY, which would walk a list of thousands for each person.
    where.people && 'p.id IN (SELECT unnest($people::VARCHAR[]))',
    by.includes('PILOT')
      ? oneOf(where, 'pilots', 'm.pilot')
      : where.pilots && 'p.id IN (SELECT unnest(person_ids) FROM pilot WHERE id = ANY($pilots))',
  ].filter((condition) => typeof condition === 'string');
}

/** For a row with a course `c` (and, where skills are asked for, `s`): its content slices and filters. */
export function cutContent(scope: ReportScope): Part {
  return {
    select: selectSlices(scope, COURSE_COLUMNS),
    join: '',
    where: demand(oneOf(scope.where, 'courses', 'c.id'), oneOf(scope.where, 'skills', 's.id')),
  };
}

/** For a row with a platform id: its platform slices and filters. Unknown platforms are in no slice. */
export function cutPlatform(
  scope: ReportScope,
  platform: string,
): Part & { readonly used: boolean } {
  const sliced = asks(scope, ['PLATFORM', 'DEVICE']);
  return {
    used: sliced || scope.where.platforms !== undefined,
    select: selectSlices(scope, PLATFORM_COLUMNS),
    join: sliced ? `JOIN platform f ON f.id = ${platform}` : '',
    where: demand(oneOf(scope.where, 'platforms', platform)),
  };
}

function oneOf(
  where: WorkforceFilter,
  field: keyof WorkforceFilter,
  column: string,
): string | false {
  return where[field] !== undefined && `${column} = ANY($${field})`;
}

function demand(...conditions: readonly (string | false | undefined)[]): string {
  const asked = conditions.filter((condition) => typeof condition === 'string');
  return asked.map((condition) => ` AND ${condition}`).join('');
}

function asks(scope: ReportScope, dimensions: readonly Dimension[]): boolean {
  return dimensions.some((dimension) => scope.by.includes(dimension));
}

// Tables ----------------------------------------------------------------------------------------

/** True when courses or skills narrow or cut the report: then `catalogue` says which courses count. */
export function asksForContent(scope: ReportScope): boolean {
  const { courses, skills } = scope.where;
  return (
    asks(scope, ['SKILL', 'COURSE', 'AUTHOR']) || courses !== undefined || skills !== undefined
  );
}

/**
 * CTE `catalogue (course, content slices)`: the courses of the report. By skill, a course is in the slice
 * of each skill it teaches. `condition` narrows it further.
 */
export function tableCatalogue(scope: ReportScope, condition = ''): string {
  const content = cutContent(scope);
  const bySkill = asks(scope, ['SKILL']) || scope.where.skills !== undefined;
  return `
  catalogue AS (
    SELECT DISTINCT ${content.select}c.course
    FROM course c
    ${bySkill ? 'JOIN course_skill cs ON cs.course = c.course JOIN skill s ON s.skill = cs.skill' : ''}
    WHERE true${content.where}${condition}
  )`;
}

/**
 * CTE `member (person, bucket, workforce slices)`: one row a person and bucket with an assignment in
 * force, of the last one inside the bucket. An assignment is the last when the person's next one
 * starts only after the bucket: no grouping needed. `more` is selected beside, with a comma at its end.
 */
export function tableMembers(scope: ReportScope, more = ''): string {
  const workforce = cutWorkforce(scope, LAST_INSTANT);
  return `
  member AS (
    SELECT ${workforce.select}${more}b.bucket, a.person
    FROM (
      SELECT *, lead(starts) OVER (PARTITION BY person ORDER BY starts) AS next_starts FROM assignment
    ) a
    JOIN bucket b ON a.starts < b.ends AND a.ends > b.starts
      AND (a.next_starts IS NULL OR a.next_starts >= b.ends)
    ${workforce.join}
    WHERE true${workforce.where}
  )`;
}

/**
 * CTE `offer (content slices)`: every combination of content values that a person could have been active
 * in; one row without columns to tell when the report is by workforce dimensions only.
 */
export function tableOffer(scope: ReportScope): string {
  const byCourse = asks(scope, ['SKILL', 'COURSE', 'AUTHOR']);
  const platform = cutPlatform(scope, 'f.id');
  const byPlatform = platform.join !== '';
  const courses = byCourse ? 'catalogue' : '(SELECT 1)';
  const platforms = byPlatform ? 'CROSS JOIN platform f' : '';
  const contentNames = nameSlices(scope, '', (dimension) => dimension in COURSE_COLUMNS);
  return `
  offer AS (
    SELECT DISTINCT ${contentNames}${platform.select}true AS offered
    FROM ${courses} ${platforms}
    WHERE true${byPlatform ? platform.where : ''}
  )`;
}

// Parameters ------------------------------------------------------------------------------------

/** The query with those of the shared and the given parameters that its text names. */
export function bindScope(
  sql: string,
  scope: ReportScope,
  own: Readonly<Record<string, Parameter>> = {},
): SqlQuery {
  const last = scope.buckets.at(-1);
  const boundaries = [...scope.buckets.map((bucket) => bucket.from), ...(last ? [last.to] : [])];
  const all: Record<string, Parameter> = {
    boundaries: boundaries.map(String),
    slot_micros: boundaries.reduce(findCommonDivisor, 0),
    as_of: { timestampMicros: scope.asOf },
    ...scope.where,
    ...own,
  };
  const named = Object.entries(all).filter(([name]) => new RegExp(`\\$${name}\\b`).test(sql));
  return { sql, parameters: Object.fromEntries(named) };
}

function findCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : findCommonDivisor(b, a % b);
}

const DAYS_AT_MOST = 3650;

/** Checks a number of days that a metric was asked with. */
export function checkDays(name: string, days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > DAYS_AT_MOST)
    throw new PraxisError(
      'INVALID',
      `${name} must be a whole number of days from 1 to ${DAYS_AT_MOST}, not ${days}.`,
    );
}
