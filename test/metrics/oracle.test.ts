import { describe, expect, test } from '@jest/globals';
import type {
  Dimension,
  ExampleWorld,
  Metric,
  WorkforceFilter,
} from '../../graphql/metrics/metric.ts';
import type { Grain } from '../../graphql/metrics/period.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { ask, runReport, type Report } from '../../graphql/metrics/report.ts';
import { isWorkforceDimension } from '../../graphql/metrics/scope.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { instantOfDate } from '../../statements/instant.ts';
import { settle } from './compare.ts';
import { computeAssessment } from './oracle/assessment.ts';
import { computeCompletion } from './oracle/completion.ts';
import { computeContent } from './oracle/content.ts';
import { computeEffort } from './oracle/effort.ts';
import { computeFlow } from './oracle/flow.ts';
import {
  readOrganisation,
  type Answer,
  type Demands,
  type Organisation,
} from './oracle/organisation.ts';
import { hideSmall } from './oracle/small-groups.ts';
import { computeParticipation } from './oracle/participation.ts';
import { createRandom, inventOrganisation } from './oracle/random-organisation.ts';
import { computeSkillApplication } from './oracle/skill-application.ts';
import { computeTrainingRoi } from './oracle/training-roi.ts';
import { openWorld } from './world.ts';

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
const GRAINS: readonly (Grain | null)[] = [null, 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'];
const QUESTIONS_A_SEED = 6;
/** Together they ask every one of BY in every one of GRAINS. */
const SEEDS = (BY.length * GRAINS.length) / QUESTIONS_A_SEED;

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

/** Every value that a slice can have; what the product leaves out must be empty. */
const VALUES: Readonly<Record<Dimension, readonly (string | null)[]>> = {
  ROLE: ['cook', 'chef'],
  SEGMENT: ['FRONTLINE', 'DESK'],
  DEPARTMENT: ['d1', 'd2', null],
  LOCATION: ['l1', 'l2', null],
  MANAGER: [...Array.from({ length: 14 }, (_, index) => `p${index}`), null],
  TENURE: ['<90 days', '90 days–1 year', '1–3 years', '>3 years', null],
  SKILL: ['s:1', 's:2', 's:3'],
  COURSE: ['c:1', 'c:2', 'c:3'],
  AUTHOR: ['SME', 'L_AND_D'],
  PLATFORM: ['m', 'w', 't'],
  DEVICE: ['MOBILE', 'DESKTOP'],
  PILOT: ['x', 'y'],
};

interface Question {
  readonly by: readonly Dimension[];
  readonly grain: Grain | null;
  readonly where: WorkforceFilter;
  readonly timeZone: string;
  readonly asOf: number;
  readonly days: number;
  readonly courses: readonly string[] | null;
}

function inventQuestion(random: () => number, number: number): Question {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  return {
    by: BY[number % BY.length]!,
    grain: GRAINS[Math.floor(number / BY.length)]!,
    where: pick(WHERE),
    timeZone: pick(['UTC', 'UTC', 'America/New_York', 'Asia/Kathmandu']),
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

type Period = readonly [number, number];
type Oracle = (period: Period, demands: Demands) => object;

/** Asks the product for a report, and for each slice there can be what the oracle says of that slice alone. */
async function compare<Arguments, Value>(
  database: Database,
  question: Question,
  metric: Metric<Arguments, Value>,
  args: Arguments,
  oracle: Oracle,
): Promise<number> {
  if (!question.by.every((dimension) => metric.dimensions.includes(dimension))) return 0;
  const report = await run(database, question, metric, args, 1);
  const told = new Map<string, unknown>();
  for (const slice of report.slices) {
    const bucket = slice.bucket ?? report;
    const at = JSON.stringify([bucket.from / 1000, bucket.to / 1000, ...slice.values.values()]);
    told.set(at, slice.read(metric, args));
  }
  const buckets = report.slices.map(({ bucket }) => bucket ?? report);
  const periods = new Map(
    buckets.map(({ from, to }) => [from, [from / 1000, to / 1000] as const] as const),
  );
  for (const period of periods.values())
    for (const values of listSlices(question.by)) {
      const at = JSON.stringify([...period, ...values.values()]);
      const expected = oracle(period, demand(question.where, values));
      // A course that does not teach the skill is offered to nobody, however many there are.
      if (!told.has(at) && 'active' in expected && !question.by.every(isWorkforceDimension))
        expect({ at, active: expected.active }).toEqual({ at, active: 0 });
      else
        expect({ at, value: settle(told.has(at) ? told.get(at) : metric.empty, expected) }).toEqual(
          {
            at,
            value: expected,
          },
        );
      told.delete(at);
    }
  expect([...told.keys()]).toEqual([]);
  return report.slices.length;
}

function run<Arguments, Value>(
  database: Database,
  { by, grain, where, timeZone, asOf }: Question,
  metric: Metric<Arguments, Value>,
  args: Arguments,
  minGroupSize: number,
): Promise<Report> {
  const dates =
    grain === 'DAY'
      ? { from: '2026-01-10', to: '2026-02-14' }
      : { from: '2025-11-10', to: '2026-05-20' };
  return runReport(
    {
      runner: database,
      status: () => ({ asOf: instantOfDate(new Date(asOf)), ruleSetVersion: '1' }),
      minGroupSize,
    },
    { by, grain, where, period: { ...dates, timeZone }, questions: [ask(metric, args)] },
  );
}

function listSlices(by: readonly Dimension[]): readonly Map<Dimension, string | null>[] {
  return by.reduce<readonly Map<Dimension, string | null>[]>(
    (slices, dimension) =>
      slices.flatMap((slice) =>
        VALUES[dimension].map((value) => new Map([...slice, [dimension, value]])),
      ),
    [new Map()],
  );
}

type Compute = (organisation: Organisation, period: Period, demands: Demands) => Answer;

async function compareAll(world: ExampleWorld, questions: readonly Question[]): Promise<number> {
  const organisation = readOrganisation(world);
  const database = await openWorld(world);
  let slices = 0;
  const plainly = async <Value>(
    question: Question,
    metric: Metric<null, Value>,
    compute: Compute,
  ): Promise<void> => {
    slices += await compare(
      database,
      question,
      metric,
      null,
      (period, demands) => compute(organisation, period, demands).value,
    );
  };
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
      await plainly(question, METRICS.completion, computeCompletion);
      await plainly(question, METRICS.assessment, computeAssessment);
      await plainly(question, METRICS.effort, computeEffort);
      await plainly(question, METRICS.flow, computeFlow);
      await plainly(question, METRICS.content, computeContent);
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
      const questions = Array.from({ length: QUESTIONS_A_SEED }, (_, index) =>
        inventQuestion(random, (seed - 1) * QUESTIONS_A_SEED + index),
      );
      const slices = await compareAll(withDefaults(inventOrganisation(seed)), questions);
      expect(slices).toBeGreaterThan(0);
    },
  );
});

