import { afterEach, describe, expect, test } from '@jest/globals';
import { did } from '../../graphql/metrics/example-world.ts';
import type { Dimension, ExampleWorld, WorkforceFilter } from '../../graphql/metrics/metric.ts';
import { measureParticipationGap } from '../../graphql/metrics/participation-gap.ts';
import { comparePilotParticipation, measurePilot } from '../../graphql/metrics/pilot.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { ask, runReport, type Analytics } from '../../graphql/metrics/report.ts';
import { measureRetention } from '../../graphql/metrics/retention.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { parseInstant } from '../../statements/instant.ts';
import { openWorld } from './world.ts';

const PERIOD = { from: '2026-01-01', to: '2026-02-01', timeZone: 'UTC' };

let database: Database;

afterEach(() => database.close());

function analytics(minGroupSize = 5): Analytics {
  return {
    runner: database,
    status: () => ({ asOf: parseInstant('2026-12-01T00:00:00Z')!, ruleSetVersion: '1' }),
    minGroupSize,
  };
}

/** `{ cook: 20 }` is twenty people p0 … p19; everyone is on the frontline, in d1 when even and d2 when odd. */
function employ(jobs: Readonly<Record<string, number>>): ExampleWorld {
  let next = 0;
  const hired = Object.entries(jobs).flatMap(([role, count]) =>
    Array.from({ length: count }, () => ({ id: `p${next++}`, role })),
  );
  return {
    people: hired.map(({ id }) => ({ id })),
    assignments: hired.map(({ id, role }, index) => ({
      personId: id,
      from: '2020-01-01',
      role,
      segment: 'FRONTLINE',
      department: index % 2 === 0 ? 'd1' : 'd2',
    })),
  };
}

async function headcounts(
  where: WorkforceFilter,
  by: readonly Dimension[] = [],
): Promise<Record<string, number | null>> {
  const { slices } = await runReport(analytics(), {
    period: PERIOD,
    by,
    grain: null,
    where,
    questions: [ask(METRICS.headcount, null)],
  });
  return Object.fromEntries(
    slices.map((slice) => [[...slice.values.values()].join(), slice.read(METRICS.headcount, null)]),
  );
}

describe('a filter', () => {
  test('that leaves out one to four people is answered with nothing: the rest would tell them', async () => {
    database = await openWorld(employ({ cook: 20, chef: 3 }));
    expect(await headcounts({})).toEqual({ '': 23 });
    expect(await headcounts({ roles: ['chef'] })).toEqual({ '': null });
    expect(await headcounts({ roles: ['cook'] })).toEqual({ '': null });
  });

  test('that leaves out five people, or nobody, is answered', async () => {
    database = await openWorld(employ({ cook: 20, chef: 5 }));
    expect(await headcounts({ roles: ['cook'] })).toEqual({ '': 20 });
    expect(await headcounts({ segments: ['FRONTLINE'] })).toEqual({ '': 25 });
  });

  test('is held against the same report with any of its parts left out, slice by slice', async () => {
    // Two of the three chefs are in d1: with and without the department, chefs would differ by one.
    database = await openWorld(employ({ cook: 20, chef: 13 }));
    expect(await headcounts({ departments: ['d1'] }, ['ROLE'])).toEqual({ cook: 10, chef: 7 });
    const world = employ({ cook: 20, chef: 9 });
    await database.close();
    database = await openWorld({
      ...world,
      assignments: world['assignments']!.map((record) =>
        record['personId'] === 'p21' ? record : { ...record, department: 'd1' },
      ),
    });
    // The cooks too, though nothing of them is left out: all less the cooks would be the chefs.
    expect(await headcounts({ departments: ['d1'] }, ['ROLE'])).toEqual({ cook: null, chef: null });
    expect(await headcounts({ departments: ['d1'], roles: ['cook'] })).toEqual({ '': 20 });
  });

  test('by tenure, pilot, manager or person is guarded like any other', async () => {
    const world = employ({ cook: 20, chef: 3 });
    const ids = world['people']!.map(({ id }) => id as string);
    database = await openWorld({
      ...world,
      people: ids.map((id, index) => ({ id, hiredOn: index < 20 ? '2020-01-01' : '2025-06-01' })),
      assignments: world['assignments']!.map((record, index) => ({
        ...record,
        managerId: index < 20 ? 'p0' : 'p1',
      })),
      pilots: [{ id: 'x', personIds: ids.slice(0, 20), from: '2026-01-01' }],
    });
    const filters = [
      { tenures: ['>3 years'] },
      { pilots: ['x'] },
      { managers: ['p0'] },
      { people: ids.slice(0, 20) },
    ];
    for (const where of filters) {
      expect(await headcounts(where)).toEqual({ '': null });
      expect(await headcounts({ ...where, roles: ['cook', 'chef'] })).toEqual({ '': null });
    }
    expect(await headcounts({ people: ids })).toEqual({ '': 23 });
    // All less the pilot would be the three chefs.
    expect(await headcounts({}, ['PILOT'])).toEqual({ x: null });
    expect(await headcounts({}, ['ROLE', 'PILOT'])).toEqual({ 'cook,x': 20 });
  });

  test('guards retention too', async () => {
    const world = employ({ cook: 20, chef: 3 });
    database = await openWorld({
      ...world,
      events: world['people']!.map(({ id }) => did(String(id), 'ENGAGED', '2026-01-05')),
    });
    const sizes = async (where: WorkforceFilter) =>
      (await measureRetention(analytics(), { period: PERIOD, grain: 'MONTH', where })).map(
        ({ size, returned }) => [size, returned],
      );
    expect(await sizes({})).toEqual([[23, [1]]]);
    expect(await sizes({ roles: ['cook'] })).toEqual([[null, [null]]]);
  });
});

