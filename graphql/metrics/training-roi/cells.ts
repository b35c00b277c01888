import type { ReportScope, SqlQuery } from '../metric.ts';
import {
  bindScope,
  BUCKET_TABLES,
  checkDays,
  cutPlatform,
  cutWorkforce,
  joinBucketOf,
  matchSlices,
  nameSlices,
  tableCatalogue,
} from '../scope.ts';
import { measureEach } from './arms.ts';
import { measureCrowd } from './crowd.ts';

export interface TrainingRoiArguments {
  /** Course ids; null for all. */
  readonly courses: readonly string[] | null;
  readonly beforeDays: number;
  readonly afterDays: number;
}

const DAY_MICROS = 86_400_000_000;
/** A change lasts some days of its windows: see `stage` in crowd.ts. */
const STAGES_PER_WINDOW = 16;

/** The arms of every cell by KPI, and the costs of every slice; `readRoi` puts the few cells together. */
export function measureCells(scope: ReportScope, args: TrainingRoiArguments): SqlQuery {
  checkDays('beforeDays', args.beforeDays);
  checkDays('afterDays', args.afterDays);
  const isCourseSlice = (dimension: string): boolean =>
    ['SKILL', 'COURSE', 'AUTHOR'].includes(dimension);
  const ofCatalogue = nameSlices(scope, 'k.', isCourseSlice);
  const sameCourses = nameSlices(scope, '', isCourseSlice)
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => ` AND t.${name} = x.${name}`)
    .join('');
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableCatalogue(scope, args.courses === null ? '' : ' AND c.id = ANY($course_set)')},
  done AS MATERIALIZED (
    SELECT e.person, e.course, e.at, e.statement, e.assignment, e.platform
    FROM event e WHERE e.kind = 'COMPLETED'::event_kind AND e.course IS NOT NULL
  ),
  ${tableLearners(scope, ofCatalogue)},
  cost AS (
    SELECT ${nameSlices(scope)}bucket, sum(completions)::BIGINT AS completions, count(*) AS learners,
      coalesce(sum(fixed_cost), 0) AS fixed_cost,
      coalesce(sum(per_learner_cost), 0) AS per_learner_cost,
      coalesce(sum(learner_time_cost), 0) AS learner_time_cost
    FROM learner GROUP BY ALL
  ),
  -- quantile_disc at 0.5 is the lower median. Materialised: the number must be the same wherever it is read.
  cell AS MATERIALIZED (
    SELECT (row_number() OVER ())::INTEGER AS cell,
      (dense_rank() OVER (ORDER BY role, segment))::INTEGER AS post, *
    FROM (
      SELECT ${nameSlices(scope)}bucket, role, segment, quantile_disc(pivot_at, 0.5) AS control_pivot
      FROM learner GROUP BY ALL
    )
  ),
  first_taken AS (
    SELECT ${ofCatalogue}e.person, min(e.at) AS taken
    FROM done e JOIN catalogue k ON k.course = e.course GROUP BY ALL
  ),
  ${sameCourses === '' ? measureEach(scope) : measureCrowd(scope, sameCourses)},
  effect AS (
    SELECT ${nameSlices(scope, 'x.')}x.bucket, list({
      'kpi': kpi.id, 'worth': kpi.value_per_unit * kpi.isolation * kpi.confidence,
      'change': arm.change, 'drift': arm.drift} ORDER BY kpi.id, x.role, x.segment) AS cells
    FROM arm JOIN cell x ON x.cell = arm.cell JOIN kpi ON kpi.kpi = arm.kpi
    GROUP BY ALL
  )
  SELECT cost.*, effect.cells
  FROM cost LEFT JOIN effect ON ${matchSlices(scope, 'cost', 'effect')}`;
  return bindScope(sql, scope, {
    before_days: args.beforeDays,
    after_days: args.afterDays,
    stage_micros: Math.ceil((args.beforeDays + args.afterDays) / STAGES_PER_WINDOW) * DAY_MICROS,
    course_set: args.courses,
  });
}

/**
 * CTE `learner (slices, bucket, person, pivot_at, assignment, role, segment, completions, costs)`: who
 * completed a course, with what their pairs cost. Pairs are gathered by person here once, for the costs and
 * for the effects.
 */
function tableLearners(scope: ReportScope, ofCatalogue: string): string {
  const workforce = cutWorkforce(scope, 'q.completed');
  const platform = cutPlatform(scope, 'q.platform');
  return `
  -- At one instant a person has one assignment; the statement breaks ties between platforms.
  completion AS MATERIALIZED (
    SELECT (row_number() OVER ())::INTEGER AS completion, * FROM (
      SELECT e.person, e.course, slot.bucket, min(e.at) AS completed,
        arg_min_null(e.assignment, e.at) AS assignment${
          platform.used
            ? ", min({'at': e.at, 'statement': e.statement, 'id': e.platform}).id AS platform"
            : ''
        }
      FROM done e ${joinBucketOf('e.at')} GROUP BY ALL
    ) WHERE assignment IS NOT NULL
  ),
  course_total AS (SELECT course, bucket, count(*) AS pairs FROM completion GROUP BY ALL),
  pair AS MATERIALIZED (
    SELECT ${workforce.select}${ofCatalogue}${platform.select}q.completion, q.bucket, q.person,
      q.completed, q.assignment, a.hourly_cost,
      total.fixed_cost, total.cost_per_learner, total.expected_minutes
    FROM completion q
    JOIN catalogue k ON k.course = q.course
    JOIN (
      SELECT t.course, t.bucket, c.fixed_cost / t.pairs AS fixed_cost, c.cost_per_learner, c.expected_minutes
      FROM course_total t JOIN course c ON c.course = t.course
    ) total ON total.course = q.course AND total.bucket = q.bucket
    JOIN assignment a ON a.assignment = q.assignment
    ${workforce.join} ${platform.join}
    WHERE true${workforce.where}${platform.where}
  ),
  study AS (
    SELECT q.completion, sum(e.seconds) AS seconds
    FROM (FROM completion SEMI JOIN pair USING (completion)) q
    JOIN bucket b ON b.bucket = q.bucket
    JOIN event e ON e.person = q.person AND e.course = q.course AND e.at < b.ends
    WHERE e.seconds > 0 GROUP BY q.completion
  ),
  -- Names of roles are joined to the few learners, not carried through every pair.
  learner AS MATERIALIZED (
    SELECT l.*, a.role, a.segment
    FROM (
      SELECT ${nameSlices(scope)}bucket, person, min(completed) AS pivot_at,
        arg_min(assignment, completed) AS assignment, count(*) AS completions,
        sum(fixed_cost) AS fixed_cost, sum(cost_per_learner) AS per_learner_cost,
        sum(hourly_cost * coalesce(study.seconds / 3600, expected_minutes / 60)) AS learner_time_cost
      FROM pair LEFT JOIN study USING (completion) GROUP BY ALL
    ) l JOIN assignment a ON a.assignment = l.assignment
  )`;
}
