/**
 * The LMS, an honest cmi5 system (AICC cmi5 Quartz): it launches an assignable unit, the unit reports
 * initialized … terminated inside the session, and the LMS adds `satisfied` for the course. Some weeks
 * later it asks whether the course was of use, which is where self-reported applications come from.
 */
import type { Activity, Context } from '../../../statements/statement.ts';
import { DAY, MINUTE } from '../calendar.ts';
import { SKILLS } from '../courses.ts';
import type { Application, Enrolment } from '../learning-plan.ts';
import { DOMAIN } from '../names.ts';
import { createRandom, type Random } from '../random.ts';
import {
  describeVerb,
  formatDuration,
  formatTimestamp,
  identifyByAccount,
  send,
  type NoiseKind,
  type SentStatement,
  type World,
} from './sent-statement.ts';

const CMI5 = 'https://w3id.org/xapi/cmi5/context';
const CMI5_CATEGORY: Activity = { id: `${CMI5}/categories/cmi5` };
const MOVE_ON_CATEGORY: Activity = { id: `${CMI5}/categories/moveon` };
const ADL = 'http://adlnet.gov/expapi/verbs';

const VERBS = {
  launched: describeVerb(`${ADL}/launched`, 'launched', 'en'),
  initialized: describeVerb(`${ADL}/initialized`, 'initialized', 'en'),
  progressed: describeVerb(`${ADL}/progressed`, 'progressed', 'en'),
  completed: describeVerb(`${ADL}/completed`, 'completed', 'en'),
  passed: describeVerb(`${ADL}/passed`, 'passed', 'en'),
  failed: describeVerb(`${ADL}/failed`, 'failed', 'en'),
  terminated: describeVerb(`${ADL}/terminated`, 'terminated', 'en'),
  satisfied: describeVerb('https://w3id.org/xapi/adl/verbs/satisfied', 'satisfied', 'en'),
  rated: describeVerb('http://id.tincanapi.com/verb/rated', 'rated', 'en'),
  performed: describeVerb('https://w3id.org/xapi/dod-isd/verbs/performed', 'performed', 'en'),
} as const;

const PLATFORM = 'fennel-learn';
const MASTERY_SCORE = 0.7;
const FAILS_FIRST_SHARE = 0.14;
const RATES_SHARE = 0.35;

/** Everything the LMS sends about one enrolment, in order. */
export function* sendEnrolment(world: World, enrolment: Enrolment): Generator<SentStatement> {
  const { person, course, startedAt, completedAt, score } = enrolment;
  const random = createRandom(world.seed, 'lms', course.id, person.id);
  const reporter = new SessionReporter(random, enrolment);
  const minutes = course.expectedMinutes;
  if (completedAt === null) {
    yield* reporter.reportLesson(startedAt, minutes * random.between(0.1, 0.5), false);
    return;
  }
  const testMinutes = Math.min(20, Math.max(6, minutes * 0.2));
  yield* reporter.reportLesson(startedAt, minutes * random.between(0.5, 0.75), true);
  if (random.chance(FAILS_FIRST_SHARE)) {
    const low = Math.round(random.between(0.35, 0.68) * 100) / 100;
    yield* reporter.reportTest(completedAt - (2 * testMinutes + 5) * MINUTE, testMinutes, low);
  }
  yield* reporter.reportTest(completedAt - testMinutes * MINUTE, testMinutes, score);
  yield reporter.reportSatisfied(completedAt + 2_000);
  if (random.chance(RATES_SHARE)) yield reporter.reportRating(completedAt + 3 * MINUTE);
}

class SessionReporter {
  readonly #random: Random;
  readonly #enrolment: Enrolment;
  readonly #registration: string;
  #session: string;

  constructor(random: Random, enrolment: Enrolment) {
    this.#random = random;
    this.#enrolment = enrolment;
    this.#registration = random.uuid();
    this.#session = random.uuid();
  }

