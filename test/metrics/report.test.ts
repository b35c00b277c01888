import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { did, organise } from '../../graphql/metrics/example-world.ts';
import { measureParticipationGap } from '../../graphql/metrics/participation-gap.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import {
  ask,
  runReport,
  type Analytics,
  type Report,
  type ReportRequest,
} from '../../graphql/metrics/report.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { parseInstant } from '../../statements/instant.ts';
import { openWorld } from './world.ts';

/** 6 cooks, 5 chefs, 3 bakers on the frontline; 8 clerks at desks. Every second one engages. */
const STAFF = [
  ...Array.from({ length: 6 }, (_, index) => [`cook${index}`, 'cook FRONTLINE']),
  ...Array.from({ length: 5 }, (_, index) => [`chef${index}`, 'chef FRONTLINE']),
  ...Array.from({ length: 3 }, (_, index) => [`baker${index}`, 'baker FRONTLINE']),
  ...Array.from({ length: 8 }, (_, index) => [`clerk${index}`, 'clerk DESK']),
];
const PERIOD = { from: '2026-01-01', to: '2026-03-01', timeZone: 'UTC' };
const { headcount, participation, skillApplication, trainingRoi } = METRICS;

let database: Database;

beforeAll(async () => {
  database = await openWorld(
    organise({
      staff: Object.fromEntries(STAFF),
      skills: [{ id: 's:1' }],
      courses: [{ id: 'c:1', skills: ['s:1'] }],
      events: STAFF.flatMap(([person], index) => [
        ...(index % 2 === 0 ? [did(person!, 'ENGAGED', '2026-01-05')] : []),
        did(person!, 'COMPLETED', '2026-01-06', { course: 'c:1', skill: 's:1' }),
      ]),
    }),
  );
});
afterAll(() => database.close());

function analyse(minGroupSize = 5): Analytics & { readonly queries: string[] } {
  const queries: string[] = [];
  return {
    queries,
    runner: {
      query: (sql, parameters) => {
        queries.push(sql);
        return database.query(sql, parameters);
      },
    },
    status: () => ({ asOf: parseInstant('2026-12-01T00:00:00Z')!, ruleSetVersion: 'r1' }),
    minGroupSize,
  };
}

function run(request: Partial<ReportRequest>, analytics: Analytics = analyse()): Promise<Report> {
  return runReport(analytics, {
    period: PERIOD,
    by: [],
    grain: null,
    where: {},
    questions: [],
    ...request,
  });
}

