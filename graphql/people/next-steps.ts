import { BEGINNING } from '../../statements/instant.ts';
import type { Catalogue, CourseRecord, SkillRecord } from '../catalogue.ts';
import type { ReportScope } from '../metrics/metric.ts';
import { readText, requireText } from '../metrics/read-cells.ts';
import { readStatus, type Analytics } from '../metrics/report.ts';
import { skillApplication } from '../metrics/skill-application.ts';
import { divide } from '../metrics/statistics.ts';
import type { QueryRunner } from '../warehouse/query-runner.ts';
import type { PersonRecord } from './person.ts';
import type { PersonSkillRecord } from './person-skills.ts';

/** Whose application rate a course is ranked by. */
export type Basis = 'role' | 'segment' | 'everyone' | 'none';

export interface NextStepRecord {
  readonly skillId: string;
  readonly courseId: string;
  readonly shortfall: number;
  readonly applicationRate: number | null;
  readonly basis: Basis;
  readonly reason: string;
}

export interface SkilledPerson {
  readonly person: PersonRecord;
  readonly skills: readonly PersonSkillRecord[];
}

/** In the words of metrics.md §10, complete enough to compute it by hand. */
export const NEXT_STEPS_DEFINITION = `The skills whose target for the person's role is above their level (the score
of the last assessment, 0 when there is none), largest shortfall first. For each, the courses that teach it and that
the person has never completed, by applicationRate, then by the mean of their ratings (those with none last), then by
name. applicationRate: skillApplication over all time with a window of 90 days, of the pairs whose first completion
of the skill was of that course, among people of the person's role when they completed it; else of their segment, else of
everyone: the first with at least minGroupSize matured pairs, and none when there is no such.`;

/** The next steps of each person, best first: three queries and the catalogue, however many people there are. */
export async function planNextSteps(
  analytics: Analytics,
  catalogue: Catalogue,
  people: readonly SkilledPerson[],
): Promise<readonly (readonly NextStepRecord[])[]> {
  const wanted = new Set(
    people.flatMap(({ skills }) => findGaps(skills).map(({ skillId }) => skillId)),
  );
  if (wanted.size === 0) return people.map(() => []);
  const [skills, courses, completed, rates, ratings] = await Promise.all([
    catalogue.skills(),
    catalogue.courses(),
    readCompleted(
      analytics.runner,
      people.map(({ person }) => person.id),
    ),
    readRates(analytics, [...wanted]),
    readRatings(analytics.runner),
  ]);
  const teaching = listTeaching(courses);
  return people.map(({ person, skills: held }) =>
    findGaps(held).flatMap((gap) => {
      const skill = skills.get(gap.skillId);
      if (skill === undefined) return [];
      const steps = (teaching.get(gap.skillId) ?? [])
        .filter(({ id }) => completed.get(person.id)?.has(id) !== true)
        .map((course) => ({ course, rate: chooseRate(rates, person, gap.skillId, course.id) }))
        // Stable: the catalogue's order by name decides between equals.
        .sort(
          (a, b) =>
            compareFalling(a.rate.rate, b.rate.rate) ||
            compareFalling(ratings.get(a.course.id) ?? null, ratings.get(b.course.id) ?? null),
        );
      return steps.map(({ course, rate }) => ({
        skillId: gap.skillId,
        courseId: course.id,
        shortfall: gap.shortfall,
        applicationRate: rate.rate,
        basis: rate.basis,
        reason: giveReason(person, skill, gap, rate),
      }));
    }),
  );
}

interface Gap {
  readonly skillId: string;
  readonly level: number | null;
  readonly target: number;
  readonly shortfall: number;
}

