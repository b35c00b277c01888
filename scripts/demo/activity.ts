/** Who is about in a month, and how often: what the tools without a curriculum go by. */
import type { Calendar } from './calendar.ts';
import { hasShiftApp, takesPart } from './learning-plan.ts';
import { assignmentAt, type Assignment, type Organisation, type Person } from './organisation.ts';
import { createRandom, type Random } from './random.ts';

export interface Visitor {
  readonly person: Person;
  readonly assignment: Assignment;
  readonly hasApp: boolean;
  /** The part of the month in which they work here. */
  readonly from: number;
  readonly to: number;
  readonly random: Random;
}

/** Of those who take part at all, the share that does in a given month. */
const MONTHLY = { desk: 0.85, withApp: 0.78, withoutApp: 0.5 } as const;

/**
 * The people who learn something in the month outside of courses; each draws from a stream of the
 * tool's own. A person is in for all tools or for none, so that a share of people stays that share.
 */
export function* visitMonth(
  seed: string,
  tool: string,
  organisation: Organisation,
  calendar: Calendar,
  month: number,
): Generator<Visitor> {
  for (const person of organisation.people) {
    const from = Math.max(calendar.month(month), person.hiredAt);
    const to = Math.min(calendar.month(month + 1), person.leftAt ?? calendar.end);
    const assignment = from < to ? assignmentAt(person, from) : null;
    if (assignment === null || !takesPart(person, assignment, month)) continue;
    const hasApp = hasShiftApp(assignment, month);
    const share =
      assignment.segment === 'DESK' ? MONTHLY.desk : hasApp ? MONTHLY.withApp : MONTHLY.withoutApp;
    if (!createRandom(seed, 'active', month, person.id).chance(share)) continue;
    yield {
      person,
      assignment,
      hasApp,
      from,
      to,
      random: createRandom(seed, tool, month, person.id),
    };
  }
}
