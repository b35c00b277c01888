/**
 * Who takes which course when, and what they then do with it at work. Everything the tools send about
 * courses and applications comes from here, so that it is one story in five dialects.
 */
import { DAY, MINUTE, MONTHS, type Calendar } from './calendar.ts';
import {
  APP_LAUNCH_MONTH,
  COURSES,
  COURSE_KEYS,
  PILOT_MONTH,
  SKILLS,
  type Course,
  type CourseKey,
  type EvidenceTier,
  type SkillKey,
} from './courses.ts';
import {
  assignmentAt,
  isPilotStore,
  pickWorkMoment,
  type Assignment,
  type Organisation,
  type Person,
} from './organisation.ts';
import { createRandom, drawShare, type Draws, type Random } from './random.ts';

export interface Enrolment {
  readonly person: Person;
  readonly courseKey: CourseKey;
  readonly course: Course;
  readonly startedAt: number;
  /** Null for somebody who starts and never finishes. */
  readonly completedAt: number | null;
  /** Scaled, of the assessment that was passed. */
  readonly score: number;
}

export interface Application {
  readonly person: Person;
  readonly skillKey: SkillKey;
  readonly at: number;
  readonly evidence: EvidenceTier;
}

export interface LearningPlan {
  readonly enrolments: readonly Enrolment[];
  readonly applications: readonly Application[];
  readonly pilotPeople: readonly Person[];
}

/**
 * The share of a segment that takes part in learning at all. The desk is well served from the start;
 * most of the frontline has no screen until the shift app puts one in its pocket.
 */
export const REACH = {
  desk: 0.93,
  frontlineBeforeApp: 0.52,
  frontlineAtLaunch: 0.62,
  frontlineWithApp: 0.73,
  pilot: 0.78,
} as const;

export function takesPart(person: Person, { segment, store }: Assignment, month: number): boolean {
  return person.rank < findReach(segment, store, month);
}

function findReach(segment: Assignment['segment'], store: number | null, month: number): number {
  if (segment === 'DESK') return REACH.desk;
  if (isPilotStore(store) && month >= PILOT_MONTH) return REACH.pilot;
  if (month < APP_LAUNCH_MONTH) return REACH.frontlineBeforeApp;
  return month === APP_LAUNCH_MONTH ? REACH.frontlineAtLaunch : REACH.frontlineWithApp;
}

export function hasShiftApp({ segment, store }: Assignment, month: number): boolean {
  if (segment === 'DESK') return false;
  return month >= APP_LAUNCH_MONTH || (isPilotStore(store) && month >= PILOT_MONTH);
}

export function planLearning(
  seed: string,
  organisation: Organisation,
  calendar: Calendar,
  draws: Draws,
): LearningPlan {
  const enrolments = COURSE_KEYS.flatMap((key) => enrol(seed, key, organisation, calendar, draws));
  const pilotStart = calendar.month(PILOT_MONTH);
  return {
    enrolments,
    applications: planApplications(seed, enrolments, calendar, draws),
    pilotPeople: organisation.people.filter((person) => {
      const assignment = assignmentAt(person, pilotStart);
      return assignment?.segment === 'FRONTLINE' && isPilotStore(assignment.store);
    }),
  };
}

// Courses ---------------------------------------------------------------------------------------

const DROPOUT_SHARE = 0.12;

function enrol(
  seed: string,
  courseKey: CourseKey,
  { people }: Organisation,
  calendar: Calendar,
  draws: Draws,
): readonly Enrolment[] {
  const course: Course = COURSES[courseKey];
  let offered = 0;
  return people.flatMap((person) => {
    const random = createRandom(seed, 'enrolment', courseKey, person.id);
    const month = findMonth(random, course, person, calendar);
    if (month === null) return [];
    const at = pickMoment(random, course, person, month, calendar);
    const assignment = at === null ? null : assignmentAt(person, at);
    if (at === null || assignment === null || !takesPart(person, assignment, month)) return [];
    const minutes = course.expectedMinutes * random.between(0.7, 1.5);
    const drops = drawShare(draws, offered++, seed, 'dropout', courseKey) < DROPOUT_SHARE;
    // Cards are learned a few a day, between two tasks; a long course over some days.
    const spread = course.delivery === 'IN_FLOW' ? 2 * DAY : Math.floor(minutes / 120) * DAY;
    return {
      person,
      courseKey,
      course,
      startedAt: at - Math.ceil(minutes) * MINUTE - spread,
      completedAt: drops ? null : at,
      score: Math.round(Math.min(1, Math.max(0.7, random.normal(0.85, 0.07))) * 100) / 100,
    };
  });
}