/** Largest first; those that are equal stay in the order of the skills' names. */
function findGaps(skills: readonly PersonSkillRecord[]): readonly Gap[] {
  return skills
    .flatMap(({ skillId, level, target }) =>
      target === null ? [] : [{ skillId, level, target, shortfall: target - (level ?? 0) }],
    )
    .filter(({ shortfall }) => shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
}

function listTeaching(
  courses: ReadonlyMap<string, CourseRecord>,
): ReadonlyMap<string, readonly CourseRecord[]> {
  const teaching = new Map<string, CourseRecord[]>();
  for (const course of courses.values())
    for (const skill of course.skillIds) {
      const known = teaching.get(skill);
      if (known === undefined) teaching.set(skill, [course]);
      else known.push(course);
    }
  return teaching;
}

/** Null last. */
function compareFalling(a: number | null, b: number | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return b - a;
}

// What is known of others ------------------------------------------------------------------------

async function readCompleted(
  runner: QueryRunner,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await runner.query(
    `SELECT p.id AS person, list(DISTINCT c.id) AS courses
     FROM event e JOIN person p ON p.person = e.person JOIN course c ON c.course = e.course
     WHERE e.kind = 'COMPLETED'::event_kind AND p.id IN (SELECT unnest($ids::VARCHAR[])) GROUP BY p.id`,
    { ids },
  );
  return new Map(
    rows.map(({ person, courses }) => [
      requireText(person),
      new Set(Array.isArray(courses) ? courses.map(requireText) : []),
    ]),
  );
}

async function readRatings(runner: QueryRunner): Promise<ReadonlyMap<string, number>> {
  const rows = await runner.query(
    `SELECT c.id, avg(e.score) AS rating FROM event e JOIN course c ON c.course = e.course
     WHERE e.kind = 'RATED'::event_kind AND e.score IS NOT NULL GROUP BY c.id`,
    {},
  );
  return new Map(rows.map(({ id, rating }) => [requireText(id), Number(rating)]));
}

interface Count {
  readonly matured: number;
  readonly applied: number;
}

interface Rates {
  readonly counts: ReadonlyMap<string, Count>;
  readonly pairsAtLeast: number;
}

/** Over all time, as skillApplication has it; pairs have one role and segment, so that counts of slices add up. */
async function readRates(analytics: Analytics, skills: readonly string[]): Promise<Rates> {
  const { asOf } = readStatus(analytics);
  const scope: ReportScope = {
    buckets: [{ index: 0, from: BEGINNING, to: asOf }],
    by: ['SKILL', 'COURSE', 'ROLE', 'SEGMENT'],
    where: { skills },
    asOf,
  };
  const { sql, parameters } = skillApplication.sql(scope, skillApplication.defaults);
  const rows = await analytics.runner.query(
    `SELECT * EXCLUDE (median, points) FROM (${sql})`,
    parameters,
  );
  const counts = new Map<string, Count>();
  for (const row of rows) {
    const [skill, course, role, segment] = [0, 1, 2, 3].map((at) => readText(row[`slice_${at}`]));
    const { value } = skillApplication.read(row, scope, skillApplication.defaults);
    for (const key of [
      keyOf(skill, course, 'role', role),
      keyOf(skill, course, 'segment', segment),
      keyOf(skill, course, 'everyone', null),
    ]) {
      const { matured, applied } = counts.get(key) ?? { matured: 0, applied: 0 };
      counts.set(key, {
        matured: matured + (value.matured ?? 0),
        applied: applied + (value.applied ?? 0),
      });
    }
  }
  return { counts, pairsAtLeast: Math.max(1, analytics.minGroupSize) };
}

function keyOf(...parts: readonly (string | null | undefined)[]): string {
  return JSON.stringify(parts);
}

interface ChosenRate extends Count {
  readonly basis: Basis;
  readonly rate: number | null;
}

function chooseRate(
  { counts, pairsAtLeast }: Rates,
  { role, segment }: PersonRecord,
  skill: string,
  course: string,
): ChosenRate {
  const groups: readonly (readonly [Basis, string | null])[] = [
    ['role', role],
    ['segment', segment],
    ['everyone', null],
  ];
  for (const [basis, value] of groups) {
    const count = counts.get(keyOf(skill, course, basis, value));
    if (count !== undefined && count.matured >= pairsAtLeast)
      return { ...count, basis, rate: divide(count.applied, count.matured) };
  }
  return { matured: 0, applied: 0, basis: 'none', rate: null };
}

// Words -----------------------------------------------------------------------------------------

function giveReason(
  { role }: PersonRecord,
  { name }: SkillRecord,
  { level, target }: Gap,
  { basis, rate, matured, applied }: ChosenRate,
): string {
  const need = `The role ${role ?? ''} wants ${writePercent(target)} in ${name}; ${
    level === null ? 'never assessed so far' : `last assessed at ${writePercent(level)}`
  }.`;
  if (basis === 'none' || rate === null)
    return `${need} Too few have taken this course yet to say how often it is applied.`;
  const whom = {
    role: 'people of the same role',
    segment: 'people of the same segment',
    everyone: 'all people',
  }[basis];
  const days = skillApplication.defaults.windowDays;
  return `${need} After this course, ${applied} of ${matured} ${whom} (${writePercent(rate)}) applied it within ${days} days.`;
}

function writePercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
