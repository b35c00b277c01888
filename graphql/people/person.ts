import type { Instant } from '../../statements/instant.ts';
import { PraxisError } from '../../statements/errors.ts';
import type { ReportScope, WorkforceFilter } from '../metrics/metric.ts';
import { readText, requireText } from '../metrics/read-cells.ts';
import { bindScope, cutWorkforce, listFilters } from '../metrics/scope.ts';
import type { QueryRunner, Row } from '../warehouse/query-runner.ts';

/** A person as of an instant; role and segment are null when no assignment is in force then. */
export interface PersonRecord {
  readonly id: string;
  readonly name: string | null;
  readonly role: string | null;
  readonly segment: 'FRONTLINE' | 'DESK' | null;
  /** As of the day they left, for who has. */
  readonly tenure: string | null;
}

export interface PeopleRequest {
  readonly first: number;
  /** Cursor of the last one that was read. */
  readonly after: string | null;
  readonly where: WorkforceFilter;
}

export interface PeoplePage {
  readonly people: readonly PersonRecord[];
  readonly hasNextPage: boolean;
  /** All that meet the filter, on any page. */
  readonly totalCount: number;
}

const PEOPLE_AT_MOST = 200;
const NOW = 'least($as_of, p.left_on)';

/** CTE `known`: everyone, with what they are as of the instant. */
function tableKnown(scope: ReportScope): string {
  const conditions = listFilters(scope, NOW);
  return `
  known AS (
    SELECT ${cutWorkforce(scope, NOW).select}p.id, p.name, a.role, a.segment
    FROM person p
    LEFT JOIN assignment a ON a.person = p.person AND a.starts <= $as_of AND a.ends > $as_of
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
  )`;
}

function scopeOf(asOf: Instant, where: WorkforceFilter): ReportScope {
  return { buckets: [], by: ['TENURE'], where, asOf };
}

/** In the order of `ids`; null for one that nobody has. */
export async function readPeople(
  runner: QueryRunner,
  asOf: Instant,
  ids: readonly string[],
): Promise<readonly (PersonRecord | null)[]> {
  const scope = scopeOf(asOf, { people: ids });
  const { sql, parameters } = bindScope(`WITH ${tableKnown(scope)} FROM known`, scope);
  const rows = await runner.query(sql, parameters);
  const people = new Map(rows.map((row) => [requireText(row['id']), readPerson(row)]));
  return ids.map((id) => people.get(id) ?? null);
}

/** A page in the order of ids, and how many there are, in one query. */
export async function listPeople(
  runner: QueryRunner,
  asOf: Instant,
  { first, after, where }: PeopleRequest,
): Promise<PeoplePage> {
  if (first < 1 || first > PEOPLE_AT_MOST)
    throw new PraxisError('INVALID', `first must be from 1 to ${PEOPLE_AT_MOST}, not ${first}.`);
  for (const field of ['skills', 'courses', 'platforms'] as const)
    if (where[field] !== undefined)
      throw new PraxisError(
        'INVALID',
        `people cannot be filtered by ${field}, for that is what they did; leave it out of where.`,
      );
  const scope = scopeOf(asOf, where);
  const { sql, parameters } = bindScope(
    `
    WITH ${tableKnown(scope)},
    page AS (FROM known WHERE id > $last ORDER BY id LIMIT $limit)
    SELECT total.people AS total, page.*
    FROM (SELECT count(*) AS people FROM known) total LEFT JOIN page ON true ORDER BY page.id`,
    scope,
    // One more than asked for tells whether there is a next page.
    { last: after === null ? '' : readCursor(after), limit: first + 1 },
  );
  const rows = await runner.query(sql, parameters);
  const people = rows.filter((row) => row['id'] !== null).map(readPerson);
  return {
    people: people.slice(0, first),
    hasNextPage: people.length > first,
    totalCount: Number(rows[0]?.['total']),
  };
}

function readPerson(row: Row): PersonRecord {
  const segment = row['segment'];
  return {
    id: requireText(row['id']),
    name: readText(row['name']),
    role: readText(row['role']),
    segment: segment === 'FRONTLINE' || segment === 'DESK' ? segment : null,
    tenure: readText(row['slice_0']),
  };
}

// Cursors ---------------------------------------------------------------------------------------

/** Not the id as it is, so that nobody builds on what is in it. */
export function writeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (id !== '' && writeCursor(id) === cursor) return id;
  throw new PraxisError('INVALID', 'after is no cursor of this list; use an endCursor as it came.');
}
