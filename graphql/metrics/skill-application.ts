import { EVIDENCE_TIERS, type EvidenceTier } from '../warehouse/schema.ts';
import type { Row } from '../warehouse/query-runner.ts';
import { did, organise } from './example-world.ts';
import type { ExampleWorld, Metric, ReportScope, SqlQuery } from './metric.ts';
import {
  ALL_DIMENSIONS,
  bindScope,
  BUCKET_TABLES,
  checkDays,
  cutContent,
  cutPlatform,
  cutWorkforce,
  joinBucketOf,
  matchSlices,
  nameSlices,
} from './scope.ts';
import { readNumber, readStructs } from './read-cells.ts';
import { divide, estimateShare, type Interval } from './statistics.ts';

export interface SkillApplicationArguments {
  readonly windowDays: number;
}

export interface Rate {
  readonly part: number;
  readonly whole: number;
  readonly rate: number | null;
  readonly interval: Interval | null;
}

export interface SurvivalPoint {
  readonly day: number;
  readonly notYetApplied: number;
  readonly atRisk: number;
}

export interface EvidenceRate {
  readonly tier: EvidenceTier;
  readonly applied: number | null;
  readonly rate: number | null;
}

export interface SkillApplication {
  readonly cohort: number | null;
  readonly matured: number | null;
  readonly applied: number | null;
  readonly rate: number | null;
  readonly interval: Interval | null;
  readonly medianDaysToApply: number | null;
  readonly curve: readonly SurvivalPoint[];
  readonly byEvidence: readonly EvidenceRate[];
  readonly maintained: Rate | null;
  readonly perOpportunity: number | null;
}

/** A longer curve is thinned to this many of its points, first and last kept. */
const CURVE_POINTS_AT_MOST = 500;
const MICROS_PER_DAY = 86_400_000_000;

const NOTHING: SkillApplication = {
  cohort: 0,
  matured: 0,
  applied: 0,
  rate: null,
  interval: null,
  medianDaysToApply: null,
  curve: [],
  byEvidence: EVIDENCE_TIERS.map((tier) => ({ tier, applied: 0, rate: null })),
  maintained: { part: 0, whole: 0, rate: null, interval: null },
  perOpportunity: null,
};

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-12-01T00:00:00Z' };

const KNIFE = { skill: 's:knife' };

/** Ann, a cook, does something with the skill `s:knife`, which the course `c:1` teaches. */
function watchAnn(...events: readonly Readonly<Record<string, unknown>>[]): ExampleWorld {
  return organise({
    staff: { ann: 'cook FRONTLINE' },
    skills: [{ id: 's:knife' }, { id: 's:fire' }],
    courses: [
      { id: 'c:1', skills: ['s:knife'] },
      { id: 'c:2', skills: ['s:knife'] },
    ],
    events,
  });
}

