/**
 * The demo organisation as data: workforce records a collection at a time, then statements in the order
 * they would arrive. Nothing here reads a clock or the machine's chance: the same options give the
 * same bytes.
 */
import { formatDate, makeCalendar, MONTHS, type Calendar } from './calendar.ts';
import {
  APP_LAUNCH_MONTH,
  COURSES,
  PILOT_MONTH,
  PLATFORMS,
  SKILLS,
  type Course,
  type Skill,
} from './courses.ts';
import { KPIS, observeKpis, type Kpi } from './kpis.ts';
import { hasShiftApp, planLearning, type Application, type Enrolment } from './learning-plan.ts';
import {
  BUG_MONTH,
  inventEnrolments,
  makeLatePhones,
  readAsContractors,
  resendSome,
} from './noise.ts';
import { assignmentAt, buildOrganisation } from './organisation.ts';
import type { Draws } from './random.ts';
import { chat } from './tools/chat.ts';
import { sendEnrolment, sendFalseCompletions, sendSelfReport } from './tools/lms.ts';
import { logRoutines, sendWorkDone } from './tools/operations.ts';
import {
  formatTimestamp,
  listAgents,
  type SentStatement,
  type World,
} from './tools/sent-statement.ts';
import { holdBriefings, readCards, sendChecklist, sendSeries } from './tools/shift-app.ts';
import { watchVideos } from './tools/video.ts';

export interface DemoOptions {
  readonly seed: string;
  /** 1 is about 2,400 people and a quarter of a million statements; people go with it. */
  readonly scale: number;
  /** The first day after the demo's eighteen months, the first of a month: YYYY-MM-01. */
  readonly end: string;
  /** EVEN when it is not given, so that a small demo tells the same story as a large one. */
  readonly draws?: Draws;
}

/** Of six seeds tried, one whose estimates lie in the middle of what chance allows. */
export const DEFAULT_SEED = 'juniper';

/** In the order in which they can be imported. */
export const COLLECTIONS = [
  'people',
  'assignments',
  'skills',
  'courses',
  'kpis',
  'platforms',
  'pilots',
  'observations',
] as const;
export type DemoCollection = (typeof COLLECTIONS)[number];

/** As a line of NDJSON: the columns of the HTTP contract. */
export type WorkforceRecord = Readonly<Record<string, unknown>>;

export interface Demo {
  readonly world: World;
  records(collection: DemoCollection): Iterable<WorkforceRecord>;
  /** In order of arrival; can be walked again. A month is held in memory at a time. */
  statements(): Iterable<SentStatement>;
}

/** Throws RangeError for a scale or an end that makes no demo. */
export function generateDemo({ seed, scale, end, draws = 'EVEN' }: DemoOptions): Demo {
  if (!(scale > 0 && scale <= 1)) throw new RangeError(`The scale is from 0 to 1; got ${scale}.`);
  const calendar = makeCalendar(end);
  const organisation = buildOrganisation(seed, scale, calendar, draws);
  const world: World = {
    seed,
    calendar,
    organisation,
    plan: planLearning(seed, organisation, calendar, draws),
  };
  return {
    world,
    records: (collection) => RECORDS[collection](world, scale),
    statements: () => sendAll(world),
  };
}

// Workforce records -----------------------------------------------------------------------------

const RECORDS: Readonly<
  Record<DemoCollection, (world: World, scale: number) => Iterable<WorkforceRecord>>
