import { did, organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import { ALL_DIMENSIONS, bindScope, BUCKET_TABLES, joinBucketOf, nameSlices } from './scope.ts';
import { divide } from './statistics.ts';
import { selectEvents, tableUnits } from './units.ts';

export interface Effort {
  readonly hours: number | null;
  readonly hoursPerActivePerson: number | null;
}

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' };
const COOKS = { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' };
const SECONDS_PER_HOUR = 3600;

export const effort: Metric<null, Effort> = {
  name: 'effort',
  unit: 'hours',
  definition: `hours: Σ seconds ÷ 3600 of the events of any kind in the bucket. A statement counts once for each
person it is about, however many events it gave. The statements of one cmi5 session all tell the time since it
began (completed, passed or failed, and terminated), so of a person's session only the one that tells the longest
time counts, with its instant, course and platform; before any bucket is cut, so that buckets sum to the period.
hoursPerActivePerson = hours ÷ the people with an ENGAGED event in the bucket and slice; null when there are none.
Slice: the assignment in force at the event; an event with none is left out. By course (skill, author,
platform, device): events on that course (a course that teaches the skill, …).
Small groups: the people with an event that counts in either number; hours are withheld as well where those who
have time are too few, hoursPerActivePerson where the active are.`,
  source: 'Sessions: AICC cmi5 (Quartz, 2016), 9.5.4.1 and 9.6.3.1.',
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: sumTime,
  read: (row) => {
    const hours = Number(row['seconds']) / SECONDS_PER_HOUR;
    const active = Number(row['active']);
    return {
      value: { hours, hoursPerActivePerson: divide(hours, active) },
      people: Number(row['people']),
      parts: [
        { name: 'time', people: Number(row['timed']), withhold: () => effort.suppressed },
        {
          name: 'active',
          people: active,
          withhold: (value) => ({ ...value, hoursPerActivePerson: null }),
        },
      ],
    };
  },
  empty: { hours: 0, hoursPerActivePerson: null },
  suppressed: { hours: null, hoursPerActivePerson: null },
  examples: [
    {
      title: 'Hours are shared among those who were active, with time or without',
      given: organise({
        staff: COOKS,
        events: [
          did('ann', 'ENGAGED', '2026-01-05', { seconds: 3600 }),
          did('ann', 'ENGAGED', '2026-01-06', { seconds: 5400 }),
          did('bob', 'ENGAGED', '2026-01-07'),
        ],
      }),
      asked: ASKED,
      expect: { '': { hours: 2.5, hoursPerActivePerson: 1.25 } },
    },
    {
      title: 'A statement that gave several events counts once, one about two people once for each',
      given: organise({
        staff: COOKS,
        skills: [{ id: 's:knife' }, { id: 's:fire' }],
        courses: [{ id: 'c:1', skills: ['s:knife', 's:fire'] }],
        events: [
          did('ann', 'ENGAGED', '2026-01-05', { statement: 1, course: 'c:1', seconds: 3600 }),
          did('ann', 'COMPLETED', '2026-01-05', { statement: 1, course: 'c:1', skill: 's:knife' }),
          did('ann', 'COMPLETED', '2026-01-05', { statement: 1, course: 'c:1', skill: 's:fire' }),
          did('bob', 'ENGAGED', '2026-01-05', { statement: 1, course: 'c:1', seconds: 3600 }),
        ],
      }),
      asked: { ...ASKED, by: ['SKILL'] },
      expect: {
        's:knife': { hours: 2, hoursPerActivePerson: 1 },
        's:fire': { hours: 2, hoursPerActivePerson: 1 },
      },
    },
    {
      title:
        'In a cmi5 session, passed and completed tell a part of the time that terminated tells',
      given: organise({
        staff: COOKS,
        events: [
          did('ann', 'ENGAGED', '2026-01-05T10:20:00Z', { session: 'x', seconds: 1200 }),
          did('ann', 'ENGAGED', '2026-01-05T10:30:00Z', { session: 'x', seconds: 1800 }),
          did('ann', 'ENGAGED', '2026-01-05T11:00:00Z', { session: 'x', seconds: 3600 }),
          // Never terminated: what is known of it counts.
          did('ann', 'ENGAGED', '2026-01-06T11:00:00Z', { session: 'y', seconds: 1800 }),
          did('bob', 'ENGAGED', '2026-01-06T11:00:00Z', { session: 'x', seconds: 1800 }),
        ],
      }),
      asked: ASKED,
      expect: { '': { hours: 2, hoursPerActivePerson: 1 } },
    },
    {
      title: 'A session over midnight is in the bucket of its longest time, and in one only',
      given: organise({
        staff: COOKS,
        events: [
          did('ann', 'ENGAGED', '2026-01-31T23:50:00Z', { session: 'x', seconds: 3000 }),
          did('ann', 'ENGAGED', '2026-02-01T00:00:00Z', { session: 'x', seconds: 3600 }),
        ],
      }),
      asked: { ...ASKED, to: '2026-03-01', grain: 'MONTH' },
      expect: {
        '2026-01-01': { hours: 0, hoursPerActivePerson: 0 },
        '2026-02-01': { hours: 1, hoursPerActivePerson: 1 },
      },
    },
    {
      title: 'Time on the job counts as hours, and makes nobody active',
      given: organise({
        staff: COOKS,
        skills: [{ id: 's:knife' }],
        events: [did('ann', 'APPLIED', '2026-01-05', { skill: 's:knife', seconds: 1800 })],
      }),
      asked: ASKED,
      expect: { '': { hours: 0.5, hoursPerActivePerson: null } },
    },
    {
      title: 'Who is promoted takes the hours of before along in neither direction',
      given: organise({
        staff: COOKS,
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
        events: [
          did('ann', 'ENGAGED', '2026-01-19', { seconds: 3600 }),
          did('ann', 'ENGAGED', '2026-01-20', { seconds: 7200 }),
        ],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { cook: { hours: 1 }, chef: { hours: 2 } },
    },
  ],
};

function sumTime(scope: ReportScope): SqlQuery {
  const acts = `
    SELECT s.person, slot.bucket, s.at, s.assignment, s.course, s.platform, s.seconds, false AS engaged
    FROM spent s ${joinBucketOf('s.at')}
    UNION ALL ${selectEvents(`e.kind = 'ENGAGED'::event_kind`, '0, true')}`;
  const slices = nameSlices(scope);
  const sql = `
  WITH ${BUCKET_TABLES},
  ${SPENT_TABLE},
  ${tableUnits(scope, acts, ['seconds', 'engaged'])},
  spender AS (
    SELECT ${slices}bucket, person, sum(seconds) AS seconds, bool_or(engaged) AS active
    FROM unit GROUP BY ALL
  )
  SELECT ${slices}bucket, sum(seconds) AS seconds, count(*) AS people,
    count(*) FILTER (active) AS active, count(*) FILTER (seconds > 0) AS timed
  FROM spender GROUP BY ALL`;
  return bindScope(sql, scope);
}

/** CTE `spent (person, at, assignment, course, platform, seconds)`: every stretch of time once. */
const SPENT_TABLE = `
  spent AS (
    SELECT person, "at", assignment, course, platform, seconds
    FROM event WHERE seconds > 0 AND session IS NULL
    UNION ALL
    SELECT person, longest.at, longest.assignment, longest.course, longest.platform, longest.seconds
    FROM (
      SELECT e.person, max({'seconds': e.seconds, 'at': e.at, 'statement': e.statement,
        'assignment': e.assignment, 'course': e.course, 'platform': e.platform}) AS longest
      FROM event e WHERE e.seconds > 0 AND e.session IS NOT NULL GROUP BY e.person, e.session
    )
  )`;
