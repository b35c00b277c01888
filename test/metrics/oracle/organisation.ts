/**
 * The metrics computed the slow and plain way, from the definitions alone: no SQL, and not a line shared with
 * the product. Instants are milliseconds.
 */
export interface Person {
  readonly id: string;
  readonly hiredOn: number | null;
  readonly leftOn: number;
}
export interface Assignment {
  readonly person: string;
  readonly from: number;
  readonly to: number;
  readonly role: string;
  readonly segment: string;
  readonly department: string | null;
  readonly location: string | null;
  readonly manager: string | null;
  readonly hourlyCost: number;
}
export interface Course {
  readonly id: string;
  readonly skills: readonly string[];
  readonly author: string;
  readonly fixedCost: number;
  readonly costPerLearner: number;
  readonly expectedMinutes: number;
}
export interface Event {
  readonly statement: number;
  readonly person: string;
  readonly at: number;
  readonly kind: string;
  readonly course: string | null;
  readonly skill: string | null;
  readonly platform: string | null;
  readonly seconds: number;
  readonly tier: number;
  readonly score: number | null;
  readonly success: boolean | null;
  readonly activity: string | null;
  readonly session: string | null;
}
export interface Observation {
  readonly kpi: string;
  readonly person: string;
  readonly at: number;
  readonly value: number;
}
export interface Kpi {
  readonly id: string;
  readonly worth: number;
}
export interface Organisation {
  readonly people: readonly Person[];
  readonly assignments: readonly Assignment[];
  readonly courses: readonly Course[];
  readonly platforms: ReadonlyMap<string, string>;
  readonly inFlow: ReadonlySet<string>;
  readonly pilots: ReadonlyMap<string, readonly string[]>;
  readonly kpis: readonly Kpi[];
  readonly observations: readonly Observation[];
  readonly events: readonly Event[];
}

/** What a slice or a filter demands: by dimension, lists of allowed values, all of which must hold. */
export type Demands = Readonly<Partial<Record<string, readonly (readonly (string | null)[])[]>>>;

export const DAY = 86_400_000;
const TIERS = ['SELF_REPORTED', 'SYSTEM', 'OBSERVED'];

// Records as they are stored: what a column holds, the warehouse's own tests say.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = Readonly<Record<string, any>>;

export function readOrganisation(world: Readonly<Record<string, readonly Json[]>>): Organisation {
  const people = (world['people'] ?? []).map((record) => ({
    id: record['id'],
    hiredOn: record['hiredOn'] === undefined ? null : Date.parse(record['hiredOn']),
    leftOn: record['leftOn'] === undefined ? Infinity : Date.parse(record['leftOn']),
  }));
  return {
    people,
    assignments: people.flatMap((person) => readAssignments(world, person)),
    courses: (world['courses'] ?? []).map((record) => ({
      id: record['id'],
      skills: record['skills'],
      author: record['author'],
      fixedCost: record['fixedCost'] ?? 0,
      costPerLearner: record['costPerLearner'] ?? 0,
      expectedMinutes: record['expectedMinutes'] ?? 0,
    })),
    platforms: new Map(
      (world['platforms'] ?? []).map((record) => [record['id'], record['device']]),
    ),
    inFlow: new Set(
      (world['platforms'] ?? []).filter((record) => record['inFlow']).map((record) => record['id']),
    ),
    pilots: new Map((world['pilots'] ?? []).map((record) => [record['id'], record['personIds']])),
    kpis: (world['kpis'] ?? []).map((record) => ({
      id: record['id'],
      worth: record['valuePerUnit'] * record['isolation'] * record['confidence'],
    })),
    observations: (world['observations'] ?? []).map((record) => ({
      kpi: record['kpiId'],
      person: record['personId'],
      at: Date.parse(record['at']),
      value: record['value'],
    })),
    events: (world['events'] ?? []).map((record, index) => ({
      statement: record['statement'] ?? index + 1,
      person: record['person'],
      at: Date.parse(record['at']),
      kind: record['kind'],
      course: record['course'] ?? null,
      skill: record['skill'] ?? null,
      platform: record['platform'] ?? null,
      seconds: record['seconds'] ?? 0,
      tier: TIERS.indexOf(record['tier'] ?? 'SELF_REPORTED'),
      score: record['score'] ?? null,
      success: record['success'] ?? null,
      activity: record['activity'] ?? null,
      session: record['session'] ?? null,
    })),
  };
}

function readAssignments(
  world: Readonly<Record<string, readonly Json[]>>,
  person: Person,
): Assignment[] {
  const own = (world['assignments'] ?? [])
    .filter((record) => record['personId'] === person.id)
    .sort((a, b) => Date.parse(a['from']) - Date.parse(b['from']));
  return own
    .map((record, index) => ({
      person: person.id,
      from: Date.parse(record['from']),
      to: Math.min(Date.parse(own[index + 1]?.['from'] ?? '9999-12-31'), person.leftOn),
      role: record['role'],
      segment: record['segment'],
      department: record['department'] ?? null,
      location: record['location'] ?? null,
      manager: record['managerId'] ?? null,
      hourlyCost: record['hourlyCost'] ?? 0,
    }))
    .filter((assignment) => assignment.from < assignment.to);
}

