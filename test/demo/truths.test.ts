/**
 * Computes what was put into the demo from its raw records, in the plainest way there is: no SQL, no
 * warehouse. If this holds and the server says otherwise, the server is wrong.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { COURSES, SKILLS } from '../../scripts/demo/courses.ts';
import { DEFAULT_SEED, generateDemo, type Demo } from '../../scripts/demo/generate.ts';
import { assignmentAt } from '../../scripts/demo/organisation.ts';
import { listAgents, type SentStatement } from '../../scripts/demo/tools/sent-statement.ts';
import {
  describeTruths,
  type ApplicationTruth,
  type EffectTruth,
  type Period,
} from '../../scripts/demo/truths.ts';
import type { Agent } from '../../statements/statement.ts';

const END = '2026-07-01';
const DAY = 86_400_000;
const truths = describeTruths(END);

const NOT_LEARNING = [
  'performed',
  'verified',
  'satisfied',
  'rated',
  'author',
  'like',
  'high-fived',
];

let demo: Demo;
/** By person id. */
let learning: Map<string, number[]>;
let completions: { personId: string; courseId: string; at: number }[];
let applications: { personId: string; skillId: string; at: number }[];
let observations: { kpiId: string; personId: string; at: number; value: number }[];

beforeAll(() => {
  demo = generateDemo({ seed: DEFAULT_SEED, scale: 0.1, end: END });
  const personOf = new Map(
    demo.world.organisation.people.flatMap((person) =>
      listAgents(person).map((agent) => [agent, person.id] as const),
    ),
  );
  const sent = [...demo.statements()].filter(
    ({ noise }) => noise !== 'WRONG_THEN_VOIDED' && noise !== 'VOIDING' && noise !== 'DUPLICATE',
  );
  learning = new Map();
  completions = [];
  applications = [];
  for (const { statement } of sent) {
    const { actor, verb, object } = statement;
    const verbName = verb.id.slice(verb.id.lastIndexOf('/') + 1);
    const at = Date.parse(statement.timestamp!);
    const objectId = (object as { id: string }).id;
    const members = 'member' in actor ? actor.member : [actor as Agent];
    for (const personId of members.map((agent) => personOf.get(nameAgent(agent)))) {
      if (personId === undefined) continue;
      if (!NOT_LEARNING.includes(verbName))
        learning.set(personId, [...(learning.get(personId) ?? []), at]);
      const known = Object.values(COURSES).some(({ id }) => id === objectId);
      if (known && ['satisfied', 'completed'].includes(verbName))
        completions.push({ personId, courseId: objectId, at });
      if (['performed', 'verified'].includes(verbName))
        for (const skillId of listSkills(statement)) applications.push({ personId, skillId, at });
    }
  }
  observations = [...demo.records('observations')].map((record) => ({
    kpiId: String(record['kpiId']),
    personId: String(record['personId']),
    at: Date.parse(String(record['at'])),
    value: Number(record['value']),
  }));
});

function nameAgent({ mbox, mbox_sha1sum, openid, account }: Agent): string {
  if (account !== undefined) return `account:${account.homePage}|${account.name}`;
  if (openid !== undefined) return `openid:${openid}`;
  return mbox ?? `sha1:${mbox_sha1sum!}`;
}

function listSkills(statement: SentStatement['statement']): readonly string[] {
  const text = JSON.stringify([statement.context, statement.object]);
  return Object.values(SKILLS)
    .map(({ id }) => id)
    .filter((id) => text.includes(`"${id}"`));
}

