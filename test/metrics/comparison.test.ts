import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { did, organise } from '../../graphql/metrics/example-world.ts';
import { resolveComparison, type Comparison } from '../../graphql/metrics/comparison.ts';
import { readParts } from '../../graphql/metrics/long-report.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import {
  ask,
  planReport,
  readSlices,
  runReport,
  type Analytics,
  type ReportRequest,
  type Slice,
} from '../../graphql/metrics/report.ts';
import {
  computeDifferenceInterval,
  computeNewcombeInterval,
  computeWilsonInterval,
} from '../../graphql/metrics/statistics.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { parseInstant } from '../../statements/instant.ts';
import { openWorld } from './world.ts';

const { participation } = METRICS;
/** Eight cooks and six waiters; five cooks engage in January, two in February, two waiters in February. */
const COOKS = Array.from({ length: 8 }, (_, index) => `cook${index}`);
const WAITERS = Array.from({ length: 6 }, (_, index) => `waiter${index}`);

let database: Database;
beforeAll(async () => {
  database = await openWorld(
    organise({
      staff: Object.fromEntries([
        ...COOKS.map((id) => [id, 'cook FRONTLINE']),
        ...WAITERS.map((id) => [id, 'waiter FRONTLINE']),
      ]),
      events: [
        ...COOKS.slice(0, 5).map((id) => did(id, 'ENGAGED', '2026-01-10')),
        ...COOKS.slice(0, 2).map((id) => did(id, 'ENGAGED', '2026-02-10')),
        ...WAITERS.slice(0, 2).map((id) => did(id, 'ENGAGED', '2026-02-10')),
      ],
    }),
  );
});
afterAll(() => database.close());

const ANALYTICS: Analytics = {
  runner: { query: (sql, parameters) => database.query(sql, parameters) },
  status: () => ({ asOf: parseInstant('2026-12-01T00:00:00Z')!, ruleSetVersion: 'r1' }),
  minGroupSize: 5,
};

function report(request: Partial<ReportRequest>): ReportRequest {
  return {
    period: { from: '2026-02-01', to: '2026-03-01', timeZone: 'UTC' },
    by: [],
    grain: null,
    where: {},
    questions: [ask(participation, null)],
    ...request,
  };
}

function readRates(slices: readonly Slice[]) {
  return slices.map((slice) => [
    slice.values.get('ROLE'),
    slice.read(participation, null).rate,
    slice.comparison?.read(participation, null).rate,
  ]);
}

describe('a comparison', () => {
  test.each<[string, string, string, string]>([
    ['2026-01-01', '2026-07-01', '2025-07-01', 'whole months'],
    ['2026-03-01', '2026-04-01', '2026-02-01', 'a month, however long it is'],
    ['2026-01-15', '2026-02-15', '2025-12-15', 'a month from its fifteenth'],
    ['2026-03-02', '2026-03-09', '2026-02-23', 'a week'],
    ['2026-01-01', '2026-01-31', '2025-12-02', 'thirty days'],
  ])('from %s to %s has before it %s: %s', (from, to, before) => {
    const { period } = resolveComparison(
      { previous: true },
      { period: { from, to, timeZone: 'Asia/Tokyo' }, where: {} },
    );
    expect(period).toEqual({ from: before, to: from, timeZone: 'Asia/Tokyo' });
  });

  test('stands each slice beside the one of the same values', async () => {
    const { slices } = await runReport(
      ANALYTICS,
      report({ by: ['ROLE'], compareTo: { previous: true } }),
    );
    expect(readRates(slices)).toEqual([
      ['cook', 2 / 8, 5 / 8],
      ['waiter', 2 / 6, 0],
    ]);
  });

  test('stands bucket beside bucket in turn, and has none for one too many', async () => {
    const period = { from: '2026-01-01', to: '2026-04-01', timeZone: 'UTC' };
    const compareTo: Comparison = { period: { ...period, from: '2026-02-01' } };
    const { slices } = await runReport(
      ANALYTICS,
      report({ period, grain: 'MONTH', where: { roles: ['cook'] }, compareTo }),
    );
    expect(readRates(slices).map(([, ...rates]) => rates)).toEqual([
      [5 / 8, 2 / 8],
      [2 / 8, 0],
      [0, undefined],
    ]);
  });

  test('with another part of the workforce is in the same period', async () => {
    const { slices } = await runReport(
      ANALYTICS,
      report({ where: { roles: ['cook'] }, compareTo: { where: { roles: ['waiter'] } } }),
    );
    expect(readRates(slices)).toEqual([[undefined, 2 / 8, 2 / 6]]);
  });

  test('hides a side that is too small', async () => {
    const { slices } = await runReport(
      ANALYTICS,
      report({
        where: { roles: ['cook'] },
        compareTo: { where: { people: WAITERS.slice(0, 3) } },
      }),
    );
    expect(slices[0]?.comparison?.suppressed).toBe(true);
    expect(readRates(slices)).toEqual([[undefined, 2 / 8, null]]);
  });

  test('asks the warehouse nothing more for more slices', async () => {
    const queries: string[] = [];
    const runner: Analytics['runner'] = {
      query: (sql, parameters) => {
        queries.push(sql);
        return database.query(sql, parameters);
      },
    };
    const compareTo: Comparison = { previous: true };
    await runReport({ ...ANALYTICS, runner }, report({ compareTo }));
    const few = queries.splice(0).length;
    await runReport({ ...ANALYTICS, runner }, report({ by: ['ROLE'], grain: 'DAY', compareTo }));
    expect(queries).toHaveLength(few);
  });
});

