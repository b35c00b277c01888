import type { Demands, Organisation } from './organisation.ts';
import { computeParticipation } from './participation.ts';
import { computeNewcombe } from './pilot.ts';

/** The gap and, for each value of the dimension that either group has, Kitagawa's two parts. */
export function computeGap(
  organisation: Organisation,
  period: readonly [number, number],
  [a, b]: readonly [Demands, Demands],
  dimension: string,
  values: readonly (string | null)[],
): object {
  const count = (demands: Demands): { part: number; whole: number } => {
    const counted = computeParticipation(organisation, period, demands);
    return { part: Reflect.get(counted, 'active'), whole: Reflect.get(counted, 'headcount') };
  };
  const [all, others] = [count(a), count(b)];
  if (all.whole === 0 || others.whole === 0)
    return { percentagePoints: null, interval: null, ratio: null, parts: null };
  const narrow = (demands: Demands, value: string | null): Demands => ({
    ...demands,
    [dimension]: [...(demands[dimension] ?? []), [value]],
  });
  const parts = new Map<string, object>();
  for (const value of values) {
    const [inA, inB] = [count(narrow(a, value)), count(narrow(b, value))];
    if (inA.whole + inB.whole === 0) continue;
    const weightA = inA.whole / all.whole;
    const weightB = inB.whole / others.whole;
    // Of a group that has nobody of this value no rate is known: it is taken to be the other's.
    const rateA = inA.whole === 0 ? inB.part / inB.whole : inA.part / inA.whole;
    const rateB = inB.whole === 0 ? rateA : inB.part / inB.whole;
    parts.set(value ?? '(none)', {
      composition: 100 * (weightA - weightB) * 0.5 * (rateA + rateB),
      rate: 100 * (rateA - rateB) * 0.5 * (weightA + weightB),
    });
  }
  const [p, q] = [all.part / all.whole, others.part / others.whole];
  return {
    percentagePoints: 100 * (p - q),
    interval: computeNewcombe(all, others),
    ratio: q === 0 ? null : p / q,
    parts: Object.fromEntries(parts),
  };
}
