import { did, organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import { ALL_DIMENSIONS, bindScope, BUCKET_TABLES, joinBucketOf, nameSlices } from './scope.ts';
import { estimateShare, type Interval } from './statistics.ts';
import { EARLIEST, tableUnits } from './units.ts';

export interface Completion {
  readonly completed: number | null;
  readonly started: number | null;
  readonly rate: number | null;
  readonly interval: Interval | null;
}

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' };
const COURSES = [{ id: 'c:1' }, { id: 'c:2' }];

export const completion: Metric<null, Completion> = {
  name: 'completion',
  unit: 'share of (person, course) pairs',
  definition: `started: the (person, course) pairs whose first event of any kind, over all time, falls inside
the bucket. completed: those of them with a COMPLETED event, in the bucket or after it, up to asOf: who starts
in one month and completes in the next has completed. rate = completed ÷ started; interval: Wilson 95 %.
Slice: the assignment in force at the first event; a pair with none is left out. By platform (device): that
of the first event. By skill: each that the course teaches.
Small groups: the people of the pairs.`,
  source: 'Interval: E. B. Wilson (1927), JASA 22.',
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: followPairs,
  read: (row) => ({
    value: rateCompletion(Number(row['completed']), Number(row['started'])),
    people: Number(row['people']),
  }),
  empty: { completed: 0, started: 0, rate: null, interval: null },
  suppressed: { completed: null, started: null, rate: null, interval: null },
  examples: [
    {
      title: 'Who starts in the period and completes after it has completed',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' },
        courses: COURSES,
        events: [
          did('ann', 'ENGAGED', '2026-01-30', { course: 'c:1' }),
          did('ann', 'COMPLETED', '2026-02-03', { course: 'c:1' }),
          did('bob', 'ENGAGED', '2026-01-30', { course: 'c:1' }),
        ],
      }),
      asked: ASKED,
      // Wilson: 1 of 2.
      expect: {
        '': {
          completed: 1,
          started: 2,
          rate: 0.5,
          interval: { low: 0.09453120573423074, high: 0.9054687942657693 },
        },
      },
    },
    {
      title: 'Who started before the period and completes in it belongs to the earlier one',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        courses: COURSES,
        events: [
          did('ann', 'ENGAGED', '2025-12-31T23:59:59Z', { course: 'c:1' }),
          did('ann', 'COMPLETED', '2026-01-03', { course: 'c:1' }),
        ],
      }),
      asked: { ...ASKED, from: '2025-12-01', grain: 'MONTH' },
      expect: {
        '2025-12-01': { completed: 1, started: 1 },
        '2026-01-01': { completed: 0, started: 0, rate: null },
      },
    },
    {
      title: 'A completion out of nowhere is a start as well',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        courses: COURSES,
        events: [did('ann', 'COMPLETED', '2026-01-03', { course: 'c:1' })],
      }),
      asked: ASKED,
      expect: { '': { completed: 1, started: 1, rate: 1 } },
    },
    {
      title: 'One person on two courses is two pairs; engagement with no course is none',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        courses: COURSES,
        events: [
          did('ann', 'ENGAGED', '2026-01-03', { course: 'c:1' }),
          did('ann', 'ENGAGED', '2026-01-04', { course: 'c:1' }),
          did('ann', 'COMPLETED', '2026-01-05', { course: 'c:2' }),
          did('ann', 'ENGAGED', '2026-01-06'),
        ],
      }),
      asked: { ...ASKED, by: ['COURSE'] },
      expect: { 'c:1': { completed: 0, started: 1 }, 'c:2': { completed: 1, started: 1 } },
    },
    {
      title: 'Who is promoted on the way stays in the role held at the start',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
        courses: COURSES,
        events: [
          did('ann', 'ENGAGED', '2026-01-05', { course: 'c:1' }),
          did('ann', 'COMPLETED', '2026-01-25', { course: 'c:1' }),
        ],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { cook: { completed: 1, started: 1 }, chef: { started: 0, rate: null } },
    },
    {
      title: 'By skill, a pair is in the slice of each that its course teaches',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        skills: [{ id: 's:knife' }, { id: 's:fire' }],
        courses: [{ id: 'c:1', skills: ['s:knife', 's:fire'] }],
        events: [did('ann', 'COMPLETED', '2026-01-05', { course: 'c:1', skill: 's:knife' })],
      }),
      asked: { ...ASKED, by: ['SKILL'] },
      expect: { 's:knife': { started: 1 }, 's:fire': { started: 1 } },
    },
  ],
};

function rateCompletion(completed: number, started: number): Completion {
  return {
    completed,
    started,
    ...estimateShare(completed, started),
  };
}

function followPairs(scope: ReportScope): SqlQuery {
  const pairs = `
    SELECT q.*, slot.bucket
    FROM (
      SELECT e.person, e.course, ${EARLIEST}, bool_or(e.kind = 'COMPLETED'::event_kind) AS completed
      FROM event e WHERE e.course IS NOT NULL GROUP BY e.person, e.course
    ) q ${joinBucketOf('q.at')}`;
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableUnits(scope, pairs, ['completed'])}
  SELECT ${nameSlices(scope)}bucket, count(*) AS started, count(*) FILTER (completed) AS completed,
    count(DISTINCT person) AS people
  FROM unit GROUP BY ALL`;
  return bindScope(sql, scope);
}
