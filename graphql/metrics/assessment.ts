import { did, organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import { readNumber } from './read-cells.ts';
import {
  ALL_DIMENSIONS,
  bindScope,
  BUCKET_TABLES,
  cutContent,
  cutPlatform,
  cutWorkforce,
  joinBucketOf,
  nameSlices,
} from './scope.ts';
import { computeWilsonInterval, divide, type Interval } from './statistics.ts';

export interface Assessment {
  readonly attempts: number | null;
  readonly passRate: number | null;
  readonly passRateInterval: Interval | null;
  readonly meanScore: number | null;
  readonly quantiles: readonly number[] | null;
}

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' };
const COOKS = { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' };

function sit(
  person: string,
  at: string,
  activity: string,
  result: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return did(person, 'ASSESSED', at, { activity, ...result });
}

export const assessment: Metric<null, Assessment> = {
  name: 'assessment',
  unit: 'shares, and scaled scores from −1 to 1',
  definition: `Over the ASSESSED events in the bucket, the last one of each person and activity: an earlier attempt
is replaced by a later one of the same bucket, whatever role or platform it was made in (ties: the statement
stored last). attempts: how many those are. passRate: those with result.success true ÷ those that say true or
false; a score without a verdict is neither passed nor failed; interval: Wilson 95 %. meanScore: mean of the
scaled scores that are known. quantiles: minimum, lower quartile, median, upper quartile, maximum of the same
scores, with linear interpolation between the two nearest (type 7 of Hyndman and Fan); null without scores.
Slice: the assignment in force at the attempt; one with none is left out. By course (author, platform, device):
that of the attempt. By skill: the skill that the assessment names, or each that its course teaches when it
names none.
Small groups: the people of the attempts; passRate is withheld as well where the people judged are too few,
meanScore and quantiles where those with a score are.`,
  source:
    'R. J. Hyndman and Y. Fan (1996), Sample quantiles in statistical packages, The American Statistician 50.',
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: judgeAttempts,
  read: (row) => {
    const passed = Number(row['passed']);
    const judged = Number(row['judged']);
    return {
      value: {
        attempts: Number(row['attempts']),
        passRate: divide(passed, judged),
        passRateInterval: computeWilsonInterval(passed, judged),
        meanScore: readNumber(row['mean_score']),
        quantiles: readScores(row['quantiles']),
      },
      people: Number(row['people']),
      parts: [
        {
          name: 'judged',
          people: Number(row['judged_people']),
          withhold: (value) => ({ ...value, passRate: null, passRateInterval: null }),
        },
        {
          name: 'scored',
          people: Number(row['scored_people']),
          withhold: (value) => ({ ...value, meanScore: null, quantiles: null }),
        },
      ],
    };
  },
  empty: { attempts: 0, passRate: null, passRateInterval: null, meanScore: null, quantiles: null },
  suppressed: {
    attempts: null,
    passRate: null,
    passRateInterval: null,
    meanScore: null,
    quantiles: null,
  },
  examples: [
    {
      title: 'The last attempt counts, not the best and not all',
      given: organise({
        staff: COOKS,
        events: [
          sit('ann', '2026-01-05', 'test', { score: 0.9, success: true }),
          sit('ann', '2026-01-06', 'test', { score: 0.5, success: false }),
          sit('bob', '2026-01-06', 'test', { score: 0.7, success: true }),
        ],
      }),
      asked: ASKED,
      expect: {
        '': { attempts: 2, passRate: 0.5, meanScore: 0.6, quantiles: [0.5, 0.55, 0.6, 0.65, 0.7] },
      },
    },
    {
      title:
        'An attempt after the period replaces none inside it; of two activities each has its last',
      given: organise({
        staff: COOKS,
        events: [
          sit('ann', '2026-01-05', 'test', { score: 0.4, success: false }),
          sit('ann', '2026-01-06', 'exam', { score: 0.8, success: true }),
          sit('ann', '2026-02-01', 'test', { score: 0.9, success: true }),
        ],
      }),
      asked: ASKED,
      expect: { '': { attempts: 2, passRate: 0.5, meanScore: 0.6 } },
    },
    {
      title:
        'A score without a verdict is neither passed nor failed; a verdict without a scale has no score',
      given: organise({
        staff: { ...COOKS, cat: 'cook FRONTLINE' },
        events: [
          sit('ann', '2026-01-05', 'test', { score: 0.4, success: true }),
          sit('bob', '2026-01-05', 'test', { score: 0.6 }),
          sit('cat', '2026-01-05', 'test', { success: false }),
        ],
      }),
      asked: ASKED,
      expect: { '': { attempts: 3, passRate: 0.5, meanScore: 0.5 } },
    },
    {
      title: 'A retake in a new role leaves the old role without an attempt',
      given: organise({
        staff: COOKS,
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
        events: [
          sit('ann', '2026-01-05', 'test', { score: 0.4, success: false }),
          sit('ann', '2026-01-25', 'test', { score: 0.9, success: true }),
        ],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { cook: { attempts: 0, passRate: null }, chef: { attempts: 1, passRate: 1 } },
    },
    {
      title: 'By skill, the one that the assessment names, else each that its course teaches',
      given: organise({
        staff: COOKS,
        skills: [{ id: 's:knife' }, { id: 's:fire' }],
        courses: [{ id: 'c:1', skills: ['s:knife', 's:fire'] }],
        events: [
          sit('ann', '2026-01-05', 'knife-test', { score: 1, course: 'c:1', skill: 's:knife' }),
          sit('bob', '2026-01-05', 'test', { score: 0.5, course: 'c:1' }),
        ],
      }),
      asked: { ...ASKED, by: ['SKILL'] },
      expect: {
        's:knife': { attempts: 2, meanScore: 0.75 },
        's:fire': { attempts: 1, meanScore: 0.5 },
      },
    },
    {
      title: 'A rating is no assessment',
      given: organise({
        staff: COOKS,
        events: [did('ann', 'RATED', '2026-01-05', { activity: 'survey', score: 0.2 })],
      }),
      asked: ASKED,
      expect: { '': { attempts: 0, meanScore: null, quantiles: null } },
    },
  ],
};

function judgeAttempts(scope: ReportScope): SqlQuery {
  const workforce = cutWorkforce(scope, 'q.at');
  const course = cutContent(scope);
  const platform = cutPlatform(scope, 'q.platform');
  const bySkill = scope.by.includes('SKILL') || scope.where.skills !== undefined;
  const byCourse =
    scope.by.includes('COURSE') || scope.by.includes('AUTHOR') || scope.where.courses !== undefined;
  const sql = `
  WITH ${BUCKET_TABLES},
  -- What is no activity cannot be tried again. The statement breaks ties; a struct compares member by member.
  attempt AS (
    SELECT q.person, q.bucket, unnest(q.last)
    FROM (
      SELECT e.person, slot.bucket, max({
        'at': e.at, 'statement': e.statement, 'assignment': e.assignment, 'course': e.course,
        'skill': e.skill, 'platform': e.platform, 'score': e.score, 'success': e.success}) AS last
      FROM event e ${joinBucketOf('e.at')}
      WHERE e.kind = 'ASSESSED'::event_kind
      GROUP BY e.person, slot.bucket, e.activity, CASE WHEN e.activity IS NULL THEN e.statement END
    ) q
  ),
  placed AS (
    -- One that is in a slice by two of its skills is there once.
    SELECT DISTINCT ${workforce.select}${course.select}${platform.select}q.bucket, q.person,
      q.statement, q.score, q.success
    FROM attempt q
    JOIN assignment a ON a.assignment = q.assignment
    ${workforce.join} ${platform.join}
    ${byCourse ? 'JOIN course c ON c.course = q.course' : ''}
    ${
      bySkill
        ? `LEFT JOIN course_skill cs ON cs.course = q.course AND q.skill IS NULL
    JOIN skill s ON s.skill = coalesce(q.skill, cs.skill)`
        : ''
    }
    WHERE true${workforce.where}${course.where}${platform.where}
  )
  SELECT ${nameSlices(scope)}bucket, count(*) AS attempts, count(DISTINCT person) AS people,
    count(*) FILTER (success) AS passed, count(success) AS judged,
    count(DISTINCT person) FILTER (success IS NOT NULL) AS judged_people,
    count(DISTINCT person) FILTER (score IS NOT NULL) AS scored_people,
    avg(score) AS mean_score, quantile_cont(score, [0, 0.25, 0.5, 0.75, 1]) AS quantiles
  FROM placed GROUP BY ALL`;
  return bindScope(sql, scope);
}

function readScores(cell: unknown): readonly number[] | null {
  return Array.isArray(cell) ? cell.map(Number) : null;
}