test('the interval of a difference is Newcombe’s for shares, and 1.96 standard errors for means', () => {
  const [a, b] = [
    { part: 3, whole: 7 },
    { part: 11, whole: 40 },
  ];
  const estimate = ({ part, whole }: { part: number; whole: number }) => ({
    value: part / whole,
    interval: computeWilsonInterval(part, whole)!,
  });
  const newcombe = computeNewcombeInterval(a, b)!;
  const ours = computeDifferenceInterval(estimate(a), estimate(b));
  expect(ours.low).toBeCloseTo(newcombe.low, 14);
  expect(ours.high).toBeCloseTo(newcombe.high, 14);
  const mean = (value: number, error: number) => ({
    value,
    interval: { low: value - 1.96 * error, high: value + 1.96 * error },
  });
  // Standard errors of 3 and 4 make one of 5.
  const { low, high } = computeDifferenceInterval(mean(10, 3), mean(6, 4));
  expect([low, high]).toEqual([expect.closeTo(4 - 9.8, 12), expect.closeTo(4 + 9.8, 12)]);
});

describe('a long report', () => {
  const LONG = report({
    period: { from: '2026-01-01', to: '2026-02-01', timeZone: 'Europe/Paris' },
    by: ['ROLE'],
    grain: 'DAY',
    compareTo: { previous: true },
  });

  test('is read in parts that are together what it is at once', async () => {
    const plan = planReport(ANALYTICS, LONG);
    const [sizes, slices]: [number[], Slice[]] = [[], []];
    // Seven slices at a time are three days of two roles.
    const parts = readParts(plan, (start, end) =>
      readSlices({ ...ANALYTICS, slicesAtMost: 7 }, plan, start, end),
    );
    for await (const part of parts) {
      sizes.push(part.length);
      slices.push(...part);
    }
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
    const whole = await runReport(ANALYTICS, LONG);
    const tell = (slice: Slice) => [
      slice.bucket,
      slice.values.get('ROLE'),
      slice.suppressed,
      slice.read(participation, null),
      slice.comparison?.bucket,
      slice.comparison?.read(participation, null),
    ];
    expect(slices.map(tell)).toEqual(whole.slices.map(tell));
    expect(slices).toHaveLength(62);
  });

  test('of too many slices in one bucket is refused, and not cut', async () => {
    const plan = planReport(ANALYTICS, LONG);
    const parts = readParts(plan, (start, end) =>
      readSlices({ ...ANALYTICS, slicesAtMost: 1 }, plan, start, end),
    );
    await expect(parts.next()).rejects.toMatchObject({ code: 'INVALID' });
  });
});
