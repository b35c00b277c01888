import type { Row } from '../warehouse/query-runner.ts';
import { FOREVER } from '../warehouse/schema.ts';
import { did, organise, type ExampleOrganisation } from './example-world.ts';
import type { ExampleWorld, MeasuredPart, Metric, ReportScope, SqlQuery } from './metric.ts';
import {
  ALL_DIMENSIONS,
  bindScope,
  BUCKET_TABLES,
  checkDays,
  cutPlatform,
  cutWorkforce,
  joinBucketOf,
  matchSlices,
  nameSlices,
  tableCatalogue,
} from './scope.ts';
import { readNumber, readStruct, readStructs, requireText } from './read-cells.ts';
import { combineEffects, divide, type Arms, type Effect, type Interval } from './statistics.ts';

export interface TrainingRoiArguments {
  /** Course ids; null for all. */
  readonly courses: readonly string[] | null;
  readonly beforeDays: number;
  readonly afterDays: number;
}

export type RoiMethod = 'DIFFERENCE_IN_DIFFERENCES' | 'BEFORE_AFTER';

export interface PreTrend {
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly warning: boolean;
}

export interface KpiEffect {
  readonly kpi: string;
  readonly learners: number;
  readonly controls: number;
  readonly effect: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly benefit: number | null;
  readonly method: RoiMethod | null;
  readonly preTrend: PreTrend | null;
}

export interface TrainingRoi {
  readonly learners: number | null;
  readonly completions: number | null;
  readonly cost: number | null;
  readonly fixedCost: number | null;
  readonly perLearnerCost: number | null;
  readonly learnerTimeCost: number | null;
  readonly benefit: number | null;
  readonly netBenefit: number | null;
  readonly roi: number | null;
  readonly benefitCostRatio: number | null;
  readonly paybackMonths: number | null;
  readonly method: RoiMethod | null;
  readonly effects: readonly KpiEffect[];
  readonly sensitivity: Interval | null;
}

const DAYS_PER_MONTH = 30;

const NOT_MEASURED = {
  benefitCostRatio: null,
  paybackMonths: null,
  method: null,
  effects: [],
  sensitivity: null,
};

const ASKED = { from: '2026-02-01', to: '2026-03-01', asOf: '2026-12-01T00:00:00Z' };

function observe(personId: string, at: string, value: number): Readonly<Record<string, unknown>> {
  return { kpiId: 'sales', personId, at: `${at}T00:00:00Z`, value };
}

const ANN_AND_BOB = [
  did('ann', 'COMPLETED', '2026-02-01', { course: 'c:1' }),
  did('bob', 'COMPLETED', '2026-02-03', { course: 'c:1' }),
];

/** Sales rise by 6 and 4 for two who took the course, by 1 and 3 for two of the same role who did not. */
function trainCooks(more: ExampleOrganisation = {}): ExampleWorld {
  return organise({
    staff: {
      ann: 'cook FRONTLINE',
      bob: 'cook FRONTLINE',
      cat: 'cook FRONTLINE',
      dan: 'cook FRONTLINE',
    },
    courses: [
      { id: 'c:1', fixedCost: 100, costPerLearner: 10, expectedMinutes: 60 },
      { id: 'c:2' },
    ],
    kpis: [{ id: 'sales', valuePerUnit: 50 }],
    observations: [
      observe('ann', '2026-01-10', 10),
      observe('ann', '2026-03-01', 16),
      observe('bob', '2026-01-10', 10),
      observe('bob', '2026-03-01', 14),
      observe('cat', '2026-01-10', 10),
      observe('cat', '2026-03-01', 11),
      observe('dan', '2026-01-10', 10),
      observe('dan', '2026-03-01', 13),
    ],
    events: ANN_AND_BOB,
    ...more,
  });
}