export const skillApplication: Metric<SkillApplicationArguments, SkillApplication> = {
  name: 'skillApplication',
  unit: 'share of (person, skill) pairs',
  definition: `The cohort is every (person, skill) pair whose first COMPLETED event for that skill, over
all time, falls inside the bucket. Slice: the assignment in force at that instant; a pair with none is
left out. By course (author, platform, device): that of the first completion.
applied: at the first APPLIED event for the same skill strictly after the completion and at most
windowDays × 24 h later. matured: applied, or completion + window ≤ asOf and the person had not left
before the window ended. rate = applied ÷ matured; interval: Wilson 95 %.
medianDaysToApply and curve: Kaplan–Meier over all pairs of the cohort, in days with fractions, censored
at min(asOf, leftOn, completion + window); at equal times applications come before censorings. The
median is the first time at which the share not yet applied is ≤ 0.5; null when it never is. A curve of
more than ${CURVE_POINTS_AT_MOST} points is thinned evenly.
byEvidence: the same with only applications at or above each tier, over the same matured pairs, so that
the tiers compare. maintained: of applied pairs with completion + 2 × window ≤ asOf, the share applied
again in the second window. perOpportunity: null, until a feed records opportunities.
Small groups: the smaller of the people of the cohort and the people of the matured pairs, unless 0,
must reach minGroupSize, for both are shown.`,
  source:
    'E. L. Kaplan and P. Meier (1958), JASA 53; T. T. Baldwin and J. K. Ford (1988), Personnel Psychology 41.',
  dimensions: ALL_DIMENSIONS,
  defaults: { windowDays: 90 },
  sql: followPairs,
  read: (row) => ({
    value: readApplication(row),
    people: countProtected(row),
    parts: [
      {
        name: 'maintained',
        people: Number(row['followed_people']),
        withhold: (value) => ({ ...value, maintained: null }),
      },
    ],
  }),
  empty: NOTHING,
  suppressed: {
    cohort: null,
    matured: null,
    applied: null,
    rate: null,
    interval: null,
    medianDaysToApply: null,
    curve: [],
    byEvidence: [],
    maintained: null,
    perOpportunity: null,
  },
  examples: [
    {
      title: 'An application 90 × 24 h after the completion is in the window, to the instant',
      given: watchAnn(
        did('ann', 'COMPLETED', '2026-01-10T08:00:00Z', KNIFE),
        did('ann', 'APPLIED', '2026-04-10T08:00:00Z', KNIFE),
      ),
      asked: ASKED,
      expect: { '': { cohort: 1, matured: 1, applied: 1, rate: 1, medianDaysToApply: 90 } },
    },
    {
      title: 'One second later it is not',
      given: watchAnn(
        did('ann', 'COMPLETED', '2026-01-10T08:00:00Z', KNIFE),
        did('ann', 'APPLIED', '2026-04-10T08:00:01Z', KNIFE),
      ),
      asked: ASKED,
      expect: {
        '': { cohort: 1, matured: 1, applied: 0, rate: 0, medianDaysToApply: null, curve: [] },
      },
    },
    {
      title: 'An application at the instant of the completion, or before it, does not come from it',
      given: watchAnn(
        did('ann', 'APPLIED', '2026-01-09T08:00:00Z', KNIFE),
        did('ann', 'COMPLETED', '2026-01-10T08:00:00Z', KNIFE),
        did('ann', 'APPLIED', '2026-01-10T08:00:00Z', KNIFE),
      ),
      asked: ASKED,
      expect: { '': { cohort: 1, applied: 0 } },
    },
    {
      title: 'A use of another skill is no application of this one',
      given: watchAnn(
        did('ann', 'COMPLETED', '2026-01-10', KNIFE),
        did('ann', 'APPLIED', '2026-01-12', { skill: 's:fire' }),
      ),
      asked: ASKED,
      expect: { '': { cohort: 1, applied: 0 } },
    },
    {
      title:
        'A second completion is not in the cohort: the first, over all time, was before the period',
      given: watchAnn(
        did('ann', 'COMPLETED', '2025-06-01', KNIFE),
        did('ann', 'COMPLETED', '2026-01-10', KNIFE),
        did('ann', 'APPLIED', '2026-01-12', KNIFE),
      ),
      asked: ASKED,
      expect: { '': { cohort: 0, matured: 0, applied: 0, rate: null } },
    },
    {
      title:
        'Who changes role between completion and application stays in the role of the completion',
      given: {
        ...watchAnn(
          did('ann', 'COMPLETED', '2026-01-10', KNIFE),
          did('ann', 'APPLIED', '2026-02-10', KNIFE),
        ),
        assignments: [
          { personId: 'ann', from: '2020-01-01', role: 'cook', segment: 'FRONTLINE' },
          { personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' },
        ],
      },
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { cook: { cohort: 1, applied: 1 }, chef: { cohort: 0, applied: 0 } },
    },
    {
      title:
        'Who left before the window ended without applying is in the cohort and has not matured',
      given: {
        ...watchAnn(did('ann', 'COMPLETED', '2026-01-10', KNIFE)),
        people: [{ id: 'ann', leftOn: '2026-04-09' }],
      },
      asked: ASKED,
      expect: { '': { cohort: 1, matured: 0, applied: 0, rate: null } },
    },
    {
      title: 'Who left on the day the window ended has matured',
      given: {
        ...watchAnn(did('ann', 'COMPLETED', '2026-01-10', KNIFE)),
        people: [{ id: 'ann', leftOn: '2026-04-10' }],
      },
      asked: ASKED,
      expect: { '': { cohort: 1, matured: 1, applied: 0, rate: 0 } },
    },
    {
      title: 'Who has applied has matured, though the window is still open',
      given: watchAnn(
        did('ann', 'COMPLETED', '2026-01-10', KNIFE),
        did('ann', 'APPLIED', '2026-01-12', KNIFE),
      ),
      asked: { ...ASKED, asOf: '2026-01-20T00:00:00Z' },
      expect: { '': { matured: 1, applied: 1, maintained: { part: 0, whole: 0, rate: null } } },
    },
    {
      title: 'A completion outside of any assignment is left out',
      given: {
        ...watchAnn(did('ann', 'COMPLETED', '2026-01-10', KNIFE)),
        assignments: [{ personId: 'ann', from: '2026-01-11', role: 'cook', segment: 'FRONTLINE' }],
      },
      asked: ASKED,
      expect: { '': { cohort: 0 } },
    },
    {
      title:
        'A stronger tier counts any application in the window that reaches it, not only the first',
      given: watchAnn(
        did('ann', 'COMPLETED', '2026-01-10', KNIFE),
        did('ann', 'APPLIED', '2026-01-12', { ...KNIFE, tier: 'SELF_REPORTED' }),
        did('ann', 'APPLIED', '2026-01-15', { ...KNIFE, tier: 'SYSTEM' }),
        did('ann', 'APPLIED', '2026-06-15', { ...KNIFE, tier: 'OBSERVED' }),
      ),
      asked: ASKED,
      expect: {
        '': {
          medianDaysToApply: 2,
          byEvidence: [
            { tier: 'SELF_REPORTED', applied: 1, rate: 1 },
            { tier: 'SYSTEM', applied: 1, rate: 1 },
            { tier: 'OBSERVED', applied: 0, rate: 0 },
          ],
          maintained: { part: 1, whole: 1, rate: 1 },
        },
      },
    },
    {
      title:
        'At equal times applications come before censorings: who leaves then was still at risk',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        people: [{ id: 'bob', leftOn: '2026-01-20' }],
        assignments: [{ personId: 'bob', from: '2020-01-01', role: 'cook', segment: 'FRONTLINE' }],
        skills: [{ id: 's:knife' }],
        events: [
          did('ann', 'COMPLETED', '2026-01-10', KNIFE),
          did('ann', 'APPLIED', '2026-01-20', KNIFE),
          did('bob', 'COMPLETED', '2026-01-10', KNIFE),
        ],
      }),
      asked: ASKED,
      expect: {
        '': {
          cohort: 2,
          matured: 1,
          rate: 1,
          medianDaysToApply: 10,
          curve: [{ day: 10, notYetApplied: 0.5, atRisk: 2 }],
        },
      },
    },
    {
      title: 'By course, a pair belongs to the course of its first completion alone',
      given: watchAnn(
        did('ann', 'COMPLETED', '2026-01-10', { ...KNIFE, course: 'c:1' }),
        did('ann', 'COMPLETED', '2026-01-11', { ...KNIFE, course: 'c:2' }),
      ),
      asked: { ...ASKED, by: ['COURSE'] },
      expect: { 'c:1': { cohort: 1 }, 'c:2': { cohort: 0 } },
    },
  ],
};