describe('a group of two', () => {
  test('that is too small hides the other: pilot and comparison', async () => {
    const world = employ({ cook: 20 });
    database = await openWorld({
      ...world,
      pilots: [
        { id: 'small', personIds: ['p0', 'p1'], from: '2026-01-01' },
        {
          id: 'most',
          personIds: world['people']!.slice(0, 17).map(({ id }) => id),
          from: '2026-01-01',
        },
        {
          id: 'half',
          personIds: world['people']!.slice(0, 10).map(({ id }) => id),
          from: '2026-01-01',
        },
      ],
    });
    for (const [id, people] of [
      ['small', 0],
      ['most', 0],
      ['half', 10],
    ] as const) {
      const report = (await measurePilot(analytics(), id))!;
      expect(report).toMatchObject({ people, comparison: people, suppressed: people === 0 });
      const { pilot, comparison, interval } = await comparePilotParticipation(analytics(), report);
      expect([pilot.whole, comparison.whole]).toEqual([people, people]);
      if (people === 0) expect([pilot.rate, comparison.rate, interval]).toEqual([null, null, null]);
    }
  });

  test('shows no part of a gap that is about few, and never all parts but one', async () => {
    const desk = employ({ clerk: 30 });
    const world = {
      people: [...desk['people']!, ...Array.from({ length: 20 }, (_, i) => ({ id: `f${i}` }))],
      assignments: [
        ...desk['assignments']!.map((record, index) => ({
          ...record,
          segment: 'DESK',
          location: index < 2 ? 'tiny' : index < 12 ? 'mid' : 'big',
        })),
        ...Array.from({ length: 20 }, (_, i) => ({
          personId: `f${i}`,
          from: '2020-01-01',
          role: 'cook',
          segment: 'FRONTLINE',
          location: i < 10 ? 'mid' : 'big',
        })),
      ],
    };
    database = await openWorld(world);
    const gap = await measureParticipationGap(analytics(), {
      period: PERIOD,
      a: { segments: ['DESK'] },
      b: { segments: ['FRONTLINE'] },
      decomposeBy: 'LOCATION',
    });
    expect(gap.percentagePoints).toBe(0);
    expect(gap.decomposition!.map(({ value }) => value)).toEqual(['big']);
  });
});

describe('a part of a value', () => {
  test('about too few is withheld in a slice that is large enough', async () => {
    const world = employ({ cook: 20 });
    const skill = { skill: 's:1' };
    const done = (count: number, at: string): readonly object[] =>
      Array.from({ length: count }, (_, index) => did(`p${index}`, 'COMPLETED', at, skill));
    database = await openWorld({
      ...world,
      skills: [{ id: 's:1' }],
      events: [
        ...done(10, '2026-01-05'),
        ...Array.from({ length: 3 }, (_, index) =>
          did(`p${index}`, 'APPLIED', '2026-01-09', skill),
        ),
      ],
    } as ExampleWorld);
    const read = async (minGroupSize: number) => {
      const { slices } = await runReport(analytics(minGroupSize), {
        period: PERIOD,
        by: [],
        grain: null,
        where: {},
        questions: [ask(METRICS.skillApplication, { windowDays: 90 })],
      });
      return slices[0]!.read(METRICS.skillApplication, { windowDays: 90 });
    };
    expect(await read(5)).toMatchObject({ matured: 10, applied: 3, maintained: null });
    expect(await read(3)).toMatchObject({ applied: 3, maintained: { part: 0, whole: 3 } });
  });

  test.each([
    ['learners', 3, 12],
    ['controls', 8, 3],
  ])(
    'few %s hide the effect of a KPI, and every sum that would tell its benefit',
    async (_, learners, controls) => {
      const measured = (from: number, count: number): readonly object[] =>
        Array.from({ length: count }, (_unused, index) => [
          { kpiId: 'k', personId: `p${from + index}`, at: '2025-12-20T00:00:00Z', value: 1 },
          { kpiId: 'k', personId: `p${from + index}`, at: '2026-01-20T00:00:00Z', value: 3 },
        ]).flat();
      const world = employ({ cook: 30 });
      const given = {
        ...world,
        courses: [{ id: 'c:1', fixedCost: 100 }],
        kpis: [{ id: 'k', valuePerUnit: 10 }],
        observations: [...measured(0, learners), ...measured(15, controls)],
        events: Array.from({ length: 10 }, (_unused, index) =>
          did(`p${index}`, 'COMPLETED', '2026-01-05', { course: 'c:1' }),
        ),
      } as ExampleWorld;
      database = await openWorld(given);
      const args = METRICS.trainingRoi.defaults;
      const read = async (minGroupSize: number) => {
        const { slices } = await runReport(analytics(minGroupSize), {
          period: PERIOD,
          by: [],
          grain: null,
          where: {},
          questions: [ask(METRICS.trainingRoi, args)],
        });
        return slices[0]!.read(METRICS.trainingRoi, args);
      };
      expect(await read(1)).toMatchObject({
        effects: [{ learners, controls, effect: 0 }],
        benefit: 0,
      });
      expect(await read(5)).toMatchObject({
        learners: 10,
        cost: 100,
        benefit: null,
        netBenefit: null,
        roi: null,
        benefitCostRatio: null,
        paybackMonths: null,
        sensitivity: null,
        effects: [
          { kpi: 'k', learners: 0, controls: 0, effect: null, interval: null, benefit: null },
        ],
      });
    },
  );
});
