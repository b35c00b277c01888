/**
 * The shift app on the frontline's phones: cards of a minute or two between two tasks, series of them
 * that make a course, checklists of what was done, briefings. xAPI 2.0; it sends when there is a
 * network, which in a cold store can take a while.
 */
import type { Activity, Statement } from '../../../statements/statement.ts';
import { visitMonth, type Visitor } from '../activity.ts';
import { DAY, HOUR, MINUTE } from '../calendar.ts';
import { SKILLS } from '../courses.ts';
import { findObserver, type Application, type Enrolment } from '../learning-plan.ts';
import { DOMAIN } from '../names.ts';
import { pickWorkMoment, type Person } from '../organisation.ts';
import { createRandom, type Random } from '../random.ts';
import {
  describeVerb,
  formatDuration,
  formatTimestamp,
  identifyByAccount,
  send,
  type SentStatement,
  type World,
} from './sent-statement.ts';

const VERBS = {
  experienced: describeVerb('http://adlnet.gov/expapi/verbs/experienced', 'experienced'),
  answered: describeVerb('http://adlnet.gov/expapi/verbs/answered', 'answered'),
  completed: describeVerb('http://adlnet.gov/expapi/verbs/completed', 'completed'),
  authored: describeVerb('http://activitystrea.ms/schema/1.0/author', 'authored'),
  performed: describeVerb('https://w3id.org/xapi/dod-isd/verbs/performed', 'performed'),
  attended: describeVerb('http://adlnet.gov/expapi/verbs/attended', 'attended'),
  highFived: describeVerb(`https://shift.${DOMAIN}/verbs/high-fived`, 'high-fived'),
} as const;

const PLATFORM = 'shift-app';
const ALIGNMENT = 'https://w3id.org/xapi/acrossx/extensions/alignment';

const DAILY_CARDS = [
  ['five-second-floor', 'Spill? The five-second rule of floors'],
  ['name-badge', 'Why your first name sells'],
  ['label-left', 'Labels to the left'],
  ['price-check', 'Price checks that end an argument'],
  ['cold-hands', 'Warm gloves in the freezer'],
  ['returns', 'A return in four steps'],
  ['promo-end', 'The last hour of a promotion'],
  ['trolley-train', 'Ten trolleys, one person, no bruise'],
  ['ripe', 'Is it ripe? Ask the avocado'],
  ['bag-check', 'Bag checks with respect'],
] as const;

const VISITS_A_MONTH = 2.6;
const QUIZ_SHARE = 0.4;
const HIGH_FIVE_SHARE = 0.05;
const CARD_AUTHOR_SHARE = 0.012;

// Cards -----------------------------------------------------------------------------------------

export function* readCards(world: World, month: number): Generator<SentStatement> {
  const visitors = visitMonth(world.seed, 'shift-app', world.organisation, world.calendar, month);
  for (const visitor of visitors) {
    if (!visitor.hasApp) continue;
    const { random } = visitor;
    const visits = Math.max(1, Math.round(VISITS_A_MONTH * random.between(0.5, 1.5)));
    for (let i = 0; i < visits; i += 1) yield* visitApp(visitor);
    if (random.chance(CARD_AUTHOR_SHARE)) yield authorCard(visitor);
  }
}

function* visitApp({ person, assignment, random, from, to }: Visitor): Generator<SentStatement> {
  const at = pickWorkMoment(random, assignment.segment, from, to);
  const [slug, title] = random.pick(DAILY_CARDS);
  const object = describeCard(`daily/${slug}`, title);
  const seconds = random.between(35, 110);
  yield report(random, person, 'experienced', at, object, {
    result: { duration: formatDuration(seconds) },
  });
  if (random.chance(QUIZ_SHARE))
    yield answerQuiz(random, person, at + seconds * 1000, `daily/${slug}`, title);
  if (random.chance(HIGH_FIVE_SHARE))
    yield { ...report(random, person, 'highFived', at + MINUTE, object), noise: 'UNMAPPED_VERB' };
}

function authorCard({ person, assignment, random, from, to }: Visitor): SentStatement {
  const at = pickWorkMoment(random, assignment.segment, from, to);
  const number = random.integer(100, 999);
  const card = describeCard(`from-the-floor/${number}`, `From the floor, no. ${number}`);
  return report(random, person, 'authored', at, card);
}

/** A series of cards that makes a course, over some days. */
export function* sendSeries(world: World, enrolment: Enrolment): Generator<SentStatement> {
  const { person, course, startedAt, completedAt } = enrolment;
  const random = createRandom(world.seed, 'series', course.id, person.id);
  const cards = Math.max(3, Math.round(course.expectedMinutes / 2));
  const read = completedAt === null ? random.integer(1, cards - 1) : cards;
  const end = completedAt ?? startedAt + DAY;
  const seconds = Array.from({ length: read }, () => random.between(50, 140));
  const parent: Activity = { objectType: 'Activity', id: course.id };
  for (const [index, length] of seconds.entries()) {
    const at = startedAt + ((end - startedAt) * index) / cards;
    const slug = `${course.id.slice(course.id.lastIndexOf('/') + 1)}/${index + 1}`;
    const card = describeCard(slug, `${course.name}, card ${index + 1} of ${cards}`);
    yield report(random, person, 'experienced', at, card, {
      result: { duration: formatDuration(length) },
      parent,
    });
  }
  if (completedAt === null) return;
  yield answerQuiz(
    random,
    person,
    completedAt - MINUTE,
    `series/${course.name}`,
    course.name,
    parent,
  );
  const object = {
    ...parent,
    definition: {
      name: { 'en-US': course.name },
      type: 'http://adlnet.gov/expapi/activities/course',
    },
  };
  yield report(random, person, 'completed', completedAt, object, {
    result: { completion: true, success: true },
  });
}