function followPairs(scope: ReportScope, { windowDays }: SkillApplicationArguments): SqlQuery {
  checkDays('windowDays', windowDays);
  const workforce = cutWorkforce(scope, 'q.completed');
  const content = cutContent(scope);
  const platform = cutPlatform(scope, 'q.platform');
  const slices = nameSlices(scope);
  const byCourse =
    scope.by.includes('COURSE') || scope.by.includes('AUTHOR') || scope.where.courses !== undefined;
  const sql = `
  WITH ${BUCKET_TABLES},
  -- The statement breaks ties; a struct compares member by member.
  first_completion AS (
    SELECT e.person, e.skill, min({
      'at': e.at, 'statement': e.statement, 'assignment': e.assignment, 'course': e.course,
      'platform': e.platform}) AS done
    FROM event e WHERE e.kind = 'COMPLETED'::event_kind AND e.skill IS NOT NULL GROUP BY ALL
  ),
  cohort AS (
    SELECT q.person, q.skill, slot.bucket, q.done.at AS completed, q.done.assignment AS assignment,
      q.done.course AS course, q.done.platform AS platform
    FROM first_completion q ${joinBucketOf('q.done.at')}
    WHERE q.done.assignment IS NOT NULL
  ),
  used AS (
    SELECT q.person, q.skill,
      min(e.at) FILTER (e.at <= q.completed + to_days($window_days::INTEGER)) AS applied,
      max(e.tier) FILTER (e.at <= q.completed + to_days($window_days::INTEGER)) AS tier,
      bool_or(e.at > q.completed + to_days($window_days::INTEGER)) AS again
    FROM cohort q JOIN event e ON e.person = q.person AND e.skill = q.skill
      AND e.at > q.completed AND e.at <= q.completed + to_days(2 * $window_days::INTEGER)
    WHERE e.kind = 'APPLIED'::event_kind GROUP BY ALL
  ),
  pair AS (
    SELECT ${workforce.select}${content.select}${platform.select}q.bucket, q.person, p.left_on,
      q.completed, q.completed + to_days($window_days::INTEGER) AS closes, u.applied, u.tier, u.again
    FROM cohort q
    JOIN assignment a ON a.assignment = q.assignment
    ${workforce.join} ${platform.join}
    JOIN skill s ON s.skill = q.skill
    ${byCourse ? 'JOIN course c ON c.course = q.course' : ''}
    LEFT JOIN used u ON u.person = q.person AND u.skill = q.skill
    WHERE true${workforce.where}${content.where}${platform.where}
  ),
  judged AS (
    SELECT *,
      applied IS NOT NULL OR (closes <= $as_of AND left_on >= closes) AS matured,
      applied IS NOT NULL AND closes + to_days($window_days::INTEGER) <= $as_of AS followed,
      greatest(0, epoch_us(coalesce(applied, least($as_of, left_on, closes))) - epoch_us(completed))
        AS elapsed
    FROM pair
  ),
  counted AS (
    SELECT ${slices}bucket, count(*) AS cohort, count(*) FILTER (matured) AS matured,
      count(DISTINCT person) AS people, count(DISTINCT person) FILTER (matured) AS matured_people,
      ${EVIDENCE_TIERS.map(
        (tier, index) => `count(*) FILTER (applied IS NOT NULL AND
          coalesce(tier, 'SELF_REPORTED'::evidence_tier) >= '${tier}'::evidence_tier) AS applied_${index}`,
      ).join(', ')},
      count(*) FILTER (followed) AS followed, count(*) FILTER (followed AND again) AS maintained,
      count(DISTINCT person) FILTER (followed) AS followed_people
    FROM judged GROUP BY ALL
  ),
  moment AS (
    SELECT ${slices}bucket, elapsed, count(applied) AS applications, count(*) AS pairs
    FROM judged GROUP BY ALL
  ),
  risk AS (
    SELECT *, sum(pairs) OVER (PARTITION BY ${slices}bucket ORDER BY elapsed DESC) AS at_risk FROM moment
  ),
  survival AS (
    SELECT ${slices}bucket, elapsed, at_risk,
      product(1 - applications / at_risk) OVER (PARTITION BY ${slices}bucket ORDER BY elapsed) AS not_yet,
      row_number() OVER (PARTITION BY ${slices}bucket ORDER BY elapsed) AS point,
      count(*) OVER (PARTITION BY ${slices}bucket) AS points
    FROM risk WHERE applications > 0
  ),
  curve AS (
    -- A share of exactly one half can come out a rounding error above it.
    SELECT ${slices}bucket, min(elapsed) FILTER (not_yet <= 0.5 + 1e-12) AS median,
      list({'elapsed': elapsed, 'notYetApplied': not_yet, 'atRisk': at_risk} ORDER BY elapsed) FILTER (
        point = 1 OR point = points
        OR point * ${CURVE_POINTS_AT_MOST} // points <> (point - 1) * ${CURVE_POINTS_AT_MOST} // points
      ) AS points
    FROM survival GROUP BY ALL
  )
  SELECT counted.*, curve.median, curve.points
  FROM counted LEFT JOIN curve ON ${matchSlices(scope, 'counted', 'curve')}`;
  return bindScope(sql, scope, { window_days: windowDays });
}

function readApplication(row: Row): SkillApplication {
  const matured = Number(row['matured']);
  const byEvidence = EVIDENCE_TIERS.map((tier, index) => {
    const applied = Number(row[`applied_${index}`]);
    return { tier, applied, rate: divide(applied, matured) };
  });
  // Every application reaches the weakest tier.
  const applied = byEvidence[0]?.applied ?? 0;
  const median = readNumber(row['median']);
  return {
    cohort: Number(row['cohort']),
    matured,
    applied,
    ...estimateShare(applied, matured),
    medianDaysToApply: median === null ? null : median / MICROS_PER_DAY,
    curve: readStructs(row['points']).map((point) => ({
      day: Number(point['elapsed']) / MICROS_PER_DAY,
      notYetApplied: Number(point['notYetApplied']),
      atRisk: Number(point['atRisk']),
    })),
    byEvidence,
    maintained: rateShare(Number(row['maintained']), Number(row['followed'])),
    perOpportunity: null,
  };
}

export function rateShare(part: number, whole: number): Rate {
  return { part, whole, ...estimateShare(part, whole) };
}

function countProtected(row: Row): number {
  const matured = Number(row['matured_people']);
  return matured > 0 ? matured : Number(row['people']);
}