/** The month in which a person is offered the course; null when never. */
function findMonth(
  random: Random,
  course: Course,
  person: Person,
  calendar: Calendar,
): number | null {
  const { rollout, pilotMonth } = course;
  if (rollout.kind === 'NEW_HIRES') {
    const month = calendar.monthOf(person.hiredAt);
    return month >= 0 && month < MONTHS ? month : null;
  }
  const spread = rollout.kind === 'EVERYONE' ? random.integer(0, rollout.months - 1) : 0;
  const guess = 'firstMonth' in rollout ? rollout.firstMonth + spread : rollout.month;
  const assignment = assignmentAt(person, calendar.month(guess));
  if (assignment === null) return null;
  if (course.roles !== null && !course.roles.includes(assignment.role)) return null;
  if (rollout.kind === 'LOCATION')
    return assignment.location === rollout.location ? rollout.month : null;
  if (rollout.kind === 'STORES') {
    if (assignment.store === null || !rollout.among.includes(assignment.store % 4)) return null;
    // Neighbours in the list are in different waves, and so are the stores of one remainder.
    return rollout.firstMonth + (Math.floor(assignment.store / 2) % rollout.waves);
  }
  if (pilotMonth !== undefined && isPilotStore(assignment.store))
    return pilotMonth + random.integer(0, 1);
  return guess;
}

function pickMoment(
  random: Random,
  { rollout }: Course,
  person: Person,
  month: number,
  calendar: Calendar,
): number | null {
  const induction = rollout.kind === 'NEW_HIRES';
  const from = induction ? person.hiredAt + DAY : calendar.month(month) + 4 * DAY;
  const to = induction ? from + 14 * DAY : calendar.month(month + 1);
  const assignment = assignmentAt(person, from);
  if (assignment === null) return null;
  const at = pickWorkMoment(random, assignment.segment, from, to);
  return at < calendar.end && assignmentAt(person, at) !== null ? at : null;
}

// Applications ----------------------------------------------------------------------------------

/** How regular people are: the shape of the log-logistic curve of first applications. */
const SHAPE = 3;
/** Of those who have applied a skill, the share that goes on to. */
const HABIT_SHARE = 0.75;
const HABIT_STOPS = 0.06;

function planApplications(
  seed: string,
  enrolments: readonly Enrolment[],
  calendar: Calendar,
  draws: Draws,
): readonly Application[] {
  const trained = new Map<string, { person: Person; skillKey: SkillKey; at: number }>();
  for (const { person, course, completedAt } of enrolments) {
    if (completedAt === null) continue;
    for (const skillKey of course.skills) {
      const key = `${skillKey} ${person.id}`;
      const known = trained.get(key);
      if (known === undefined || completedAt < known.at)
        trained.set(key, { person, skillKey, at: completedAt });
    }
  }
  const counts = new Map<SkillKey, number>();
  return [...trained.values()].flatMap(({ person, skillKey, at }) => {
    const n = counts.get(skillKey) ?? 0;
    counts.set(skillKey, n + 1);
    const days = daysToApply(skillKey, drawShare(draws, n, seed, 'transfer', skillKey));
    if (days === null) return [];
    const random = createRandom(seed, 'application', skillKey, person.id);
    const until = Math.min(calendar.end, person.leftAt ?? calendar.end);
    return listApplicationTimes(random, at + days * DAY, until).map((time) => ({
      person,
      skillKey,
      at: time,
      evidence: pickEvidence(random, skillKey),
    }));
  });
}

/** Inverse of the curve of first applications; `u` in [0, 1). Null for those who never apply. */
function daysToApply(skillKey: SkillKey, u: number): number | null {
  const { share } = SKILLS[skillKey].transfer;
  if (u >= share) return null;
  const v = Math.max(u / share, 0.001);
  return scaleOfCurve(skillKey) * (v / (1 - v)) ** (1 / SHAPE);
}

/** Of those trained, the share that has applied the skill after so many days. */
export function shareAppliedBy(skillKey: SkillKey, days: number): number {
  const { share } = SKILLS[skillKey].transfer;
  return share / (1 + (days / scaleOfCurve(skillKey)) ** -SHAPE);
}

/** The day by which half of those have applied the skill who ever do. */
function scaleOfCurve(skillKey: SkillKey): number {
  const { share, medianDays } = SKILLS[skillKey].transfer;
  const atMedian = share > 0.5 ? 0.5 / share : 0.5;
  return medianDays * ((1 - atMedian) / atMedian) ** (1 / SHAPE);
}

function listApplicationTimes(random: Random, first: number, until: number): readonly number[] {
  const times: number[] = [];
  const goesOn = random.chance(HABIT_SHARE);
  for (let at = first; at < until; at += random.between(5, 32) * DAY) {
    times.push(Math.floor(at));
    if (!goesOn || random.chance(HABIT_STOPS)) break;
  }
  return times;
}

function pickEvidence(random: Random, skillKey: SkillKey): EvidenceTier {
  let rest = random.next();
  for (const [tier, weight] of SKILLS[skillKey].transfer.evidence) {
    if (rest < weight) return tier;
    rest -= weight;
  }
  return 'SELF_REPORTED';
}

/** The Shift Lead, manager or head who was the person's boss then and still worked there. */
export function findObserver(
  organisation: Organisation,
  person: Person,
  at: number,
): Person | null {
  const managerId = assignmentAt(person, at)?.managerId ?? null;
  const manager = managerId === null ? undefined : organisation.personById.get(managerId);
  return manager !== undefined && assignmentAt(manager, at) !== null ? manager : null;
}