> = {
  people: ({ organisation }) =>
    organisation.people.map((person) => ({
      id: person.id,
      name: person.name,
      agents: listAgents(person),
      hiredOn: formatDate(person.hiredAt),
      ...(person.leftAt === null ? {} : { leftOn: formatDate(person.leftAt) }),
    })),
  assignments: ({ organisation }) =>
    organisation.people.flatMap(({ id, assignments }) =>
      assignments.map((assignment) => ({
        personId: id,
        from: formatDate(assignment.from),
        role: assignment.role,
        segment: assignment.segment,
        department: assignment.department,
        location: assignment.location,
        ...(assignment.managerId === null ? {} : { managerId: assignment.managerId }),
        hourlyCost: assignment.hourlyCost,
        performance: assignment.performance,
      })),
    ),
  skills: () =>
    (Object.values(SKILLS) satisfies readonly Skill[]).map((skill: Skill) => ({
      id: skill.id,
      name: skill.name,
      ...(skill.parentId === undefined ? {} : { parentId: skill.parentId }),
      targets: skill.targets,
    })),
  courses: (_world, scale) =>
    (Object.values(COURSES) satisfies readonly Course[]).map((course: Course) => ({
      id: course.id,
      name: course.name,
      skills: course.skills.map((key) => SKILLS[key].id),
      delivery: course.delivery,
      author: course.author,
      // A smaller company pays for a smaller course: the return on it stays what it is at full size.
      fixedCost: Math.round(course.fixedCost * scale),
      costPerLearner: course.costPerLearner,
      expectedMinutes: course.expectedMinutes,
    })),
  kpis: () =>
    Object.values(KPIS).map(({ id, name, unit, valuePerUnit, isolation, confidence }: Kpi) => ({
      id,
      name,
      unit,
      valuePerUnit,
      isolation,
      confidence,
    })),
  platforms: () => PLATFORMS,
  pilots: ({ plan, calendar }) => [
    {
      id: PILOT_ID,
      name: 'Shift app in every eighth shop',
      courseIds: [COURSES.shelfSense.id],
      personIds: plan.pilotPeople.map(({ id }) => id),
      from: formatDate(calendar.month(PILOT_MONTH)),
      to: formatDate(calendar.month(APP_LAUNCH_MONTH)),
    },
  ],
  observations: ({ seed, organisation, plan, calendar }) =>
    observeKpis(seed, organisation, plan, calendar).map((observation) => ({
      ...observation,
      at: formatTimestamp(observation.at),
    })),
};

export const PILOT_ID = 'shift-app-pilot';

// Statements ------------------------------------------------------------------------------------

function* sendAll(world: World): Generator<SentStatement> {
  const { calendar, seed } = world;
  const delayLatePhones = makeLatePhones(world);
  const courses = groupByMonth(calendar, world.plan.enrolments, ({ startedAt }) => startedAt);
  const work = groupByMonth(calendar, world.plan.applications, ({ at }) => at);
  let waiting: SentStatement[] = [];
  for (let month = 0; month < MONTHS; month += 1) {
    for (const sent of sendMonth(world, month, courses.get(month) ?? [], work.get(month) ?? [])) {
      if (Date.parse(sent.statement.timestamp ?? '') >= calendar.end) continue;
      waiting.push(...resendSome(seed, delayLatePhones(sent)));
    }
    waiting.sort(compareArrivals);
    const next = calendar.month(month + 1);
    const open = waiting.findIndex(({ arrivesAt }) => arrivesAt >= next);
    yield* open === -1 ? waiting : waiting.slice(0, open);
    waiting = open === -1 ? [] : waiting.slice(open);
  }
  yield* waiting;
}

function* sendMonth(
  world: World,
  month: number,
  enrolments: readonly Enrolment[],
  applications: readonly Application[],
): Generator<SentStatement> {
  for (const enrolment of enrolments)
    yield* enrolment.course.delivery === 'IN_FLOW'
      ? sendSeries(world, enrolment)
      : sendEnrolment(world, enrolment);
  for (const application of applications) yield sendApplication(world, month, application);
  yield* watchVideos(world, month);
  yield* chat(world, month);
  yield* readCards(world, month);
  yield* holdBriefings(world, month);
  yield* logRoutines(world, month);
  yield* readAsContractors(world, month);
  if (month === BUG_MONTH) yield* sendFalseCompletions(world, inventEnrolments(world));
}

/** The same work is noticed by the LMS's question, by the phone's checklist or by the shop's system. */
function sendApplication(world: World, month: number, application: Application): SentStatement {
  if (application.evidence === 'SELF_REPORTED') return sendSelfReport(world, application);
  const assignment = assignmentAt(application.person, application.at);
  const onPhone = assignment !== null && hasShiftApp(assignment, month);
  return application.evidence === 'SYSTEM' && onPhone
    ? sendChecklist(world, application)
    : sendWorkDone(world, application);
}

/** By the month something starts in; what started before the demo counts to its first month. */
function groupByMonth<T>(
  calendar: Calendar,
  items: readonly T[],
  at: (item: T) => number,
): ReadonlyMap<number, readonly T[]> {
  return Map.groupBy(items, (item) => Math.max(0, calendar.monthOf(at(item))));
}

/** Ties by id, so that the order is one. */
function compareArrivals(a: SentStatement, b: SentStatement): number {
  if (a.arrivesAt !== b.arrivesAt) return a.arrivesAt - b.arrivesAt;
  return a.statement.id < b.statement.id ? -1 : 1;
}
