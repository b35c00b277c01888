import { formatInstant, type Instant } from '../../statements/instant.ts';
import type { Metric, SliceKey } from './metric.ts';
import { participation } from './participation.ts';
import type { Period } from './period.ts';
import { readText, requireText } from './read-cells.ts';
import { ask, readStatus, runReport, type Analytics } from './report.ts';
import {
  rateShare,
  skillApplication,
  type Rate,
  type SkillApplicationArguments,
} from './skill-application.ts';
import { computeNewcombeInterval, type Interval } from './statistics.ts';
import { findSuppressed } from './suppression.ts';
import { trainingRoi, type TrainingRoi, type TrainingRoiArguments } from './training-roi.ts';

export interface PilotReport {
  readonly id: string;
  readonly name: string;
  readonly period: Period;
  /** True when either group is too small to show; then both have no people here, and no numbers. */
  readonly suppressed: boolean;
  readonly people: number;
  readonly comparison: number;
  readonly groups: PilotGroups;
}

/** Who is compared: ids of people. */
interface PilotGroups {
  readonly pilot: readonly string[];
  readonly comparison: readonly string[];
}

export interface PilotDifference {
  readonly suppressed: boolean;
  readonly pilot: Rate;
  readonly comparison: Rate;
  readonly percentagePoints: number | null;
  readonly interval: Interval | null;
}

export interface PilotRoi {
  readonly pilot: TrainingRoi;
  readonly comparison: TrainingRoi;
}

/** In the words of metrics.md §8, complete enough to compute it by hand. */
export const PILOT_DEFINITION = `The period is the pilot's, from its first day to its last (out), or to the
end of asOf's day where that is earlier or there is no last. people: those named by the pilot who have an assignment in force in
the period. comparison: those not named by it who have, and whose last one in the period is of a role and
segment that one of the pilot's people had in theirs. participation and skillApplication: of each group what
the report narrowed to these people says of the period, all courses and skills; the difference is pilot
minus comparison in percentage points, with Newcombe's 95 % interval (method 10).`;

/** Null when there is no such pilot. */
export async function measurePilot(analytics: Analytics, id: string): Promise<PilotReport | null> {
  const { asOf } = readStatus(analytics);
  const rows = await analytics.runner.query(
    `SELECT name, epoch_us(starts) AS starts, epoch_us(least(ends, date_trunc('day', $as_of::TIMESTAMP) + INTERVAL 1 DAY)) AS ends
     FROM pilot WHERE id = $id LIMIT 1`,
    { id, as_of: { timestampMicros: asOf } },
  );
  const row = rows[0];
  if (row === undefined) return null;
  const [starts, ends] = [Number(row['starts']), Number(row['ends'])];
  const period = { from: dateOf(starts), to: dateOf(ends), timeZone: 'UTC' };
  const groups =
    starts < ends ? await findGroups(analytics, id, starts, ends) : { pilot: [], comparison: [] };
  const [people, comparison] = [groups.pilot.length, groups.comparison.length];
  const suppressed = isEitherHidden(people, comparison, analytics.minGroupSize);
  const shown = suppressed ? { people: 0, comparison: 0 } : { people, comparison };
  return { id, name: requireText(row['name']), period, suppressed, ...shown, groups };
}

/** What is shown of one group would tell the other by subtraction from a report of both. */
function isEitherHidden(pilot: number, comparison: number, minGroupSize: number): boolean {
  const groups = [pilot, comparison].map((people, index) => ({
    key: { values: [String(index)], bucket: 0 } satisfies SliceKey,
    people,
  }));
  return findSuppressed(groups, minGroupSize).size > 0;
}

function dateOf(micros: number): string {
  return formatInstant(micros as Instant).slice(0, 10);
}

async function findGroups(
  { runner }: Analytics,
  id: string,
  starts: number,
  ends: number,
): Promise<PilotGroups> {
  const rows = await runner.query(
    `
    WITH named AS (SELECT DISTINCT unnest(person_ids) AS id FROM pilot WHERE id = $id),
    member AS (
      SELECT p.id, arg_max(a.role, a.starts) AS role, arg_max(a.segment, a.starts) AS segment,
        p.id IN (SELECT id FROM named) AS piloted
      FROM assignment a JOIN person p ON p.person = a.person
      WHERE a.starts < $ends AND a.ends > $starts GROUP BY p.id
    )
    SELECT id, piloted FROM member
    WHERE piloted OR (role, segment) IN (SELECT (role, segment) FROM member WHERE piloted)
    ORDER BY id`,
    { id, starts: { timestampMicros: starts }, ends: { timestampMicros: ends } },
  );
  const idsOf = (piloted: boolean): readonly string[] =>
    rows.filter((row) => row['piloted'] === piloted).flatMap((row) => readText(row['id']) ?? []);
  return { pilot: idsOf(true), comparison: idsOf(false) };
}

export async function comparePilotParticipation(
  analytics: Analytics,
  report: PilotReport,
): Promise<PilotDifference> {
  const { pilot, comparison } = await measureGroups(analytics, report, participation, null);
  return compareRates(
    { part: pilot.active, whole: pilot.headcount },
    { part: comparison.active, whole: comparison.headcount },
  );
}

export async function comparePilotApplication(
  analytics: Analytics,
  report: PilotReport,
  args: SkillApplicationArguments,
): Promise<PilotDifference> {
  const { pilot, comparison } = await measureGroups(analytics, report, skillApplication, args);
  return compareRates(
    { part: pilot.applied, whole: pilot.matured },
    { part: comparison.applied, whole: comparison.matured },
  );
}

/** Of the same courses for both groups. */
export function comparePilotRoi(
  analytics: Analytics,
  report: PilotReport,
  args: TrainingRoiArguments,
): Promise<PilotRoi> {
  return measureGroups(analytics, report, trainingRoi, args);
}

async function measureGroups<Arguments, Value>(
  analytics: Analytics,
  { period, suppressed, groups }: PilotReport,
  metric: Metric<Arguments, Value>,
  args: Arguments,
): Promise<{ readonly pilot: Value; readonly comparison: Value }> {
  const hidden = { pilot: metric.suppressed, comparison: metric.suppressed };
  if (suppressed) return hidden;
  const measure = async (people: readonly string[]): Promise<Value | null> => {
    if (people.length === 0) return metric.empty;
    const questions = [ask(metric, args)];
    const report = await runReport(analytics, {
      period,
      by: [],
      grain: null,
      where: { people },
      questions,
    });
    const slice = report.slices[0];
    if (slice === undefined) return metric.empty;
    return slice.suppressed ? null : slice.read(metric, args);
  };
  const [pilot, comparison] = await Promise.all([
    measure(groups.pilot),
    measure(groups.comparison),
  ]);
  return pilot === null || comparison === null ? hidden : { pilot, comparison };
}

interface Share {
  readonly part: number | null;
  readonly whole: number | null;
}

function compareRates(a: Share, b: Share): PilotDifference {
  const suppressed = a.whole === null || b.whole === null;
  const pilot = rateShare(a.part ?? 0, a.whole ?? 0);
  const comparison = rateShare(b.part ?? 0, b.whole ?? 0);
  const interval = computeNewcombeInterval(pilot, comparison);
  return {
    suppressed,
    pilot,
    comparison,
    percentagePoints:
      pilot.rate === null || comparison.rate === null ? null : 100 * (pilot.rate - comparison.rate),
    interval: interval && { low: 100 * interval.low, high: 100 * interval.high },
  };
}
