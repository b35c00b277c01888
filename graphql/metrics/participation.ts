import { did, organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import {
  ALL_DIMENSIONS,
  asksForContent,
  bindScope,
  BUCKET_TABLES,
  cutPlatform,
  isWorkforceDimension,
  joinBucketOf,
  nameSlices,
  tableCatalogue,
  tableMembers,
  tableOffer,
} from './scope.ts';
import { estimateShare, type Interval } from './statistics.ts';

export interface Participation {
  readonly active: number | null;
  readonly headcount: number | null;
  readonly rate: number | null;
  readonly interval: Interval | null;
}

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' };

export const participation: Metric<null, Participation> = {
  name: 'participation',
  unit: 'share of people',
  definition: `For each bucket, a person belongs to the slice of the last assignment in force inside it.
headcount: people with an assignment in force at some instant of the bucket. active: those of them with
at least one ENGAGED event in the bucket, whichever assignment was in force at the event, so that
active ≤ headcount. rate = active ÷ headcount, null when headcount is 0; interval: Wilson 95 %.
By course (skill, author, platform, device), active counts those with an ENGAGED event on that course (a
course that teaches the skill, …); headcount is unchanged.`,
  source: 'Interval: E. B. Wilson (1927), JASA 22.',
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: countActive,
  read: (row) => {
    const people = Number(row['headcount']);
    return { value: rateParticipation(Number(row['active']), people), people };
  },
  empty: { active: 0, headcount: 0, rate: null, interval: null },
  suppressed: { active: null, headcount: null, rate: null, interval: null },
  examples: [
    {
      title: 'Two events of one person are one active person',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' },
        events: [did('ann', 'ENGAGED', '2026-01-05'), did('ann', 'ENGAGED', '2026-01-06')],
      }),
      asked: ASKED,
      // Wilson: 1 of 2.
      expect: {
        '': {
          active: 1,
          headcount: 2,
          rate: 0.5,
          interval: { low: 0.09453120573423074, high: 0.9054687942657693 },
        },
      },
    },
    {
      title:
        'Who changed role after the event is active in the role held last, and the old one has nobody',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
        events: [did('ann', 'ENGAGED', '2026-01-05')],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { chef: { active: 1, headcount: 1, rate: 1 }, cook: { headcount: 0, rate: null } },
    },
    {
      title: 'The period is half-open: its first instant is in, its end is out',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' },
        events: [did('ann', 'ENGAGED', '2026-01-01'), did('bob', 'ENGAGED', '2026-02-01')],
      }),
      asked: ASKED,
      expect: { '': { active: 1, headcount: 2 } },
    },
    {
      title: 'A use on the job is not engagement',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        skills: [{ id: 's:knife' }],
        events: [did('ann', 'APPLIED', '2026-01-05', { skill: 's:knife' })],
      }),
      asked: ASKED,
      expect: { '': { active: 0, headcount: 1, rate: 0 } },
    },
    {
      title:
        'Who has no assignment in the bucket is not active either, so active never exceeds headcount',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        people: [{ id: 'bob', leftOn: '2025-12-01' }],
        assignments: [{ personId: 'bob', from: '2025-01-01', role: 'cook', segment: 'FRONTLINE' }],
        events: [did('ann', 'ENGAGED', '2026-01-05'), did('bob', 'ENGAGED', '2026-01-05')],
      }),
      asked: ASKED,
      expect: { '': { active: 1, headcount: 1 } },
    },
    {
      title:
        'An event before the assignment began counts when the person has joined by the end of the bucket',
      given: organise({
        people: [{ id: 'ann' }],
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'cook', segment: 'FRONTLINE' }],
        events: [did('ann', 'ENGAGED', '2026-01-05')],
      }),
      asked: ASKED,
      expect: { '': { active: 1, headcount: 1 } },
    },
    {
      title: 'By course, activity is cut and headcount is not',
      given: organise({
        staff: { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' },
        courses: [{ id: 'c:1' }, { id: 'c:2' }],
        events: [
          did('ann', 'ENGAGED', '2026-01-05', { course: 'c:1' }),
          did('bob', 'ENGAGED', '2026-01-06'),
        ],
      }),
      asked: { ...ASKED, by: ['COURSE'] },
      expect: { 'c:1': { active: 1, headcount: 2 }, 'c:2': { active: 0, headcount: 2, rate: 0 } },
    },
    {
      title: 'By skill, engagement with a course counts for each skill it teaches',
      given: organise({
        staff: { ann: 'cook FRONTLINE' },
        skills: [{ id: 's:knife' }, { id: 's:fire' }, { id: 's:till' }],
        courses: [
          { id: 'c:1', skills: ['s:knife', 's:fire'] },
          { id: 'c:2', skills: ['s:till'] },
        ],
        events: [did('ann', 'ENGAGED', '2026-01-05', { course: 'c:1' })],
      }),
      asked: { ...ASKED, by: ['SKILL'] },
      expect: { 's:knife': { active: 1 }, 's:fire': { active: 1 }, 's:till': { active: 0 } },
    },
  ],
};

export function rateParticipation(active: number, headcount: number): Participation {
  return {
    active,
    headcount,
    ...estimateShare(active, headcount),
  };
}

function countActive(scope: ReportScope): SqlQuery {
  const ofPeople = nameSlices(scope, '', isWorkforceDimension);
  const platform = cutPlatform(scope, 'e.platform');
  const withContent = asksForContent(scope);
  const ofCatalogue = nameSlices(scope, 'k.', (dimension) =>
    ['SKILL', 'COURSE', 'AUTHOR'].includes(dimension),
  );
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableMembers(scope)},
  ${withContent ? `${tableCatalogue(scope)},` : ''}
  ${tableOffer(scope)},
  engaged AS (
    SELECT DISTINCT ${ofCatalogue}${platform.select}slot.bucket, e.person
    FROM event e ${joinBucketOf('e.at')}
    ${withContent ? 'JOIN catalogue k ON k.course = e.course' : ''} ${platform.join}
    WHERE e.kind = 'ENGAGED'::event_kind${platform.where}
  ),
  counted AS (
    SELECT ${ofPeople}bucket, count(*) AS headcount FROM member GROUP BY ALL
  ),
  -- Every slice once with its headcount, and once more for each of its active people.
  tally AS (
    SELECT ${nameSlices(scope)}bucket, headcount, 0 AS active FROM counted CROSS JOIN offer
    UNION ALL
    SELECT ${nameSlices(scope)}member.bucket, 0, 1
    FROM member JOIN engaged ON engaged.person = member.person AND engaged.bucket = member.bucket
  )
  SELECT ${nameSlices(scope)}bucket, max(headcount) AS headcount, sum(active) AS active
  FROM tally GROUP BY ALL`;
  return bindScope(sql, scope);
}