function answerQuiz(
  random: Random,
  person: Person,
  at: number,
  slug: string,
  title: string,
  parent?: Activity,
): SentStatement {
  const right = random.chance(0.82);
  const object: Activity = {
    objectType: 'Activity',
    id: `https://shift.${DOMAIN}/quiz/${encodeURIComponent(slug)}`,
    definition: {
      name: { 'en-US': `${title}: quick check` },
      type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
      interactionType: 'true-false',
      correctResponsesPattern: ['true'],
    },
  };
  return report(random, person, 'answered', at, object, {
    result: {
      response: right ? 'true' : 'false',
      success: right,
      score: { scaled: right ? 1 : 0, raw: right ? 1 : 0, min: 0, max: 1 },
    },
    ...(parent === undefined ? {} : { parent }),
  });
}

function describeCard(slug: string, title: string): Activity {
  return {
    objectType: 'Activity',
    id: `https://shift.${DOMAIN}/cards/${slug}`,
    definition: {
      name: { 'en-US': title },
      type: 'https://w3id.org/xapi/acrossx/activities/page',
    },
  };
}

// Work ------------------------------------------------------------------------------------------

/** A task ticked off; the skill it shows is in the activity's alignment, as acrossX has it. */
export function sendChecklist(world: World, { person, skillKey, at }: Application): SentStatement {
  const random = createRandom(world.seed, 'checklist', skillKey, person.id, at);
  const { id, name, task } = SKILLS[skillKey];
  const object: Activity = {
    objectType: 'Activity',
    id: `https://shift.${DOMAIN}/tasks/${id.slice(id.lastIndexOf('/') + 1)}`,
    definition: {
      name: { 'en-US': task },
      type: 'http://activitystrea.ms/schema/1.0/task',
      extensions: { [ALIGNMENT]: [{ type: 'skill', id, name }] },
    },
  };
  return report(random, person, 'performed', at, object, { result: { completion: true } });
}

const BRIEFING_SIZE = 8;

/** A team briefing: one statement for the lot of them, sent by the Shift Lead's phone. */
export function* holdBriefings(world: World, month: number): Generator<SentStatement> {
  const byStore = new Map<string, Visitor[]>();
  const visitors = visitMonth(world.seed, 'briefing', world.organisation, world.calendar, month);
  for (const visitor of visitors) {
    if (!visitor.hasApp || visitor.assignment.store === null) continue;
    const { location } = visitor.assignment;
    byStore.set(location, [...(byStore.get(location) ?? []), visitor]);
  }
  for (const [location, team] of byStore) {
    const random = createRandom(world.seed, 'briefing', month, location);
    const at = world.calendar.month(month) + random.integer(8, 24) * DAY + 6 * HOUR;
    const present = team.filter(({ from, to }) => from <= at && at < to).slice(0, BRIEFING_SIZE);
    const lead =
      present[0] === undefined ? null : findObserver(world.organisation, present[0].person, at);
    if (present.length < 2) continue;
    yield send(
      'shift-app',
      at + 40 * MINUTE,
      {
        id: random.uuid(),
        actor: {
          objectType: 'Group',
          name: `Early shift, ${location}`,
          member: present.map(({ person }) => identifyByAccount('shift-app', person)),
        },
        verb: VERBS.attended,
        object: {
          objectType: 'Activity',
          id: `https://shift.${DOMAIN}/briefings/${random.uuid()}`,
          definition: {
            name: { 'en-US': `Shift briefing, ${location}` },
            type: 'http://adlnet.gov/expapi/activities/meeting',
          },
        },
        result: { duration: 'PT15M' },
        context: {
          platform: PLATFORM,
          ...(lead === null ? {} : { instructor: identifyByAccount('shift-app', lead) }),
        },
        timestamp: formatTimestamp(at),
        version: '2.0.0',
      },
      'GROUP',
    );
  }
}

function report(
  random: Random,
  person: Person,
  verb: keyof typeof VERBS,
  at: number,
  object: Activity,
  more: { readonly result?: NonNullable<Statement['result']>; readonly parent?: Activity } = {},
): SentStatement {
  const network = random.chance(0.9) ? random.integer(1, 20) * 1_000 : random.integer(1, 9) * HOUR;
  return send('shift-app', at + network, {
    id: random.uuid(),
    actor: identifyByAccount('shift-app', person),
    verb: VERBS[verb],
    object,
    ...(more.result === undefined ? {} : { result: more.result }),
    context: {
      platform: PLATFORM,
      ...(more.parent === undefined ? {} : { contextActivities: { parent: [more.parent] } }),
    },
    timestamp: formatTimestamp(at),
    version: '2.0.0',
  });
}
