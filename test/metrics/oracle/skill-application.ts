import {
  computeWilson,
  DAY,
  findAssignment,
  isOfCourse,
  isOfPlatform,
  isOfSkill,
  isOfWorkforce,
  type Demands,
  type Event,
  type Organisation,
} from './organisation.ts';

interface Fate {
  readonly applied: boolean;
  readonly matured: boolean;
  readonly days: number;
  readonly bestTier: number;
  readonly followed: boolean;
  readonly again: boolean;
}

export function computeSkillApplication(
  organisation: Organisation,
  period: readonly [number, number],
  demands: Demands,
  asOf: number,
  windowDays: number,
): object {
  const fates = findCohort(organisation, period, demands).map((completion) =>
    follow(organisation, completion, asOf, windowDays * DAY),
  );
  const matured = fates.filter((fate) => fate.matured).length;
  const applied = fates.filter((fate) => fate.applied).length;
  const followed = fates.filter((fate) => fate.followed);
  const again = followed.filter((fate) => fate.again).length;
  const curve = estimateSurvival(fates);
  return {
    cohort: fates.length,
    matured,
    applied,
    rate: matured === 0 ? null : applied / matured,
    interval: computeWilson(applied, matured),
    medianDaysToApply: curve.find((point) => point.notYetApplied < 0.5 + 1e-9)?.day ?? null,
    curve,
    byEvidence: ['SELF_REPORTED', 'SYSTEM', 'OBSERVED'].map((tier, rank) => {
      const reached = fates.filter((fate) => fate.applied && fate.bestTier >= rank).length;
      return { tier, applied: reached, rate: matured === 0 ? null : reached / matured };
    }),
    maintained: {
      part: again,
      whole: followed.length,
      rate: followed.length === 0 ? null : again / followed.length,
      interval: computeWilson(again, followed.length),
    },
    perOpportunity: null,
  };
}

function findCohort(
  organisation: Organisation,
  [from, to]: readonly [number, number],
  demands: Demands,
): Event[] {
  const completions = organisation.events
    .filter((event) => event.kind === 'COMPLETED' && event.skill !== null)
    .sort((a, b) => a.at - b.at || a.statement - b.statement);
  const firsts = completions.filter(
    (event, index) =>
      completions.findIndex((e) => e.person === event.person && e.skill === event.skill) === index,
  );
  return firsts.filter((event) => {
    if (event.at < from || event.at >= to) return false;
    const assignment = findAssignment(organisation, event.person, event.at);
    return (
      assignment !== null &&
      isOfWorkforce(organisation, demands, assignment, event.at) &&
      isOfSkill(demands, event.skill!) &&
      isOfCourse(organisation, demands, event.course) &&
      isOfPlatform(organisation, demands, event.platform)
    );
  });
}

function follow(organisation: Organisation, done: Event, asOf: number, window: number): Fate {
  const uses = organisation.events.filter(
    (event) =>
      event.kind === 'APPLIED' &&
      event.person === done.person &&
      event.skill === done.skill &&
      event.at > done.at,
  );
  const inWindow = uses.filter((event) => event.at <= done.at + window);
  const again = uses.some(
    (event) => event.at > done.at + window && event.at <= done.at + 2 * window,
  );
  const { leftOn } = organisation.people.find(({ id }) => id === done.person)!;
  const closes = done.at + window;
  const applied = inWindow.length > 0;
  const ends = applied
    ? Math.min(...inWindow.map((event) => event.at))
    : Math.max(done.at, Math.min(asOf, leftOn, closes));
  return {
    applied,
    matured: applied || (closes <= asOf && !(leftOn < closes)),
    days: (ends - done.at) / DAY,
    bestTier: Math.max(...inWindow.map((event) => event.tier)),
    followed: applied && done.at + 2 * window <= asOf,
    again,
  };
}

/** Kaplan–Meier by the book: at each time of an application, the share of those at risk who did not apply. */
function estimateSurvival(
  fates: readonly Fate[],
): { day: number; notYetApplied: number; atRisk: number }[] {
  const days = [...new Set(fates.filter((fate) => fate.applied).map((fate) => fate.days))];
  let notYetApplied = 1;
  return days
    .sort((a, b) => a - b)
    .map((day) => {
      const atRisk = fates.filter((fate) => fate.days >= day).length;
      const applications = fates.filter((fate) => fate.applied && fate.days === day).length;
      notYetApplied *= (atRisk - applications) / atRisk;
      return { day, notYetApplied, atRisk };
    });
}