  *reportLesson(at: number, minutes: number, finishes: boolean): Generator<SentStatement> {
    const lesson = this.#describeUnit('lesson', 'http://adlnet.gov/expapi/activities/lesson');
    const seconds = minutes * 60;
    yield* this.#open(at, lesson, 'Completed');
    const progress = Math.floor(this.#random.between(20, 80));
    yield this.#report('progressed', at + seconds * 500, lesson, {
      result: { extensions: { 'https://w3id.org/xapi/cmi5/result/extensions/progress': progress } },
    });
    if (finishes)
      yield this.#report('completed', at + seconds * 1000 - 1_500, lesson, {
        result: { completion: true, duration: formatDuration(seconds) },
        movesOn: true,
      });
    yield this.#close(at + seconds * 1000, lesson, seconds);
  }

  *reportTest(at: number, minutes: number, scaled: number): Generator<SentStatement> {
    const test = this.#describeUnit('test', 'http://adlnet.gov/expapi/activities/assessment');
    const seconds = minutes * 60;
    const success = scaled >= MASTERY_SCORE;
    yield* this.#open(at, test, 'Passed');
    yield this.#report(success ? 'passed' : 'failed', at + seconds * 1000 - 1_500, test, {
      result: {
        score: { scaled, raw: Math.round(scaled * 100), min: 0, max: 100 },
        success,
        duration: formatDuration(seconds),
      },
      movesOn: true,
      extensions: { [`${CMI5}/extensions/masteryscore`]: MASTERY_SCORE },
    });
    yield this.#close(at + seconds * 1000, test, seconds);
  }

  reportSatisfied(at: number): SentStatement {
    return this.#report('satisfied', at, {
      ...this.#describeCourse(),
      definition: {
        ...this.#describeCourse().definition,
        type: 'https://w3id.org/xapi/cmi5/activitytype/course',
      },
    });
  }

  reportRating(at: number): SentStatement {
    const { person } = this.#enrolment;
    const raw = Math.min(5, Math.max(1, Math.round(this.#random.normal(4, 0.8))));
    return send('lms', at + 500, {
      id: this.#random.uuid(),
      actor: identifyByAccount('lms', person),
      verb: VERBS.rated,
      object: this.#describeCourse(),
      result: { score: { scaled: raw / 5, raw, min: 0, max: 5 } },
      context: { registration: this.#registration, platform: PLATFORM, language: 'en' },
      timestamp: formatTimestamp(at),
      version: '1.0.0',
    });
  }

  *#open(at: number, unit: Activity, moveOn: string): Generator<SentStatement> {
    this.#session = this.#random.uuid();
    yield this.#report('launched', at, unit, {
      extensions: {
        [`${CMI5}/extensions/launchmode`]: 'Normal',
        [`${CMI5}/extensions/launchurl`]: `${unit.id}/index.html`,
        [`${CMI5}/extensions/moveon`]: moveOn,
        [`${CMI5}/extensions/launchparameters`]: '',
      },
    });
    yield this.#report('initialized', at + 4_000, unit);
  }

  #close(at: number, unit: Activity, seconds: number): SentStatement {
    return this.#report('terminated', at, unit, { result: { duration: formatDuration(seconds) } });
  }

  #report(
    verb: keyof typeof VERBS,
    at: number,
    object: Activity,
    more: {
      readonly result?: NonNullable<SentStatement['statement']['result']>;
      readonly movesOn?: boolean;
      readonly extensions?: Readonly<Record<string, unknown>>;
    } = {},
  ): SentStatement {
    const context: Context = {
      registration: this.#registration,
      contextActivities: {
        grouping: [this.#describeCourse()],
        category: more.movesOn === true ? [CMI5_CATEGORY, MOVE_ON_CATEGORY] : [CMI5_CATEGORY],
      },
      platform: PLATFORM,
      language: 'en',
      extensions: { [`${CMI5}/extensions/sessionid`]: this.#session, ...more.extensions },
    };
    return send('lms', at + 700, {
      id: this.#random.uuid(),
      actor: identifyByAccount('lms', this.#enrolment.person),
      verb: VERBS[verb],
      object,
      ...(more.result === undefined ? {} : { result: more.result }),
      context,
      timestamp: formatTimestamp(at),
      version: '1.0.0',
    });
  }

  #describeCourse(): Activity {
    const { id, name } = this.#enrolment.course;
    return {
      objectType: 'Activity',
      id,
      definition: { name: { en: name }, type: 'http://adlnet.gov/expapi/activities/course' },
    };
  }

  #describeUnit(kind: 'lesson' | 'test', type: string): Activity {
    const { id, name } = this.#enrolment.course;
    const title = kind === 'lesson' ? name : `${name}: test`;
    return {
      objectType: 'Activity',
      id: `${id}/${kind}`,
      definition: { name: { en: title }, type },
    };
  }
}

/** The follow-up question: have you used it at work? Only a yes is sent. */
export function sendSelfReport(world: World, { person, skillKey, at }: Application): SentStatement {
  const random = createRandom(world.seed, 'self report', skillKey, person.id, at);
  const { id, name, task } = SKILLS[skillKey];
  return send('lms', at + 900, {
    id: random.uuid(),
    actor: identifyByAccount('lms', person),
    verb: VERBS.performed,
    object: {
      objectType: 'Activity',
      id: `https://learn.${DOMAIN}/follow-up/${id.slice(id.lastIndexOf('/') + 1)}`,
      definition: { name: { en: task }, type: 'http://id.tincanapi.com/activitytype/survey' },
    },
    context: {
      platform: PLATFORM,
      language: 'en',
      contextActivities: { other: [{ id, definition: { name: { en: name } } }] },
    },
    timestamp: formatTimestamp(at),
    version: '1.0.0',
  });
}

/**
 * The night the LMS marked a whole shop as having finished a course it was never offered. It is put
 * right a day later; who does not honour that finds trained people among the controls.
 */
export function* sendFalseCompletions(
  world: World,
  enrolments: readonly Enrolment[],
): Generator<SentStatement> {
  const administrator = world.organisation.people.find(
    ({ openId, leftAt }) => openId !== null && leftAt === null,
  );
  if (administrator === undefined) throw new Error('Somebody has to put the LMS right.');
  for (const enrolment of enrolments) {
    const random = createRandom(world.seed, 'false completion', enrolment.person.id);
    const wrong = new SessionReporter(random, enrolment).reportSatisfied(enrolment.startedAt);
    yield label(wrong, 'WRONG_THEN_VOIDED');
    const at = enrolment.startedAt + DAY + random.integer(0, 50) * MINUTE;
    yield send(
      'lms',
      at + 600,
      {
        id: random.uuid(),
        actor: identifyByAccount('lms', administrator),
        verb: describeVerb('http://adlnet.gov/expapi/verbs/voided', 'voided', 'en'),
        object: { objectType: 'StatementRef', id: wrong.statement.id },
        timestamp: formatTimestamp(at),
        version: '1.0.0',
      },
      'VOIDING',
    );
  }
}

function label(sent: SentStatement, noise: NoiseKind): SentStatement {
  return { ...sent, noise };
}
