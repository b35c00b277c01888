import type { ReportScope } from './metric.ts';
import {
  asksForContent,
  cutPlatform,
  cutWorkforce,
  joinBucketOf,
  nameSlices,
  tableCatalogue,
} from './scope.ts';

/**
 * What a metric counts: an event, a pair, an attempt. A unit has one person, one instant and, of that instant, one
 * assignment, course and platform; these say which slices it is in. One with no assignment is in none.
 *
 * `units` selects `person, bucket, at, assignment, course, platform` and the `columns`. Returns the CTEs
 * `catalogue` and `unit (slices, bucket, person, columns)`.
 */
export function tableUnits(scope: ReportScope, units: string, columns: readonly string[]): string {
  const workforce = cutWorkforce(scope, 'u.at');
  const platform = cutPlatform(scope, 'u.platform');
  const withContent = asksForContent(scope);
  const ofCatalogue = nameSlices(scope, 'k.', (dimension) =>
    ['SKILL', 'COURSE', 'AUTHOR'].includes(dimension),
  );
  return `
  ${withContent ? `${tableCatalogue(scope)},` : ''}
  unit AS (
    SELECT ${workforce.select}${ofCatalogue}${platform.select}u.bucket, u.person${columns
      .map((column) => `, u.${column}`)
      .join('')}
    FROM (${units}) u
    JOIN assignment a ON a.assignment = u.assignment
    ${withContent ? 'JOIN catalogue k ON k.course = u.course' : ''}
    ${workforce.join} ${platform.join}
    WHERE true${workforce.where}${platform.where}
  )`;
}

/** Selects events as units; `more` is selected beside, each with a name. */
export function selectEvents(condition: string, more = 'e.kind'): string {
  return `
    SELECT e.person, slot.bucket, e.at, e.assignment, e.course, e.platform, ${more}
    FROM event e ${joinBucketOf('e.at')}
    WHERE ${condition}`;
}

/** Of the earliest of the events that are grouped, what a unit is cut by. The statement breaks ties. */
export const EARLIEST = `min(e.at) AS at, arg_min_null(e.assignment, e.at) AS assignment,
      min({'at': e.at, 'statement': e.statement, 'id': e.platform}).id AS platform`;