/** With how many people each metric counts, by hand: what is hidden where three are wanted. */
async function compareHidden<Value extends object>(
  database: Database,
  organisation: Organisation,
  question: Question,
  metric: Metric<null, Value>,
  compute: Compute,
): Promise<number> {
  const report = await run(database, question, metric, null, MIN_GROUP_SIZE);
  const slices = report.slices.map((slice) => {
    const { from, to } = slice.bucket ?? report;
    const demands = demand(question.where, slice.values);
    const values = [...slice.values.values()].map(String);
    return {
      slice,
      at: [String(from), ...values],
      answer: compute(organisation, [from / 1000, to / 1000], demands),
    };
  });
  const count = (peopleOf: (answer: Answer) => number): ReadonlySet<string> =>
    hideSmall(
      slices.map(({ at, answer }) => ({ at, people: peopleOf(answer) })),
      MIN_GROUP_SIZE,
    );
  const hidden = count(({ people }) => people);
  const withheld = slices[0]?.answer.parts.map((_, part) =>
    count(({ parts }) => parts[part]!.people),
  );
  for (const { slice, at, answer } of slices) {
    const isHidden = hidden.has(at.join());
    const fields = answer.parts.flatMap((part, index) =>
      withheld![index]!.has(at.join()) ? part.fields : [],
    );
    const shown = { ...answer.value, ...Object.fromEntries(fields.map((field) => [field, null])) };
    const expected = isHidden ? metric.suppressed : shown;
    expect({
      at,
      suppressed: slice.suppressed,
      value: settle(slice.read(metric, null), expected),
    }).toEqual({ at, suppressed: isHidden, value: expected });
  }
  return hidden.size;
}

const MIN_GROUP_SIZE = 3;

describe('a small group of an organisation made at random', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'is hidden by the same rule worked by hand (seed %i)',
    async (seed) => {
      const world = withDefaults(inventOrganisation(seed));
      const organisation = readOrganisation(world);
      const database = await openWorld(world);
      const random = createRandom(seed);
      let hidden = 0;
      const plainly = async <Value extends object>(
        question: Question,
        metric: Metric<null, Value>,
        compute: Compute,
      ): Promise<void> => {
        if (question.by.every((dimension) => metric.dimensions.includes(dimension)))
          hidden += await compareHidden(database, organisation, question, metric, compute);
      };
      try {
        for (const by of BY.slice(seed % 2).filter((_, index) => index % 2 === 0)) {
          const question = {
            ...inventQuestion(random, 0),
            by,
            grain: seed % 3 === 0 ? null : ('QUARTER' as const),
            where: {},
          };
          await plainly(question, METRICS.completion, computeCompletion);
          await plainly(question, METRICS.assessment, computeAssessment);
          await plainly(question, METRICS.effort, computeEffort);
          await plainly(question, METRICS.flow, computeFlow);
          await plainly(question, METRICS.content, computeContent);
        }
      } finally {
        await database.close();
      }
      expect(hidden).toBeGreaterThan(0);
    },
  );
});

/** JSON drops what is undefined, as the stored records do. */
function withDefaults(world: ExampleWorld): ExampleWorld {
  return JSON.parse(JSON.stringify(world)) as ExampleWorld;
}
