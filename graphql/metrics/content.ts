import { did, organise } from './example-world.ts';
import type { Metric, ReportScope, SqlQuery } from './metric.ts';
import { readNumber } from './read-cells.ts';
import { ALL_DIMENSIONS, bindScope, BUCKET_TABLES, joinBucketOf, nameSlices } from './scope.ts';
import { divide } from './statistics.ts';
import { EARLIEST, selectEvents, tableUnits } from './units.ts';

export interface Content {
  readonly contributors: number | null;
  readonly smeShare: number | null;
  readonly rating: number | null;
}

const ASKED = { from: '2026-01-01', to: '2026-02-01', asOf: '2026-06-01T00:00:00Z' };
const COOKS = { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' };
const COURSES = [
  { id: 'c:sme', author: 'SME', skills: ['s:knife', 's:fire'] },
  { id: 'c:lnd', author: 'L_AND_D', skills: ['s:fire'] },
];
const SKILLS = [{ id: 's:knife' }, { id: 's:fire' }];

export const content: Metric<null, Content> = {
  name: 'content',
  unit: 'people; share of completions; mean scaled score, −1 to 1',
  definition: `contributors: distinct people with a CONTRIBUTED event in the bucket. smeShare: completions of courses
whose author is SME ÷ all completions; a completion is a (person, course) pair with a COMPLETED event in the
bucket, dated by its first one there, however many skills the course teaches. rating: mean score of the RATED
events in the bucket that have one. Null without completions, and without ratings.
Slice: the assignment in force at the event, or at the pair's first one; what has none is left out. By course
(skill, author, platform, device): events and completions of that course (a course that teaches the skill, …).
Small groups: the people with any of the three; and each number is withheld where the people of its own are too
few.`,
  dimensions: ALL_DIMENSIONS,
  defaults: null,
  sql: weighContent,
  read: (row) => ({
    value: {
      contributors: Number(row['contributors']),
      smeShare: divide(Number(row['by_sme']), Number(row['completions'])),
      rating: readNumber(row['rating']),
    },
    people: Number(row['people']),
    parts: [
      {
        name: 'contributors',
        people: Number(row['contributors']),
        withhold: (value) => ({ ...value, contributors: null }),
      },
      {
        name: 'learners',
        people: Number(row['learners']),
        withhold: (value) => ({ ...value, smeShare: null }),
      },
      {
        name: 'raters',
        people: Number(row['raters']),
        withhold: (value) => ({ ...value, rating: null }),
      },
    ],
  }),
  empty: { contributors: 0, smeShare: null, rating: null },
  suppressed: { contributors: null, smeShare: null, rating: null },
  examples: [
    {
      title: 'Who contributes twice is one contributor; who reads and completes is none',
      given: organise({
        staff: COOKS,
        courses: COURSES,
        skills: SKILLS,
        events: [
          did('ann', 'CONTRIBUTED', '2026-01-05'),
          did('ann', 'CONTRIBUTED', '2026-01-06'),
          did('bob', 'COMPLETED', '2026-01-06', { course: 'c:sme', skill: 's:fire' }),
        ],
      }),
      asked: ASKED,
      expect: { '': { contributors: 1, smeShare: 1, rating: null } },
    },
    {
      title: 'A completion counts once, not once for each skill of its course',
      given: organise({
        staff: COOKS,
        courses: COURSES,
        skills: SKILLS,
        events: [
          did('ann', 'COMPLETED', '2026-01-05', {
            statement: 1,
            course: 'c:sme',
            skill: 's:knife',
          }),
          did('ann', 'COMPLETED', '2026-01-05', { statement: 1, course: 'c:sme', skill: 's:fire' }),
          did('ann', 'COMPLETED', '2026-01-06', { course: 'c:lnd', skill: 's:fire' }),
        ],
      }),
      asked: ASKED,
      expect: { '': { smeShare: 0.5 } },
    },
    {
      title:
        'Completing a course again in the same bucket is no second completion; in the next it is',
      given: organise({
        staff: COOKS,
        courses: COURSES,
        skills: SKILLS,
        events: [
          did('ann', 'COMPLETED', '2026-01-05', { course: 'c:lnd' }),
          did('ann', 'COMPLETED', '2026-01-06', { course: 'c:lnd' }),
          did('ann', 'COMPLETED', '2026-01-06', { course: 'c:sme' }),
          did('ann', 'COMPLETED', '2026-02-06', { course: 'c:lnd' }),
        ],
      }),
      asked: { ...ASKED, to: '2026-03-01', grain: 'MONTH' },
      expect: { '2026-01-01': { smeShare: 0.5 }, '2026-02-01': { smeShare: 0 } },
    },
    {
      title: 'The rating is the mean of all ratings with a score',
      given: organise({
        staff: COOKS,
        courses: COURSES,
        skills: SKILLS,
        events: [
          did('ann', 'RATED', '2026-01-05', { course: 'c:sme', activity: 'c:sme', score: 0.2 }),
          did('ann', 'RATED', '2026-01-06', { course: 'c:sme', activity: 'c:sme', score: 0.8 }),
          did('bob', 'RATED', '2026-01-06', { course: 'c:sme', activity: 'c:sme' }),
          did('bob', 'ASSESSED', '2026-01-06', { course: 'c:sme', activity: 't', score: 1 }),
        ],
      }),
      asked: ASKED,
      expect: { '': { contributors: 0, smeShare: null, rating: 0.5 } },
    },
    {
      title: 'By author, how the courses of each are rated',
      given: organise({
        staff: COOKS,
        courses: COURSES,
        skills: SKILLS,
        events: [
          did('ann', 'RATED', '2026-01-05', { course: 'c:sme', activity: 'c:sme', score: 0.8 }),
          did('bob', 'RATED', '2026-01-06', { course: 'c:lnd', activity: 'c:lnd', score: 0.4 }),
          did('bob', 'RATED', '2026-01-06', { activity: 'canteen', score: -1 }),
        ],
      }),
      asked: { ...ASKED, by: ['AUTHOR'] },
      expect: { SME: { rating: 0.8 }, L_AND_D: { rating: 0.4 } },
    },
    {
      title: 'Who is promoted contributes in each role',
      given: organise({
        staff: COOKS,
        assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
        events: [did('ann', 'CONTRIBUTED', '2026-01-05'), did('ann', 'CONTRIBUTED', '2026-01-25')],
      }),
      asked: { ...ASKED, by: ['ROLE'] },
      expect: { cook: { contributors: 1 }, chef: { contributors: 1 } },
    },
  ],
};

function weighContent(scope: ReportScope): SqlQuery {
  const acts = `
    ${selectEvents(
      `e.kind = 'CONTRIBUTED'::event_kind OR (e.kind = 'RATED'::event_kind AND e.score IS NOT NULL)`,
      `e.kind, CASE WHEN e.kind = 'RATED'::event_kind THEN e.score END AS score, false AS by_sme`,
    )}
    UNION ALL
    SELECT q.person, q.bucket, q.at, q.assignment, q.course, q.platform, 'COMPLETED'::event_kind,
      NULL, c.author = 'SME'
    FROM (
      SELECT e.person, e.course, slot.bucket, ${EARLIEST}
      FROM event e ${joinBucketOf('e.at')}
      WHERE e.kind = 'COMPLETED'::event_kind AND e.course IS NOT NULL
      GROUP BY e.person, e.course, slot.bucket
    ) q JOIN course c ON c.course = q.course`;
  const of = (kind: string): string => `FILTER (kind = '${kind}'::event_kind)`;
  const sql = `
  WITH ${BUCKET_TABLES},
  ${tableUnits(scope, acts, ['kind', 'score', 'by_sme'])}
  SELECT ${nameSlices(scope)}bucket, count(DISTINCT person) AS people,
    count(DISTINCT person) ${of('CONTRIBUTED')} AS contributors,
    count(*) FILTER (by_sme) AS by_sme, count(*) ${of('COMPLETED')} AS completions,
    count(DISTINCT person) ${of('COMPLETED')} AS learners,
    avg(score) AS rating, count(DISTINCT person) ${of('RATED')} AS raters
  FROM unit GROUP BY ALL`;
  return bindScope(sql, scope);
}