function isIn(at: number, { from, to }: Period): boolean {
  return Date.parse(from) <= at && at < Date.parse(to);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('participation', () => {
  function shareActive(segment: string, period: Period): number {
    const [from, to] = [Date.parse(period.from), Date.parse(period.to)];
    const people = demo.world.organisation.people.filter(
      ({ assignments }) =>
        assignments.findLast((one) => one.from < to && one.to > from)?.segment === segment,
    );
    const active = people.filter(({ id }) => learning.get(id)?.some((at) => isIn(at, period)));
    return active.length / people.length;
  }

  test.each(['early', 'recent'] as const)('is as far apart as was put in: %s', (which) => {
    const { period, desk, frontline, percentagePoints } = truths.gaps[which];
    expect(Math.abs(shareActive('DESK', period) - desk)).toBeLessThan(0.05);
    expect(Math.abs(shareActive('FRONTLINE', period) - frontline)).toBeLessThan(0.05);
    const gap = 100 * (shareActive('DESK', period) - shareActive('FRONTLINE', period));
    expect(Math.abs(gap - percentagePoints)).toBeLessThan(6);
  });

  test('is narrower with the shift app than before it, by about half', () => {
    const { early, recent } = truths.gaps;
    expect(recent.percentagePoints).toBeCloseTo(20, 5);
    expect(early.percentagePoints / recent.percentagePoints).toBeGreaterThan(1.8);
  });
});

describe('application', () => {
  /** Days to the first application after the first completion; Infinity where there is none. */
  function listDays({ skillId, period, windowDays }: ApplicationTruth): readonly number[] {
    const courses = Object.values(COURSES)
      .filter(({ skills }) => skills.some((key) => SKILLS[key].id === skillId))
      .map(({ id }) => id);
    const first = new Map<string, number>();
    for (const { personId, courseId, at } of completions)
      if (courses.includes(courseId)) first.set(personId, Math.min(at, first.get(personId) ?? at));
    return [...first]
      .filter(([, at]) => isIn(at, period))
      .flatMap(([personId, at]) => {
        const days = applications
          .filter((one) => one.personId === personId && one.skillId === skillId && one.at > at)
          .map((one) => (one.at - at) / DAY)
          .filter((day) => day <= windowDays);
        const { leftAt } = demo.world.organisation.personById.get(personId)!;
        const left = leftAt !== null && leftAt < at + windowDays * DAY;
        return days.length > 0 ? Math.min(...days) : left ? [] : Number.POSITIVE_INFINITY;
      })
      .toSorted((a, b) => a - b);
  }

  test.each(['slow', 'inFlow', 'yearly'] as const)('takes as long as was put in: %s', (which) => {
    const truth = truths.applications[which];
    const days = listDays(truth);
    expect(days.length).toBeGreaterThan(15);
    const rate = days.filter((day) => day < Number.POSITIVE_INFINITY).length / days.length;
    expect(Math.abs(rate - truth.rate)).toBeLessThan(0.1);
    const median = days[Math.floor(days.length / 2)]!;
    if (truth.medianDays === null) expect(median).toBe(Number.POSITIVE_INFINITY);
    else expect(Math.abs(median - truth.medianDays)).toBeLessThan(truth.medianDays * 0.2);
  });
});

describe('effects on KPIs', () => {
  /** Difference in differences by hand: no cells, every control at the learners' median pivot. */
  function compare({ courseId, kpiId, period, beforeDays, afterDays }: EffectTruth): {
    effect: number;
    naive: number;
    learners: number;
    controls: number;
    drift: number;
  } {
    const pivots = new Map(
      completions
        .filter((one) => one.courseId === courseId)
        .map(({ personId, at }) => [personId, at]),
    );
    const trained = [...pivots].filter(([, at]) => isIn(at, period));
    const median = trained.map(([, at]) => at).toSorted((a, b) => a - b)[
      Math.floor((trained.length - 1) / 2)
    ]!;
    const roles = new Set(
      trained.map(
        ([id, at]) => assignmentAt(demo.world.organisation.personById.get(id)!, at)!.role,
      ),
    );
    const meanIn = (id: string, from: number, to: number): number =>
      mean(
        observations
          .filter((one) => one.kpiId === kpiId && one.personId === id)
          .filter(({ at }) => from <= at && at < to)
          .map(({ value }) => value),
      );
    const change = (id: string, pivot: number): number =>
      meanIn(id, pivot, pivot + afterDays * DAY) - meanIn(id, pivot - beforeDays * DAY, pivot);
    const driftOf = (id: string, pivot: number): number =>
      meanIn(id, pivot - (beforeDays / 2) * DAY, pivot) -
      meanIn(id, pivot - beforeDays * DAY, pivot - (beforeDays / 2) * DAY);
    const untrained = demo.world.organisation.people
      .filter((person) => {
        const role = assignmentAt(person, median)?.role;
        return role !== undefined && roles.has(role) && !pivots.has(person.id);
      })
      .map(({ id }) => id);
    const known = (value: number): boolean => !Number.isNaN(value);
    const learned = trained.map(([id, at]) => change(id, at)).filter(known);
    const others = untrained.map((id) => change(id, median)).filter(known);
    return {
      effect: mean(learned) - mean(others),
      naive: mean(learned),
      learners: learned.length,
      controls: others.length,
      drift:
        mean(trained.map(([id, at]) => driftOf(id, at)).filter(known)) -
        mean(untrained.map((id) => driftOf(id, median)).filter(known)),
    };
  }

  test('are what was put in where the course works', () => {
    const found = compare(truths.effects.works);
    expect(found.learners).toBeGreaterThanOrEqual(5);
    expect(found.controls).toBeGreaterThanOrEqual(10);
    expect(truths.effects.works.effect).toBeCloseTo(0.08 * 18, 5);
    expect(Math.abs(found.effect - truths.effects.works.effect)).toBeLessThan(0.5);
  });

  test('are nothing where it does not, though before and after alone say otherwise', () => {
    const found = compare(truths.effects.doesNothing);
    expect(found.controls).toBeGreaterThanOrEqual(10);
    expect(Math.abs(found.effect)).toBeLessThan(1);
    expect(Math.abs(found.naive - truths.effects.doesNothing.naiveEffect)).toBeLessThan(0.8);
    expect(found.naive).toBeGreaterThan(0.7);
  });

  test('go down where lower is better, and that pays', () => {
    const found = compare(truths.effects.lowerIsBetter);
    expect(Math.abs(found.effect - truths.effects.lowerIsBetter.effect)).toBeLessThan(2.5);
    expect(truths.effects.lowerIsBetter.paysOff).toBe(true);
  });

  test('look real in the warehouse, where people were drifting before', () => {
    const found = compare(truths.preTrend);
    expect(truths.preTrend.effect).toBe(0);
    expect(found.drift).toBeGreaterThan(3);
    expect(found.naive).toBeGreaterThan(3);
  });
});

test('one role has three people, at any scale', () => {
  for (const scale of [0.02, 0.1, 1]) {
    const { people } = generateDemo({ seed: DEFAULT_SEED, scale, end: END }).world.organisation;
    const auditors = people.filter(({ assignments }) =>
      assignments.some(({ role }) => role === truths.smallRole.role),
    );
    expect(auditors.length).toBe(truths.smallRole.people);
  }
});

test('the pilot’s people take part more while the others wait for the app', () => {
  const { period, percentagePoints } = truths.pilot;
  const { people } = demo.world.organisation;
  const pilot = new Set(demo.world.plan.pilotPeople.map(({ id }) => id));
  const share = (inPilot: boolean): number => {
    const group = people.filter(
      (person) =>
        assignmentAt(person, Date.parse(period.from))?.segment === 'FRONTLINE' &&
        pilot.has(person.id) === inPilot,
    );
    return (
      group.filter(({ id }) => learning.get(id)?.some((at) => isIn(at, period))).length /
      group.length
    );
  };
  expect(Math.abs(100 * (share(true) - share(false)) - percentagePoints)).toBeLessThan(10);
});
