import { describe, expect, test } from '@jest/globals';
import type {
  Dimension,
  ExampleWorld,
  Metric,
  WorkforceFilter,
} from '../../graphql/metrics/metric.ts';
import type { Grain } from '../../graphql/metrics/period.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { ask, runReport } from '../../graphql/metrics/report.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { instantOfDate } from '../../statements/instant.ts';
import { roundDeep } from './compare.ts';
import { readOrganisation, type Demands } from './oracle/organisation.ts';
import { computeParticipation } from './oracle/participation.ts';
import { createRandom, inventOrganisation } from './oracle/random-organisation.ts';
import { computeSkillApplication } from './oracle/skill-application.ts';
import { computeTrainingRoi } from './oracle/training-roi.ts';
import { openWorld } from './world.ts';

const SEEDS = 16;

const BY: readonly (readonly Dimension[])[] = [
  [],
  ['ROLE'],
  ['ROLE', 'SEGMENT'],
  ['DEPARTMENT', 'LOCATION'],
  ['MANAGER'],
  ['TENURE'],
  ['SKILL'],
  ['COURSE'],
  ['SEGMENT', 'COURSE'],
  ['SKILL', 'ROLE'],
  ['SKILL', 'COURSE'],
  ['AUTHOR', 'DEVICE'],
  ['PLATFORM'],
  ['PILOT'],
];
const WHERE: readonly WorkforceFilter[] = [
  {},
  {},
  { roles: ['cook'] },
  { segments: ['DESK'], departments: ['d1', 'd2'] },
  { tenures: ['1–3 years', '>3 years'] },
  { skills: ['s:1', 's:2'] },
  { courses: ['c:1', 'c:2'] },
  { platforms: ['m', 'unknown'] },
  { pilots: ['x', 'y'] },
  { people: ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'], managers: ['p1', 'p2', 'p3', 'p4', 'p5'] },
];
const FILTERED: Readonly<Record<keyof WorkforceFilter, string>> = {
  roles: 'ROLE',
  segments: 'SEGMENT',
  departments: 'DEPARTMENT',
  locations: 'LOCATION',
  managers: 'MANAGER',
  tenures: 'TENURE',
  skills: 'SKILL',
  courses: 'COURSE',
  platforms: 'PLATFORM',
  pilots: 'PILOT',
  people: 'PERSON',
};

interface Question {
  readonly by: readonly Dimension[];
  readonly grain: Grain | null;
  readonly where: WorkforceFilter;
  readonly asOf: number;
  readonly days: number;
  readonly courses: readonly string[] | null;
}

function inventQuestion(random: () => number): Question {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return {
    by: pick(BY),
    grain: pick([null, null, 'QUARTER', 'MONTH']),
    where: pick(WHERE),
    asOf: Date.parse(pick(['2026-06-01', '2026-09-30', '2027-06-01'])),
    days: pick([20, 61, 90]),
    courses: pick([null, null, ['c:1', 'c:3']]),
  };
}

function demand(where: WorkforceFilter, values: ReadonlyMap<Dimension, string | null>): Demands {
  const demands: Record<string, (readonly (string | null)[])[]> = {};
  for (const [field, allowed] of Object.entries(where) as [keyof WorkforceFilter, string[]][])
    (demands[FILTERED[field]] ??= []).push(allowed);
  for (const [dimension, value] of values) (demands[dimension] ??= []).push([value]);
  return demands;
}

/** Asks the product for a report, and for each of its slices what the oracle says of that slice alone. */
async function compare<Arguments, Value>(
  database: Database,
  question: Question,
  metric: Metric<Arguments, Value>,
  args: Arguments,
  oracle: (period: readonly [number, number], demands: Demands) => object | number,
): Promise<number> {
  const period = { from: '2025-11-10', to: '2026-05-20', timeZone: 'UTC' };
  const report = await runReport(
    {
      runner: database,
      status: () => ({ asOf: instantOfDate(new Date(question.asOf)), ruleSetVersion: '1' }),
      minGroupSize: 1,
    },
    { ...question, period, questions: [ask(metric, args)] },
  );
  for (const slice of report.slices) {
    const bucket = slice.bucket ?? report;
    const asked = [bucket.from / 1000, bucket.to / 1000] as const;
    expect({ slice: [...slice.values], asked, value: roundDeep(slice.read(metric, args)) }).toEqual(
      {
        slice: [...slice.values],
        asked,
        value: roundDeep(oracle(asked, demand(question.where, slice.values))),
      },
    );
  }
  return report.slices.length;
}

async function compareAll(world: ExampleWorld, questions: readonly Question[]): Promise<number> {
  const organisation = readOrganisation(world);
  const database = await openWorld(world);
  let slices = 0;
  try {
    for (const question of questions) {
      const { days, courses, asOf } = question;
      slices += await compare(database, question, METRICS.participation, null, (period, demands) =>
        computeParticipation(organisation, period, demands),
      );
      slices += await compare(
        database,
        question,
        METRICS.skillApplication,
        { windowDays: days },
        (period, demands) => computeSkillApplication(organisation, period, demands, asOf, days),
      );
      const windows = { courses, beforeDays: days, afterDays: 120 - days };
      slices += await compare(database, question, METRICS.trainingRoi, windows, (period, demands) =>
        computeTrainingRoi(organisation, { period, demands, ...windows }),
      );
    }
  } finally {
    await database.close();
  }
  return slices;
}

describe('an organisation made at random', () => {
  test.each(Array.from({ length: SEEDS }, (_, index) => [index + 1]))(
    'gives the same numbers in SQL and by hand, slice by slice (seed %i)',
    async (seed) => {
      const random = createRandom(seed * 7919);
      const questions = Array.from({ length: 4 }, () => inventQuestion(random));
      const slices = await compareAll(withDefaults(inventOrganisation(seed)), questions);
      expect(slices).toBeGreaterThan(0);
    },
  );
});

/** JSON drops what is undefined, as the stored records do. */
function withDefaults(world: ExampleWorld): ExampleWorld {
  return JSON.parse(JSON.stringify(world)) as ExampleWorld;
}
