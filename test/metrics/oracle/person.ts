import { computeSkillApplication } from './skill-application.ts';
import { findAssignment, type Event, type Organisation } from './organisation.ts';

/** What the organisation of the other oracles does not hold. */
export interface Catalogue {
  /** By skill, by role. */
  readonly targets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Ids of skills and of courses in the order of their names. */
  readonly skills: readonly string[];
  readonly courses: readonly string[];
}

export interface HeldSkill {
  readonly skill: string;
  readonly level: number | null;
  readonly target: number | null;
  readonly trainedAt: number | null;
  readonly appliedAt: number | null;
}

export function computeSkills(
  organisation: Organisation,
  { targets, skills }: Catalogue,
  person: string,
  asOf: number,
): HeldSkill[] {
  const role = findAssignment(organisation, person, asOf)?.role;
  return skills.flatMap((skill) => {
    const own = organisation.events
      .filter((event) => event.person === person && event.skill === skill)
      .sort((a, b) => a.at - b.at || a.statement - b.statement);
    const last = (fits: (event: Event) => boolean): Event | undefined => own.filter(fits).at(-1);
    const held = {
      skill,
      level: last(({ kind, score }) => kind === 'ASSESSED' && score !== null)?.score ?? null,
      target: role === undefined ? null : (targets[skill]?.[role] ?? null),
      trainedAt: last(({ kind }) => kind === 'COMPLETED')?.at ?? null,
      appliedAt: last(({ kind }) => kind === 'APPLIED')?.at ?? null,
    };
    return Object.values(held).filter((value) => value !== null).length > 1 ? [held] : [];
  });
}

interface Advice {
  readonly course: string;
  readonly rate: number | null;
  readonly basis: string;
  readonly rating: number | null;
}

export function computeNextSteps(
  organisation: Organisation,
  catalogue: Catalogue,
  person: string,
  asOf: number,
  pairsAtLeast: number,
): object[] {
  const assignment = findAssignment(organisation, person, asOf);
  const gaps = computeSkills(organisation, catalogue, person, asOf)
    .flatMap(({ skill, level, target }) =>
      target === null ? [] : [{ skill, shortfall: target - (level ?? 0) }],
    )
    .filter(({ shortfall }) => shortfall > 0)
    .sort((a, b) => b.shortfall - a.shortfall);
  return gaps.flatMap(({ skill, shortfall }) =>
    catalogue.courses
      .filter((id) => organisation.courses.find((c) => c.id === id)!.skills.includes(skill))
      .filter((id) => !isCompleted(organisation, person, id))
      .map((course) => advise(organisation, asOf, pairsAtLeast, skill, course, assignment))
      .sort((a, b) => fall(a.rate, b.rate) || fall(a.rating, b.rating))
      .map(({ course, rate, basis }) => ({ skill, course, shortfall, rate, basis })),
  );
}

function isCompleted(organisation: Organisation, person: string, course: string): boolean {
  return organisation.events.some(
    (event) => event.person === person && event.kind === 'COMPLETED' && event.course === course,
  );
}

function advise(
  organisation: Organisation,
  asOf: number,
  pairsAtLeast: number,
  skill: string,
  course: string,
  assignment: { readonly role: string; readonly segment: string } | null,
): Advice {
  const scores = organisation.events
    .filter((event) => event.kind === 'RATED' && event.course === course && event.score !== null)
    .map((event) => event.score!);
  const rating =
    scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const groups: readonly (readonly [string, object])[] = [
    ['role', { ROLE: [[assignment?.role ?? '']] }],
    ['segment', { SEGMENT: [[assignment?.segment ?? '']] }],
    ['everyone', {}],
  ];
  for (const [basis, demands] of groups) {
    const counted = computeSkillApplication(
      organisation,
      [0, asOf],
      { SKILL: [[skill]], COURSE: [[course]], ...demands },
      asOf,
      90,
    );
    if (Reflect.get(counted, 'matured') >= pairsAtLeast)
      return { course, rate: Reflect.get(counted, 'rate'), basis, rating };
  }
  return { course, rate: null, basis: 'none', rating };
}

function fall(a: number | null, b: number | null): number {
  return (b ?? -Infinity) === (a ?? -Infinity) ? 0 : (b ?? -Infinity) - (a ?? -Infinity);
}