export const trainingRoi: Metric<TrainingRoiArguments, TrainingRoi> = {
  name: 'trainingRoi',
  unit: 'ratio; costs and benefits in the money of the records',
  definition: `For a set of courses (all by default; by course, skill or author, those of the slice), a
bucket and a slice. The unit is the (person, course) pair with a COMPLETED event in the bucket, dated by its
first one there; its slice is the assignment in force then (a pair with none is left out).
completions = pairs; learners = distinct people of the pairs. fixedCost = Σ over courses: fixed cost × pairs
in the slice ÷ all pairs of the bucket, whatever the filters. perLearnerCost = Σ costPerLearner.
learnerTimeCost = Σ hours × the assignment's hourlyCost; hours = the person's seconds on that course before
the bucket's end ÷ 3600, or expectedMinutes ÷ 60 where there are none. cost is their sum.
Benefit, per KPI, by difference in differences. A person's pivot is their earliest pair of the slice. before =
mean of their observations in [pivot − beforeDays, pivot), after = mean in (pivot, pivot + afterDays]; only
people with both count. Cells by (role, segment) at the pivot. A cell's controls are all people, whatever the
slice or filter, who have that role and segment at the cell's control pivot — the lower median of the pivots of
all the cell's learners — who have completed none of the courses up to control pivot + afterDays, and have
both means around it. Cell effect = mean(after − before) of learners − the same of controls; in a cell
with no control, the learners' change alone, and the whole answer says BEFORE_AFTER. effect = mean of cell
effects weighted by learners; standard error of a cell √(s²L/nL + s²C/nC), combined as √Σ(weight² · se²), null
where a variance cannot be had; interval ±1.96 standard errors.
KPI benefit = effect × valuePerUnit × learners with both means × afterDays ÷ 30 × isolation × confidence;
benefit sums the KPIs (0 when none was observed: no data, no improvement). netBenefit = benefit − cost;
roi = netBenefit ÷ cost; benefitCostRatio = benefit ÷ cost; paybackMonths = cost ÷ (benefit ÷ months), null when
benefit ≤ 0. preTrend: the same effect between the two halves of the before window, same cells and controls'
rule; it warns when its interval excludes 0. sensitivity: ROI with every effect at the unfavourable, then
the favourable end of its interval; null when an interval is missing.`,
  source:
    'J. J. Phillips (2003), Return on Investment in Training and Performance Improvement Programs, 2nd ed.',
  dimensions: ALL_DIMENSIONS,
  defaults: { courses: null, beforeDays: 90, afterDays: 90 },
  sql: measureCells,
  read: (row, _scope, args) => {
    const value = readRoi(row, args.afterDays / DAYS_PER_MONTH);
    return { value, people: Number(row['learners']), parts: value.effects.map(guardEffect) };
  },
  empty: {
    ...NOT_MEASURED,
    learners: 0,
    completions: 0,
    cost: 0,
    fixedCost: 0,
    perLearnerCost: 0,
    learnerTimeCost: 0,
    benefit: 0,
    netBenefit: 0,
    roi: null,
  },
  suppressed: {
    ...NOT_MEASURED,
    learners: null,
    completions: null,
    cost: null,
    fixedCost: null,
    perLearnerCost: null,
    learnerTimeCost: null,
    benefit: null,
    netBenefit: null,
    roi: null,
  },
  examples: [
    {
      title: 'What the learners gained beyond the controls, and what it cost',
      given: trainCooks(),
      asked: ASKED,
      expect: {
        '': {
          learners: 2,
          completions: 2,
          fixedCost: 100,
          perLearnerCost: 20,
          learnerTimeCost: 40,
          cost: 160,
          // (5 − 2) × 50 × 2 learners × 3 months
          benefit: 900,
          netBenefit: 740,
          roi: 4.625,
          benefitCostRatio: 5.625,
          paybackMonths: 160 / 300,
          method: 'DIFFERENCE_IN_DIFFERENCES',
          effects: [
            {
              kpi: 'sales',
              learners: 2,
              controls: 2,
              effect: 3,
              // √(2/2 + 2/2)
              standardError: Math.SQRT2,
              interval: { low: 3 - 1.96 * Math.SQRT2, high: 3 + 1.96 * Math.SQRT2 },
              benefit: 900,
            },
          ],
          sensitivity: {
            low: ((3 - 1.96 * Math.SQRT2) * 300 - 160) / 160,
            high: ((3 + 1.96 * Math.SQRT2) * 300 - 160) / 160,
          },
        },
      },
    },
    {
      title: 'Where less is better, the unfavourable end of the interval is its upper one',
      given: trainCooks({
        kpis: [{ id: 'sales', valuePerUnit: -50, isolation: 0.5, confidence: 0.8 }],
      }),
      asked: ASKED,
      expect: {
        '': {
          benefit: -360,
          paybackMonths: null,
          sensitivity: {
            low: ((3 + 1.96 * Math.SQRT2) * -120 - 160) / 160,
            high: ((3 - 1.96 * Math.SQRT2) * -120 - 160) / 160,
          },
        },
      },
    },
    {
      title: 'Without a control in the cell, the change of the learners alone, and it says so',
      given: trainCooks({
        staff: {
          ann: 'cook FRONTLINE',
          bob: 'cook FRONTLINE',
          cat: 'cook DESK',
          dan: 'chef FRONTLINE',
        },
      }),
      asked: ASKED,
      expect: {
        '': {
          benefit: 1500,
          method: 'BEFORE_AFTER',
          effects: [
            { learners: 2, controls: 0, effect: 5, standardError: 1, method: 'BEFORE_AFTER' },
          ],
        },
      },
    },
    {
      title:
        'Who completes the course later, within the after window, is no control; after it, is one',
      given: trainCooks({
        events: [
          ...ANN_AND_BOB,
          // The control pivot is ann's 2026-02-01, the lower median; 90 days later is 2026-05-02.
          did('cat', 'COMPLETED', '2026-05-02', { course: 'c:1' }),
          did('dan', 'COMPLETED', '2026-05-02T00:00:01Z', { course: 'c:1' }),
        ],
      }),
      asked: ASKED,
      expect: {
        '': {
          learners: 2,
          effects: [{ controls: 1, effect: 2, standardError: null, interval: null }],
          sensitivity: null,
        },
      },
    },
    {
      title: 'A learner without observations on both sides costs, and gives no benefit',
      given: trainCooks({
        observations: [
          observe('ann', '2026-01-10', 10),
          observe('ann', '2026-03-01', 16),
          // At the pivot itself: neither before nor after.
          observe('bob', '2026-02-03', 10),
          observe('bob', '2026-03-01', 14),
        ],
      }),
      asked: ASKED,
      expect: {
        '': { learners: 2, cost: 160, benefit: 900, effects: [{ learners: 1, effect: 6 }] },
      },
    },
    {
      title: 'No observations at all: the cost is lost',
      given: trainCooks({ observations: [] }),
      asked: ASKED,
      expect: {
        '': {
          benefit: 0,
          netBenefit: -160,
          roi: -1,
          paybackMonths: null,
          method: null,
          effects: [],
          sensitivity: null,
        },
      },
    },
    {
      title:
        'Measured time replaces the expected one: all the time on the course before the period ends',
      given: trainCooks({
        events: [
          ...ANN_AND_BOB,
          did('ann', 'ENGAGED', '2026-01-05', { course: 'c:1', seconds: 3600 }),
          did('ann', 'ENGAGED', '2026-02-20', { course: 'c:1', seconds: 3600 }),
          did('ann', 'ENGAGED', '2026-03-01', { course: 'c:1', seconds: 3600 }),
          did('ann', 'ENGAGED', '2026-02-20', { course: 'c:2', seconds: 3600 }),
        ],
      }),
      asked: ASKED,
      expect: { '': { learnerTimeCost: 60 } },
    },
    {
      title: 'A slice bears its part of the fixed cost, by its pairs among all of the period',
      given: trainCooks({
        assignments: [{ personId: 'bob', from: '2026-02-02', role: 'chef', segment: 'FRONTLINE' }],
      }),
      asked: { ...ASKED, by: ['ROLE'], where: { roles: ['cook'] } },
      expect: { cook: { completions: 1, fixedCost: 50, perLearnerCost: 10 } },
    },
    {
      title:
        'A second completion in the period is no second pair, one of another course is, of the same learner',
      given: trainCooks({
        events: [
          ...ANN_AND_BOB,
          did('ann', 'COMPLETED', '2026-02-10', { course: 'c:1' }),
          did('ann', 'COMPLETED', '2026-02-11', { course: 'c:2' }),
        ],
      }),
      asked: ASKED,
      expect: {
        '': { completions: 3, learners: 2, effects: [{ learners: 2, controls: 2, effect: 3 }] },
      },
    },
    {
      title: 'For one course, who completed only another can be a control',
      given: trainCooks({
        events: [...ANN_AND_BOB, did('cat', 'COMPLETED', '2026-02-04', { course: 'c:2' })],
      }),
      asked: { ...ASKED, args: { courses: ['c:1'] } },
      expect: { '': { learners: 2, effects: [{ controls: 2, effect: 3 }] } },
    },
    {
      title: 'Groups that drifted apart before the training give a warning',
      given: trainCooks({
        observations: [
          ...['ann', 'bob'].flatMap((id, index) => [
            observe(id, '2025-11-20', 1 + index),
            observe(id, '2026-01-10', 10),
            observe(id, '2026-03-01', 10),
          ]),
          ...['cat', 'dan'].flatMap((id, index) => [
            observe(id, '2025-11-20', 9 + index),
            observe(id, '2026-01-10', 10),
            observe(id, '2026-03-01', 10),
          ]),
        ],
      }),
      asked: ASKED,
      // Learners rose by 9 and 8, the others by 1 and 0.
      expect: { '': { effects: [{ preTrend: { difference: 8, warning: true } }] } },
    },
  ],
};

