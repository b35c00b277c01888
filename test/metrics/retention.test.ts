import { afterEach, describe, expect, test } from '@jest/globals';
import { did, organise } from '../../graphql/metrics/example-world.ts';
import type { ExampleWorld, WorkforceFilter } from '../../graphql/metrics/metric.ts';
import type { Grain } from '../../graphql/metrics/period.ts';
import { measureRetention } from '../../graphql/metrics/retention.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { formatInstant, instantOfDate, parseInstant } from '../../statements/instant.ts';
import { roundDeep } from './compare.ts';
import { readOrganisation } from './oracle/organisation.ts';
import { createRandom, inventOrganisation } from './oracle/random-organisation.ts';
import { computeRetention } from './oracle/retention.ts';
import { openWorld } from './world.ts';

let database: Database | null = null;

afterEach(async () => {
  await database?.close();
  database = null;
});

interface Asked {
  readonly where?: WorkforceFilter;
  readonly minGroupSize?: number;
  readonly asOf?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Cohort by cohort: the first day of its bucket, its size, and who came back. */
async function retain(
  given: ExampleWorld,
  { where = {}, minGroupSize = 1, asOf = '2026-12-01T00:00:00Z', ...period }: Asked = {},
): Promise<readonly unknown[]> {
  database = await openWorld(given);
  const cohorts = await measureRetention(
    {
      runner: database,
      status: () => ({ asOf: parseInstant(asOf)!, ruleSetVersion: '1' }),
      minGroupSize,
    },
    {
      period: { from: '2026-01-01', to: '2026-04-01', timeZone: 'UTC', ...period },
      grain: 'MONTH',
      where,
    },
  );
  return cohorts.map(({ bucket, size, returned }) => [
    formatInstant(bucket.from).slice(0, 7),
    size,
    returned,
  ]);
}

const PAIR = { ann: 'cook FRONTLINE', bob: 'cook FRONTLINE' };

describe('retention', () => {
  test('is the share of those first active in a month who are active again k months later', async () => {
    const cohorts = await retain(
      organise({
        staff: PAIR,
        events: [
          did('ann', 'ENGAGED', '2026-01-05'),
          did('ann', 'ENGAGED', '2026-01-06'),
          did('bob', 'ENGAGED', '2026-01-31'),
          did('bob', 'ENGAGED', '2026-03-01'),
        ],
      }),
    );
    expect(cohorts).toEqual([
      ['2026-01', 2, [1, 0, 0.5]],
      ['2026-02', 0, [null, null]],
      ['2026-03', 0, [null]],
    ]);
  });

  test('counts nobody as new who was active before the period began', async () => {
    const cohorts = await retain(
      organise({
        staff: PAIR,
        events: [
          did('ann', 'ENGAGED', '2025-12-31'),
          did('ann', 'ENGAGED', '2026-01-05'),
          did('bob', 'ENGAGED', '2026-02-05'),
        ],
      }),
    );
    expect(cohorts).toEqual([
      ['2026-01', 0, [null, null, null]],
      ['2026-02', 1, [1, 0]],
      ['2026-03', 0, [null]],
    ]);
  });

  test('keeps those who left in the size: not coming back is what it tells', async () => {
    const cohorts = await retain({
      ...organise({
        people: [{ id: 'ann', leftOn: '2026-01-20' }],
        assignments: [{ personId: 'ann', from: '2025-01-01', role: 'cook', segment: 'DESK' }],
        events: [did('ann', 'ENGAGED', '2026-01-05')],
      }),
    });
    expect(cohorts[0]).toEqual(['2026-01', 1, [1, 0, 0]]);
  });

  test('is filtered by the last assignment of the month in which somebody was first active', async () => {
    const world = organise({
      staff: PAIR,
      assignments: [{ personId: 'ann', from: '2026-01-20', role: 'chef', segment: 'FRONTLINE' }],
      events: [
        did('ann', 'ENGAGED', '2026-01-05'),
        did('ann', 'ENGAGED', '2026-02-05'),
        did('bob', 'ENGAGED', '2026-01-05'),
      ],
    });
    expect((await retain(world, { where: { roles: ['chef'] } }))[0]).toEqual([
      '2026-01',
      1,
      [1, 1, 0],
    ]);
  });

  test('is unknown for months that have not begun', async () => {
    const world = organise({ staff: PAIR, events: [did('ann', 'ENGAGED', '2026-01-05')] });
    expect((await retain(world, { asOf: '2026-02-10T00:00:00Z' }))[0]).toEqual([
      '2026-01',
      1,
      [1, 0, null],
    ]);
  });

  test('hides a small cohort, and the next smallest with it: a coarser grain has their sum', async () => {
    const staff = Object.fromEntries(
      Array.from({ length: 21 }, (_, index) => [`p${index}`, 'cook FRONTLINE']),
    );
    const starts = (from: number, to: number, month: string): readonly object[] =>
      Array.from({ length: to - from }, (_, index) =>
        did(`p${from + index}`, 'ENGAGED', `2026-${month}-05`),
      );
    const world = {
      ...organise({ staff }),
      events: [...starts(0, 2, '01'), ...starts(2, 9, '02'), ...starts(9, 21, '03')],
    } as ExampleWorld;
    expect(await retain(world, { minGroupSize: 5 })).toEqual([
      ['2026-01', null, [null, null, null]],
      ['2026-02', null, [null, null]],
      ['2026-03', 12, [1]],
    ]);
  });
});

describe('an organisation made at random', () => {
  const FILTERS: readonly WorkforceFilter[] = [
    {},
    { roles: ['cook'] },
    { segments: ['DESK'], tenures: ['1–3 years', '>3 years'] },
    { courses: ['c:1', 'c:2'] },
    { skills: ['s:1'] },
    { platforms: ['m'] },
    { pilots: ['x'] },
  ];
  const NAMES: Readonly<Record<string, string>> = {
    roles: 'ROLE',
    segments: 'SEGMENT',
    tenures: 'TENURE',
    courses: 'COURSE',
    skills: 'SKILL',
    platforms: 'PLATFORM',
    pilots: 'PILOT',
  };
  test.each(Array.from({ length: 12 }, (_, index) => [index + 1]))(
    'has the same retention in SQL and by hand (seed %i)',
    async (seed) => {
      const random = createRandom(seed * 104_729);
      const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
      const world = JSON.parse(JSON.stringify(inventOrganisation(seed))) as ExampleWorld;
      database = await openWorld(world);
      const organisation = readOrganisation(world);
      let people = 0;
      for (const where of FILTERS) {
        const grain = pick<Grain>(['WEEK', 'MONTH', 'QUARTER']);
        const asOf = Date.parse(pick(['2026-03-10', '2026-12-01']));
        const cohorts = await measureRetention(
          {
            runner: database,
            status: () => ({ asOf: instantOfDate(new Date(asOf)), ruleSetVersion: '1' }),
            minGroupSize: 1,
          },
          { period: { from: '2025-05-07', to: '2026-05-20', timeZone: 'UTC' }, grain, where },
        );
        const demands = Object.fromEntries(
          Object.entries(where).map(([field, values]) => [NAMES[field], [values]]),
        );
        const expected = computeRetention(
          organisation,
          cohorts.map(({ bucket }) => [bucket.from / 1000, bucket.to / 1000]),
          demands,
          asOf,
        );
        expect(roundDeep(cohorts.map(({ size, returned }) => ({ size, returned })))).toEqual(
          roundDeep(expected),
        );
        people += cohorts.reduce((sum, { size }) => sum + (size ?? 0), 0);
      }
      expect(people).toBeGreaterThan(10);
    },
  );
});