describe('a report', () => {
  test('asks the warehouse once a metric, however many slices it has', async () => {
    const analytics = analyse();
    const report = await run(
      {
        by: ['ROLE', 'SEGMENT'],
        grain: 'DAY',
        questions: [
          ask(participation, null),
          ask(skillApplication, { windowDays: 90 }),
          ask(skillApplication, { windowDays: 30 }),
          ask(skillApplication, { windowDays: 90 }),
          ask(trainingRoi, trainingRoi.defaults),
        ],
      },
      analytics,
    );
    expect(report.slices.length).toBe(4 * 59);
    expect(analytics.queries.length).toBe(4);
  });

  test('has the slices that have people, also for a metric that has nothing to say of them', async () => {
    const args = { windowDays: 90 };
    const report = await run({
      by: ['ROLE'],
      grain: 'MONTH',
      questions: [ask(skillApplication, args)],
    });
    const february = report.slices.filter((slice) => slice.bucket?.index === 1);
    expect(february.map((slice) => slice.values.get('ROLE'))).toEqual([
      'baker',
      'chef',
      'clerk',
      'cook',
    ]);
    expect(february[1]?.read(skillApplication, args).cohort).toBe(0);
  });

  test('hides a slice that is too small and the next smallest, of that metric', async () => {
    const report = await run({ by: ['ROLE'], questions: [ask(headcount, null)] });
    expect(
      report.slices.map((slice) => [
        slice.values.get('ROLE'),
        slice.suppressed,
        slice.read(headcount, null),
      ]),
    ).toEqual([
      ['baker', true, null],
      ['chef', true, null],
      ['clerk', false, 8],
      ['cook', false, 6],
    ]);
  });

  test('hides what a filter makes too small', async () => {
    const where = { people: ['clerk0', 'clerk1'] };
    const report = await run({ where, questions: [ask(participation, null)] });
    expect(report.slices[0]?.suppressed).toBe(true);
    expect(report.slices[0]?.read(participation, null)).toEqual(participation.suppressed);
  });

  test('matches nobody with an empty list', async () => {
    const report = await run({ where: { roles: [] }, questions: [ask(headcount, null)] });
    expect(report.slices).toEqual([]);
  });

  test('cuts days at the midnights of its time zone', async () => {
    // 2026-01-05T00:00Z is still the fourth in New York.
    const period = { from: '2026-01-03', to: '2026-01-07', timeZone: 'America/New_York' };
    const report = await run({ period, grain: 'DAY', questions: [ask(participation, null)] });
    const active = report.slices.map((slice) => slice.read(participation, null).active);
    expect(active).toEqual([0, 11, 0, 0]);
  });

  test('gives values that were sent as values, and not as SQL', async () => {
    const where = { roles: [`cook') OR 1=1 --`], locations: [`'; DROP TABLE event; --`] };
    const report = await run({ where, questions: [ask(participation, null)] });
    expect(report.slices).toEqual([]);
  });

  test.each<[string, Partial<ReportRequest>, string]>([
    ['by a dimension twice', { by: ['ROLE', 'ROLE'] }, 'twice'],
    [
      'by six dimensions',
      { by: ['ROLE', 'SEGMENT', 'DEPARTMENT', 'LOCATION', 'MANAGER', 'TENURE'] },
      'at most 5',
    ],
    [
      'of a window without days',
      { questions: [ask(skillApplication, { windowDays: 0 })] },
      'windowDays must be',
    ],
    [
      'of too many slices',
      { by: ['ROLE'], grain: 'DAY', period: { ...PERIOD, from: '2005-01-01', to: '2032-01-01' } },
      'Narrow it',
    ],
  ])('%s is refused', async (_, request, reason) => {
    await expect(run(request)).rejects.toThrow(reason);
  });

  test('says to come back while the warehouse is opening', async () => {
    await expect(run({}, { ...analyse(), status: () => null })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  });
});

describe('the participation gap', () => {
  const FRONTLINE = { segments: ['FRONTLINE'] };

  test('of two groups that engage alike is nothing, and its parts sum to it', async () => {
    const gap = await measureParticipationGap(analyse(1), {
      period: PERIOD,
      a: { segments: ['DESK'] },
      b: FRONTLINE,
      decomposeBy: 'ROLE',
    });
    // 4 of 8 clerks; 3 of 6 cooks, 3 of 5 chefs and 1 of 3 bakers.
    expect(gap.percentagePoints).toBe(0);
    expect(gap.ratio).toBe(1);
    expect(gap.interval?.low).toBeLessThan(0);
    const sum = gap.decomposition?.reduce((total, part) => total + part.composition + part.rate, 0);
    expect(sum).toBeCloseTo(0, 10);
  });

  test('between a group of too few and another shows nothing of either difference', async () => {
    const gap = await measureParticipationGap(analyse(), {
      period: PERIOD,
      a: { roles: ['baker'] },
      b: { roles: ['cook'] },
      decomposeBy: 'SEGMENT',
    });
    expect(gap).toMatchObject({
      a: participation.suppressed,
      b: { active: 3, headcount: 6 },
      percentagePoints: null,
      interval: null,
      ratio: null,
      decomposition: null,
    });
  });

  test('is decomposed without the values that are too small to show', async () => {
    const gap = await measureParticipationGap(analyse(), {
      period: PERIOD,
      a: FRONTLINE,
      b: { segments: ['DESK'] },
      decomposeBy: 'ROLE',
    });
    expect(gap.decomposition?.map((part) => part.value)).toEqual(['cook', 'clerk']);
  });

  test('cannot be decomposed by what a person can have several of', async () => {
    const request = { period: PERIOD, a: FRONTLINE, b: FRONTLINE, decomposeBy: 'PILOT' } as const;
    await expect(measureParticipationGap(analyse(), request)).rejects.toThrow('decomposeBy');
  });
});
