import { computeParticipation } from './participation.ts';
import { computeSkillApplication } from './skill-application.ts';
import { computeWilson, DAY, type Assignment, type Organisation } from './organisation.ts';

interface Share {
  readonly part: number;
  readonly whole: number;
}

/** A pilot and those it is compared with, group by group; `to` is Infinity for one without an end. */
export function computePilot(
  organisation: Organisation,
  named: readonly string[],
  [from, to]: readonly [number, number],
  asOf: number,
): object {
  const period = [from, Math.min(to, Math.floor(asOf / DAY) * DAY + DAY)] as const;
  const lastOf = (person: string): Assignment | undefined =>
    organisation.assignments
      .filter((a) => a.person === person && a.from < period[1] && a.to > period[0])
      .sort((a, b) => b.from - a.from)[0];
  const pilot = organisation.people.filter(({ id }) => named.includes(id) && lastOf(id));
  const jobs = pilot.map(({ id }) => lastOf(id)!);
  const comparison = organisation.people.filter(({ id }) => {
    const last = lastOf(id);
    return (
      last !== undefined &&
      !named.includes(id) &&
      jobs.some(({ role, segment }) => role === last.role && segment === last.segment)
    );
  });
  const [a, b] = [pilot, comparison].map((group) => [group.map(({ id }) => id)] as const);
  const participation = [a, b].map((ids) => {
    const counted = computeParticipation(organisation, period, { PERSON: [...ids!] });
    return { part: Reflect.get(counted, 'active'), whole: Reflect.get(counted, 'headcount') };
  });
  const application = [a, b].map((ids) => {
    const counted = computeSkillApplication(organisation, period, { PERSON: [...ids!] }, asOf, 90);
    return { part: Reflect.get(counted, 'applied'), whole: Reflect.get(counted, 'matured') };
  });
  return {
    people: pilot.length,
    comparison: comparison.length,
    participation: differ(participation[0]!, participation[1]!),
    skillApplication: differ(application[0]!, application[1]!),
  };
}

function differ(a: Share, b: Share): object {
  const rate = ({ part, whole }: Share): number | null => (whole === 0 ? null : part / whole);
  const [p, q] = [rate(a), rate(b)];
  return {
    suppressed: false,
    pilot: { ...a, rate: p, interval: computeWilson(a.part, a.whole) },
    comparison: { ...b, rate: q, interval: computeWilson(b.part, b.whole) },
    percentagePoints: p === null || q === null ? null : (p - q) * 100,
    interval: computeNewcombe(a, b),
  };
}

/** Newcombe (1998), method 10: the Wilson limits of both, squared and added. */
export function computeNewcombe(a: Share, b: Share): object | null {
  const [wilsonA, wilsonB] = [computeWilson(a.part, a.whole), computeWilson(b.part, b.whole)];
  if (wilsonA === null || wilsonB === null) return null;
  const [p, q] = [a.part / a.whole, b.part / b.whole];
  const below = Math.sqrt((p - wilsonA.low) ** 2 + (wilsonB.high - q) ** 2);
  const above = Math.sqrt((wilsonA.high - p) ** 2 + (q - wilsonB.low) ** 2);
  return { low: (p - q - below) * 100, high: (p - q + above) * 100 };
}