export function findAssignment(
  organisation: Organisation,
  person: string,
  at: number,
): Assignment | null {
  return (
    organisation.assignments.find((a) => a.person === person && a.from <= at && at < a.to) ?? null
  );
}

function satisfies(demands: Demands, dimension: string, value: string | null): boolean {
  return (demands[dimension] ?? []).every((allowed) => allowed.includes(value));
}

export function isOfWorkforce(
  organisation: Organisation,
  demands: Demands,
  assignment: Assignment,
  at: number,
): boolean {
  const person = organisation.people.find(({ id }) => id === assignment.person)!;
  const pilots = [...organisation.pilots].filter(([, ids]) => ids.includes(person.id));
  return (
    satisfies(demands, 'ROLE', assignment.role) &&
    satisfies(demands, 'SEGMENT', assignment.segment) &&
    satisfies(demands, 'DEPARTMENT', assignment.department) &&
    satisfies(demands, 'LOCATION', assignment.location) &&
    satisfies(demands, 'MANAGER', assignment.manager) &&
    satisfies(demands, 'TENURE', bandTenure(person.hiredOn, at)) &&
    satisfies(demands, 'PERSON', person.id) &&
    (demands['PILOT'] === undefined || pilots.some(([id]) => satisfies(demands, 'PILOT', id)))
  );
}

function bandTenure(hiredOn: number | null, at: number): string | null {
  if (hiredOn === null) return null;
  const hired = new Date(hiredOn);
  const years = (count: number): number =>
    Date.UTC(hired.getUTCFullYear() + count, hired.getUTCMonth(), hired.getUTCDate());
  if (at < hiredOn + 90 * DAY) return '<90 days';
  if (at < years(1)) return '90 days–1 year';
  return at < years(3) ? '1–3 years' : '>3 years';
}

/** Does a course meet what is asked of courses, skills and authors? One skill must meet all about skills. */
export function isOfCatalogue(
  organisation: Organisation,
  demands: Demands,
  id: string | null,
): boolean {
  if (!['COURSE', 'SKILL', 'AUTHOR'].some((dimension) => demands[dimension] !== undefined))
    return true;
  const course = organisation.courses.find((candidate) => candidate.id === id);
  if (course === undefined) return false;
  return (
    satisfies(demands, 'COURSE', course.id) &&
    satisfies(demands, 'AUTHOR', course.author) &&
    (demands['SKILL'] === undefined ||
      course.skills.some((skill) => satisfies(demands, 'SKILL', skill)))
  );
}

/** What is asked of courses and authors, whatever skills the course teaches. */
export function isOfCourse(
  organisation: Organisation,
  { COURSE, AUTHOR }: Demands,
  id: string | null,
): boolean {
  return isOfCatalogue(organisation, { ...(COURSE && { COURSE }), ...(AUTHOR && { AUTHOR }) }, id);
}

export function isOfPlatform(
  organisation: Organisation,
  demands: Demands,
  platform: string | null,
): boolean {
  const device = organisation.platforms.get(platform ?? '') ?? null;
  return satisfies(demands, 'PLATFORM', platform) && satisfies(demands, 'DEVICE', device);
}

/** Is what one event stands for in the slice: by the assignment in force then, its course and its platform? */
export function isOfSlice(organisation: Organisation, demands: Demands, event: Event): boolean {
  const assignment = findAssignment(organisation, event.person, event.at);
  return (
    assignment !== null &&
    isOfWorkforce(organisation, demands, assignment, event.at) &&
    isOfCatalogue(organisation, demands, event.course) &&
    isOfPlatform(organisation, demands, event.platform)
  );
}

export function isDuring({ at }: Event, [from, to]: readonly [number, number]): boolean {
  return at >= from && at < to;
}

export function countPeople(events: readonly Event[]): number {
  return new Set(events.map(({ person }) => person)).size;
}

/** What is said of a slice, and about how many people it and each of its parts is. */
export interface Answer {
  readonly value: object;
  readonly people: number;
  /** By the fields that are withheld where the part is about too few. */
  readonly parts: readonly { readonly fields: readonly string[]; readonly people: number }[];
}

export function isOfSkill(demands: Demands, skill: string): boolean {
  return satisfies(demands, 'SKILL', skill);
}

export function computeWilson(part: number, whole: number): { low: number; high: number } | null {
  if (whole === 0) return null;
  const z = 1.959963984540054;
  const p = part / whole;
  // The roots of (p − x)² = z² x(1 − x) / n.
  const a = 1 + (z * z) / whole;
  const b = -(2 * p + (z * z) / whole);
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * p * p));
  return { low: (-b - root) / (2 * a), high: (-b + root) / (2 * a) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
