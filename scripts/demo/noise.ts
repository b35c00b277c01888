/**
 * What real feeds have and clean examples do not: strangers, resent batches, a phone that was offline
 * for three weeks, a bug put right a day later. Each is labelled, so that tests can look for it.
 */
import { DAY, MINUTE } from './calendar.ts';
import { COURSES } from './courses.ts';
import type { Enrolment } from './learning-plan.ts';
import { DOMAIN } from './names.ts';
import { assignmentAt, pickWorkMoment, type Person } from './organisation.ts';
import { createRandom } from './random.ts';
import {
  describeVerb,
  formatTimestamp,
  send,
  type SentStatement,
  type World,
} from './tools/sent-statement.ts';

const CONTRACTORS = 4;
const CONTRACTOR_MONTHS = { first: 3, last: 15 } as const;

/** Cleaners of another company borrow the shop's phones: nobody HR has heard of. */
export function* readAsContractors(world: World, month: number): Generator<SentStatement> {
  if (month < CONTRACTOR_MONTHS.first || month > CONTRACTOR_MONTHS.last) return;
  for (let number = 1; number <= CONTRACTORS; number += 1) {
    const random = createRandom(world.seed, 'contractor', month, number);
    const at = pickWorkMoment(
      random,
      'FRONTLINE',
      world.calendar.month(month),
      world.calendar.month(month + 1),
    );
    yield send(
      'shift-app',
      at + MINUTE,
      {
        id: random.uuid(),
        actor: {
          objectType: 'Agent',
          account: { homePage: 'https://brightcleaning.example', name: `crew-${number}` },
        },
        verb: describeVerb('http://adlnet.gov/expapi/verbs/experienced', 'experienced'),
        object: {
          objectType: 'Activity',
          id: `https://shift.${DOMAIN}/cards/daily/five-second-floor`,
        },
        context: { platform: 'shift-app' },
        timestamp: formatTimestamp(at),
        version: '2.0.0',
      },
      'CONTRACTOR',
    );
  }
}

/** The month in which the LMS went wrong, see `sendFalseCompletions`. */
export const BUG_MONTH = 11;
const BUG_DAY = 9;
const WRONGED_EVERY = 4;

/** Completions that never were, of the checkout course, in shops it was never offered to. */
export function inventEnrolments({ organisation, calendar }: World): readonly Enrolment[] {
  const at = calendar.month(BUG_MONTH) + BUG_DAY * DAY + 3 * 60 * MINUTE;
  const course = COURSES.checkoutFlow;
  return organisation.people
    .filter((person) => {
      const assignment = assignmentAt(person, at);
      return (
        assignment?.role === 'Checkout Operator' &&
        assignment.store !== null &&
        assignment.store % WRONGED_EVERY === 1
      );
    })
    .map((person, index) => ({
      person,
      courseKey: 'checkoutFlow' as const,
      course,
      startedAt: at + index * MINUTE,
      completedAt: at + index * MINUTE,
      score: 1,
    }));
}

const LATE_PHONE_SHARE = 0.03;
export const LATE_DAYS = 21;

/**
 * The phones that lost their network for three weeks; when they find it again everything comes at once
 * and in any order. From the first of the month, when most people have the app.
 */
export function makeLatePhones(world: World): (sent: SentStatement) => SentStatement {
  const { seed, calendar, organisation } = world;
  const offline = calendar.month(13);
  const online = offline + LATE_DAYS * DAY;
  const phones = new Set(pickLatePhones(seed, organisation.people, offline));
  return (sent) => {
    const { actor, timestamp } = sent.statement;
    if (sent.tool !== 'shift-app' || !phones.has(actor.account?.name ?? '')) return sent;
    const at = Date.parse(timestamp ?? '');
    if (at < offline || at >= online) return sent;
    const shuffle = createRandom(seed, 'late', sent.statement.id).integer(0, 90) * 1_000;
    return { ...sent, arrivesAt: online + shuffle, noise: 'LATE' };
  };
}

/** At least six, of those keenest to learn: a phone that sends nothing is not late. */
function pickLatePhones(seed: string, people: readonly Person[], at: number): readonly string[] {
  const candidates = people
    .filter((person) => assignmentAt(person, at)?.segment === 'FRONTLINE' && person.rank < 0.5)
    .map(({ id }) => ({ id, draw: createRandom(seed, 'late phone', id).next() }))
    .sort((a, b) => a.draw - b.draw);
  const count = Math.max(6, Math.round(candidates.length * LATE_PHONE_SHARE));
  return candidates.slice(0, count).map(({ id }) => id);
}

const DUPLICATE_SHARE = 0.004;

/** A tool that missed the answer sends again, days later, the same statement with the same id. */
export function* resendSome(seed: string, sent: SentStatement): Generator<SentStatement> {
  yield sent;
  if (sent.noise !== null) return;
  const random = createRandom(seed, 'resend', sent.statement.id);
  if (!random.chance(DUPLICATE_SHARE)) return;
  const arrivesAt = sent.arrivesAt + random.integer(1, 3) * DAY;
  yield { ...sent, arrivesAt, noise: 'DUPLICATE' };
}