/** The arms of every cell by KPI, and the costs of every slice; `readRoi` puts the few cells together. */
function measureCells(scope: ReportScope, args: TrainingRoiArguments): SqlQuery {
  checkDays('beforeDays', args.beforeDays);
  checkDays('afterDays', args.afterDays);
  const workforce = cutWorkforce(scope, 'q.completed');
  const platform = cutPlatform(scope, 'q.platform');
  const slices = nameSlices(scope);
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
  -- At one instant a person has one assignment; the statement breaks ties between platforms.
  completion AS (
    SELECT * FROM (
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
  pair AS (
    SELECT ${workforce.select}${ofCatalogue}${platform.select}q.bucket, q.person, q.course,
      q.completed, q.assignment, a.hourly_cost
    FROM completion q
    JOIN catalogue k ON k.course = q.course
    JOIN assignment a ON a.assignment = q.assignment
    ${workforce.join} ${platform.join}
    WHERE true${workforce.where}${platform.where}
  ),
  study AS (
    SELECT q.person, q.course, q.bucket, sum(e.seconds) AS seconds
    FROM (SELECT DISTINCT person, course, bucket FROM pair) q
    JOIN bucket b ON b.bucket = q.bucket
    JOIN event e ON e.person = q.person AND e.course = q.course AND e.at < b.ends
    WHERE e.seconds IS NOT NULL GROUP BY ALL
  ),
  cost AS (
    SELECT ${nameSlices(scope, 'q.')}q.bucket, count(*) AS completions,
      count(DISTINCT q.person) AS learners,
      coalesce(sum(c.fixed_cost / total.pairs), 0) AS fixed_cost,
      coalesce(sum(c.cost_per_learner), 0) AS per_learner_cost,
      coalesce(sum(q.hourly_cost * coalesce(
        nullif(study.seconds, 0) / 3600, c.expected_minutes / 60)), 0) AS learner_time_cost
    FROM pair q
    JOIN course c ON c.course = q.course
    JOIN course_total total ON total.course = q.course AND total.bucket = q.bucket
    LEFT JOIN study ON study.person = q.person AND study.course = q.course AND study.bucket = q.bucket
    GROUP BY ALL
  ),
  -- Names of roles are joined to the few learners, not carried through every pair.
  learner AS (
    SELECT l.*, a.role, a.segment
    FROM (
      SELECT ${slices}bucket, person, min(completed) AS pivot_at,
        arg_min(assignment, completed) AS assignment
      FROM pair GROUP BY ALL
    ) l JOIN assignment a ON a.assignment = l.assignment
  ),
  -- quantile_disc at 0.5 is the lower median. Materialised: the number must be the same wherever it is read.
  cell AS MATERIALIZED (
    SELECT row_number() OVER () AS cell, *
    FROM (
      SELECT ${slices}bucket, role, segment, quantile_disc(pivot_at, 0.5) AS control_pivot
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
    FROM arm JOIN cell x ON x.cell = arm.cell JOIN kpi ON kpi.id = arm.kpi_id
    GROUP BY ALL
  )
  SELECT cost.*, effect.cells
  FROM cost LEFT JOIN effect ON ${matchSlices(scope, 'cost', 'effect')}`;
  return bindScope(sql, scope, {
    before_days: args.beforeDays,
    after_days: args.afterDays,
    course_set: args.courses,
  });
}

/** The arms of every cell from the observations of each learner and each control. */
function measureEach(scope: ReportScope): string {
  return `
  subject AS (
    SELECT x.cell, true AS treated, l.person, l.pivot_at
    FROM learner l JOIN cell x
      ON ${matchSlices(scope, 'l', 'x')} AND l.role = x.role AND l.segment = x.segment
    UNION ALL
    SELECT x.cell, false, a.person, x.control_pivot
    FROM cell x
    JOIN assignment a ON a.role = x.role AND a.segment = x.segment
      AND a.starts <= x.control_pivot AND x.control_pivot < a.ends
    ANTI JOIN first_taken t ON t.person = a.person
      AND t.taken <= x.control_pivot + to_days($after_days::INTEGER)
  ),
  -- A mean over nothing is null, and so is a change from it: only people with both count.
  change AS (
    SELECT q.cell, q.treated, q.person, o.kpi_id,
      avg(o.value) FILTER (o.at > q.pivot_at) - avg(o.value) FILTER (o.at < q.pivot_at) AS change,
      avg(o.value) FILTER (o.at < q.pivot_at AND o.at >= q.pivot_at - to_hours(12 * $before_days::INTEGER))
        - avg(o.value) FILTER (o.at < q.pivot_at - to_hours(12 * $before_days::INTEGER)) AS drift
    FROM subject q JOIN observation o ON o.person = q.person
      AND o.at >= q.pivot_at - to_days($before_days::INTEGER)
      AND o.at <= q.pivot_at + to_days($after_days::INTEGER)
    GROUP BY ALL
  ),
  arm AS (
    SELECT cell, kpi_id, ${measureArms('change')}, ${measureArms('drift')}
    FROM change GROUP BY ALL
  )`;
}

/**
 * The same arms where courses are sliced: most of a role are controls of most courses, so that cells ×
 * controls would be billions. A person's change is a step function of the pivot. It is summed once over all
 * who have a role and segment, for every pivot (crowd); a cell takes its sums at its control pivot and
 * subtracts those of the few who have taken the course (taker). Values are whole numbers of 2^-42 of the
 * KPI's range, so that what is added and taken away leaves nothing behind.
 */
function measureCrowd(scope: ReportScope, sameCourses: string): string {
  return `
  scale AS (
    SELECT kpi_id, min(value) AS low,
      coalesce(nullif(max(value) - min(value), 0), 1) / 2 ** 42 AS quantum
    FROM observation GROUP BY kpi_id
  ),
  reading AS MATERIALIZED (
    SELECT o.person, o.kpi_id, o.at, round((o.value - scale.low) / scale.quantum)::BIGINT AS value
    FROM observation o JOIN scale ON scale.kpi_id = o.kpi_id
  ),
  -- The pivots at which an observation enters and leaves the windows: late and early half of before, and after.
  turn AS (
    ${[
      ['o.at + INTERVAL 1 MICROSECOND', 0, 1, 0],
      ['o.at + to_hours(12 * $before_days::INTEGER) + INTERVAL 1 MICROSECOND', 1, -1, 0],
      ['o.at + to_days($before_days::INTEGER) + INTERVAL 1 MICROSECOND', -1, 0, 0],
      ['o.at - to_days($after_days::INTEGER)', 0, 0, 1],
      ['o.at', 0, 0, -1],
    ]
      .map(
        ([pivot, early, late, after]) => `
    SELECT person, kpi_id, ${pivot} AS starts, value,
      ${early}::TINYINT AS early, ${late}::TINYINT AS late, ${after}::TINYINT AS after
    FROM reading o`,
      )
      .join(' UNION ALL ')}
  ),
  window_sum AS (
    SELECT person, kpi_id, starts, lead(starts, 1, TIMESTAMP '${FOREVER}') OVER own AS ends,
      ${['early', 'late', 'after']
        .map(
          (part) => `sum(${part}_count) OVER own AS ${part}_count,
      sum(${part}_sum) OVER own AS ${part}_sum`,
        )
        .join(', ')}
    FROM (
      SELECT person, kpi_id, starts, ${['early', 'late', 'after']
        .map(
          (part) =>
            `sum(${part})::BIGINT AS ${part}_count, sum(${part} * value)::BIGINT AS ${part}_sum`,
        )
        .join(', ')}
      FROM turn GROUP BY person, kpi_id, starts
    ) WINDOW own AS (PARTITION BY person, kpi_id ORDER BY starts)
  ),
  step AS MATERIALIZED (
    SELECT * FROM (
      SELECT person, kpi_id, starts, ends,
        round(after_sum / nullif(after_count, 0)
          - (early_sum + late_sum) / nullif(early_count + late_count, 0))::BIGINT AS change,
        round(late_sum / nullif(late_count, 0) - early_sum / nullif(early_count, 0))::BIGINT AS drift
      FROM window_sum
    ) WHERE change IS NOT NULL OR drift IS NOT NULL
  ),
  crowd_turn AS (
    SELECT a.role, a.segment, s.kpi_id, s.change, s.drift,
      unnest([
        {'at': greatest(a.starts, s.starts), 'sign': 1},
        {'at': least(a.ends, s.ends), 'sign': -1}], recursive := true)
    FROM step s JOIN assignment a ON a.person = s.person AND a.starts < s.ends AND s.starts < a.ends
  ),
  crowd AS (
    SELECT role, segment, kpi_id, "at", ${SUMS.map(({ name }) => `sum(${name}) OVER ordered AS ${name}`).join(', ')}
    FROM (
      SELECT role, segment, kpi_id, "at", ${sumUp('sign * ')}
      FROM crowd_turn GROUP BY role, segment, kpi_id, "at"
    ) WINDOW ordered AS (PARTITION BY role, segment, kpi_id ORDER BY "at")
  ),
  treated AS (
    SELECT x.cell, x.role, x.segment, x.control_pivot, s.kpi_id, ${sumUp()}
    FROM learner l
    JOIN cell x ON ${matchSlices(scope, 'l', 'x')} AND l.role = x.role AND l.segment = x.segment
    JOIN step s ON s.person = l.person AND s.starts <= l.pivot_at AND l.pivot_at < s.ends
    GROUP BY x.cell, x.role, x.segment, x.control_pivot, s.kpi_id
  ),
  taker AS (
    SELECT x.cell, s.kpi_id, ${sumUp()}
    FROM (
      SELECT t.*, a.role, a.segment, a.starts, a.ends
      FROM first_taken t JOIN assignment a ON a.person = t.person
    ) t
    JOIN cell x ON t.role = x.role AND t.segment = x.segment${sameCourses}
      AND t.starts <= x.control_pivot AND x.control_pivot < t.ends
      AND t.taken <= x.control_pivot + to_days($after_days::INTEGER)
    JOIN step s ON s.person = t.person AND s.starts <= x.control_pivot AND x.control_pivot < s.ends
    GROUP BY x.cell, s.kpi_id
  ),
  both_arms AS (
    SELECT l.cell, l.kpi_id, scale.quantum, ${SUMS.map(
      ({ name }) => `l.${name} AS treated_${name},
      coalesce(w.${name}, 0) - coalesce(t.${name}, 0) AS control_${name}`,
    ).join(', ')}
    FROM treated l
    JOIN scale ON scale.kpi_id = l.kpi_id
    ASOF LEFT JOIN crowd w ON w.role = l.role AND w.segment = l.segment AND w.kpi_id = l.kpi_id
      AND w.at <= l.control_pivot
    LEFT JOIN taker t ON t.cell = l.cell AND t.kpi_id = l.kpi_id
  ),
  arm AS (
    SELECT cell, kpi_id, ${readSums('change')}, ${readSums('drift')} FROM both_arms
  )`;
}

/** Count, sum and sum of squares, of the change and of the drift. */
const SUMS = ['change', 'drift'].flatMap((column) => [
  { name: `${column}_count`, of: `(${column} IS NOT NULL)::TINYINT` },
  { name: `${column}_sum`, of: column },
  { name: `${column}_squares`, of: `${column}::HUGEINT * ${column}` },
]);

function sumUp(sign = ''): string {
  return SUMS.map(({ name, of }) => `coalesce(sum(${sign}${of}), 0)::HUGEINT AS ${name}`).join(
    ', ',
  );
}

function readSums(column: string): string {
  const read = (arm: string, count: string, mean: string): string => {
    const [n, sum, squares] = ['count', 'sum', 'squares'].map((part) => `${arm}_${column}_${part}`);
    return `
    '${count}': ${n},
    '${mean}Mean': ${sum} * quantum / nullif(${n}, 0),
    '${mean}Variance': (${n} * ${squares} - ${sum} * ${sum})::DOUBLE * quantum * quantum
      / nullif(${n} * (${n} - 1), 0)`;
  };
  return `{${read('treated', 'treated', 'treated')}, ${read('control', 'controls', 'control')}} AS ${column}`;
}

function measureArms(column: string): string {
  return `{
    'treated': count(${column}) FILTER (treated),
    'treatedMean': avg(${column}) FILTER (treated),
    'treatedVariance': var_samp(${column}) FILTER (treated),
    'controls': count(${column}) FILTER (NOT treated),
    'controlMean': avg(${column}) FILTER (NOT treated),
    'controlVariance': var_samp(${column}) FILTER (NOT treated)} AS ${column}`;
}

interface KpiCells {
  /** Money for one unit, one person, one month, credited to training. */
  readonly worth: number;
  readonly change: readonly Arms[];
  readonly drift: readonly Arms[];
}

function readRoi(row: Row, months: number): TrainingRoi {
  const fixedCost = Number(row['fixed_cost']);
  const perLearnerCost = Number(row['per_learner_cost']);
  const learnerTimeCost = Number(row['learner_time_cost']);
  const cost = fixedCost + perLearnerCost + learnerTimeCost;
  const measured = [...groupByKpi(readStructs(row['cells']))].flatMap(([kpi, cells]) => {
    const effect = combineEffects(cells.change);
    return effect === null ? [] : [valueEffect(kpi, cells, effect, months)];
  });
  const effects = measured.map(({ effect }) => effect);
  const benefit = effects.reduce((sum, effect) => sum + (effect.benefit ?? 0), 0);
  const netBenefit = benefit - cost;
  return {
    learners: Number(row['learners']),
    completions: Number(row['completions']),
    cost,
    fixedCost,
    perLearnerCost,
    learnerTimeCost,
    benefit,
    netBenefit,
    roi: divide(netBenefit, cost),
    benefitCostRatio: divide(benefit, cost),
    paybackMonths: benefit > 0 ? cost / (benefit / months) : null,
    method: chooseMethod(effects),
    effects,
    sensitivity: boundRoi(
      measured.map(({ range }) => range),
      cost,
    ),
  };
}

/** An effect is about its learners and its controls, fewer than the slice's; the sums would tell its benefit. */
function guardEffect({ kpi, learners, controls }: KpiEffect): MeasuredPart<TrainingRoi> {
  return {
    people: controls === 0 ? learners : Math.min(learners, controls),
    withhold: (value) => ({
      ...value,
      benefit: null,
      netBenefit: null,
      roi: null,
      benefitCostRatio: null,
      paybackMonths: null,
      sensitivity: null,
      effects: value.effects.map((effect) =>
        effect.kpi === kpi ? { ...WITHHELD_EFFECT, kpi } : effect,
      ),
    }),
  };
}

const WITHHELD_EFFECT: Omit<KpiEffect, 'kpi'> = {
  learners: 0,
  controls: 0,
  effect: null,
  standardError: null,
  interval: null,
  benefit: null,
  method: null,
  preTrend: null,
};

function groupByKpi(cells: readonly Row[]): Map<string, KpiCells> {
  const kpis = Map.groupBy(cells, (cell) => requireText(cell['kpi']));
  return new Map(
    [...kpis].map(([kpi, rows]) => [
      kpi,
      {
        worth: Number(rows[0]?.['worth']),
        change: rows.map((cell) => readArms(readStruct(cell['change']))),
        drift: rows.map((cell) => readArms(readStruct(cell['drift']))),
      },
    ]),
  );
}

function readArms(arms: Row): Arms {
  return {
    treated: Number(arms['treated']),
    treatedMean: readNumber(arms['treatedMean']),
    treatedVariance: readNumber(arms['treatedVariance']),
    controls: Number(arms['controls']),
    controlMean: readNumber(arms['controlMean']),
    controlVariance: readNumber(arms['controlVariance']),
  };
}

interface ValuedEffect {
  readonly effect: KpiEffect;
  /** Benefit at the two ends of the interval, the smaller first. */
  readonly range: Interval | null;
}

function valueEffect(kpi: string, cells: KpiCells, measured: Effect, months: number): ValuedEffect {
  const worth = cells.worth * measured.treated * months;
  const { effect, standardError, interval } = measured;
  const ends = interval === null ? null : [interval.low * worth, interval.high * worth];
  return {
    effect: {
      kpi,
      learners: measured.treated,
      controls: measured.controls,
      effect,
      standardError,
      interval,
      benefit: effect * worth,
      method: measured.controlled ? 'DIFFERENCE_IN_DIFFERENCES' : 'BEFORE_AFTER',
      preTrend: readPreTrend(combineEffects(cells.drift)),
    },
    range: ends === null ? null : { low: Math.min(...ends), high: Math.max(...ends) },
  };
}

function readPreTrend(drift: Effect | null): PreTrend | null {
  if (drift === null) return null;
  const { effect: difference, interval } = drift;
  const warning = interval !== null && (interval.low > 0 || interval.high < 0);
  return { difference, interval, warning };
}

function chooseMethod(effects: readonly KpiEffect[]): RoiMethod | null {
  if (effects.length === 0) return null;
  return effects.every((effect) => effect.method === 'DIFFERENCE_IN_DIFFERENCES')
    ? 'DIFFERENCE_IN_DIFFERENCES'
    : 'BEFORE_AFTER';
}

function boundRoi(ranges: readonly (Interval | null)[], cost: number): Interval | null {
  if (ranges.length === 0 || cost === 0) return null;
  let low = 0;
  let high = 0;
  for (const range of ranges) {
    if (range === null) return null;
    low += range.low;
    high += range.high;
  }
  return { low: (low - cost) / cost, high: (high - cost) / cost };
}
