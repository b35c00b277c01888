import { PraxisError } from '../../statements/errors.ts';
import type { Instant } from '../../statements/instant.ts';
import type { Dimension, WorkforceFilter } from './metric.ts';
import { participation, type Participation } from './participation.ts';
import type { Period } from './period.ts';
import { ask, runReport, type Analytics, type Report } from './report.ts';
import {
  computeNewcombeInterval,
  decomposeDifference,
  type Interval,
  type Stratum,
} from './statistics.ts';

export interface ParticipationGap {
  readonly asOf: Instant;
  readonly a: Participation;
  readonly b: Participation;
  readonly percentagePoints: number | null;
  readonly interval: Interval | null;
  readonly ratio: number | null;
  readonly decomposition: readonly GapPart[] | null;
}

export interface GapPart {
  readonly value: string;
  readonly composition: number;
  readonly rate: number;
}

export interface GapRequest {
  readonly period: Period;
  readonly a: WorkforceFilter;
  readonly b: WorkforceFilter;
  readonly decomposeBy: Dimension | null;
}

/** Everyone has exactly one value of these, so that their parts sum to the whole gap. */
const PARTITIONS: readonly Dimension[] = [
  'ROLE',
  'SEGMENT',
  'DEPARTMENT',
  'LOCATION',
  'MANAGER',
  'TENURE',
];

const NO_VALUE = '(none)';

/**
 * rateA − rateB with Newcombe's interval and, by a dimension, how much of it is make-up and how much is
 * rate, all in percentage points. A group that is too small to show has null numbers, and so has the gap;
 * a value of the dimension that is too small in either group is left out of the decomposition.
 */
export async function measureParticipationGap(
  analytics: Analytics,
  { period, a, b, decomposeBy }: GapRequest,
): Promise<ParticipationGap> {
  checkDimension(decomposeBy);
  const run = (where: WorkforceFilter, by: readonly Dimension[]): Promise<Report> =>
    runReport(analytics, { period, by, grain: null, where, questions: [ask(participation, null)] });
  const [wholeA, wholeB] = await Promise.all([run(a, []), run(b, [])]);
  const [groupA, groupB] = [readWhole(wholeA), readWhole(wholeB)];
  const gap = compareRates(groupA, groupB);
  const parts =
    decomposeBy === null || gap.percentagePoints === null
      ? null
      : decompose(await run(a, [decomposeBy]), groupA, await run(b, [decomposeBy]), groupB);
  return { asOf: wholeA.asOf, a: groupA, b: groupB, ...gap, decomposition: parts };
}

function checkDimension(dimension: Dimension | null): void {
  if (dimension !== null && !PARTITIONS.includes(dimension))
    throw new PraxisError(
      'INVALID',
      `decomposeBy takes a dimension of which everyone has one value: ${PARTITIONS.join(', ')}.`,
    );
}

function readWhole(report: Report): Participation {
  return report.slices[0]?.read(participation, null) ?? participation.empty;
}

function compareRates(
  a: Participation,
  b: Participation,
): Pick<ParticipationGap, 'percentagePoints' | 'interval' | 'ratio'> {
  if (a.rate === null || b.rate === null)
    return { percentagePoints: null, interval: null, ratio: null };
  const interval = computeNewcombeInterval(
    { part: a.active ?? 0, whole: a.headcount ?? 0 },
    { part: b.active ?? 0, whole: b.headcount ?? 0 },
  );
  return {
    percentagePoints: 100 * (a.rate - b.rate),
    interval: interval && { low: 100 * interval.low, high: 100 * interval.high },
    ratio: b.rate === 0 ? null : a.rate / b.rate,
  };
}

function decompose(
  reportA: Report,
  wholeA: Participation,
  reportB: Report,
  wholeB: Participation,
): readonly GapPart[] {
  const strataA = readStrata(reportA, wholeA);
  const strataB = readStrata(reportB, wholeB);
  const nobody: Stratum = { weight: 0, rate: null };
  const parts: GapPart[] = [];
  for (const value of new Set([...strataA.keys(), ...strataB.keys()])) {
    const [a, b] = [strataA.get(value), strataB.get(value)];
    if (a === null || b === null) continue;
    const part = decomposeDifference(a ?? nobody, b ?? nobody);
    parts.push({ value, composition: 100 * part.composition, rate: 100 * part.rate });
  }
  return parts;
}

/** By value of the dimension; null when it is suppressed. */
function readStrata(report: Report, whole: Participation): Map<string, Stratum | null> {
  return new Map(
    report.slices.map((slice) => {
      const value = [...slice.values.values()][0] ?? NO_VALUE;
      const { headcount, rate } = slice.read(participation, null);
      const stratum =
        headcount === null ? null : { weight: headcount / (whole.headcount ?? 0), rate };
      return [value, stratum];
    }),
  );
}
