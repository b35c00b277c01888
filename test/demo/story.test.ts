/**
 * The whole way: the demo is sent over HTTP to a real server, and the server's answers are held to what
 * was put into the data.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COURSES } from '../../scripts/demo/courses.ts';
import { askApplication, askGap, askRoi, type Ask } from '../../scripts/demo/findings.ts';
import { DEFAULT_SEED, generateDemo } from '../../scripts/demo/generate.ts';
import { loadDemo, type LoadReport } from '../../scripts/demo/load.ts';
import { describeTruths } from '../../scripts/demo/truths.ts';
import { readConfig } from '../../src/config.ts';
import { startServer, type RunningServer } from '../../src/main.ts';

const KEY = 'demo-test';
const SECRET = 'a secret of the demo test';
// The smallest at which every truth has enough people to be shown.
const OPTIONS = { seed: DEFAULT_SEED, scale: 0.15, end: '2026-07-01' } as const;
const LOAD_TIMEOUT_MS = 240_000;

const truths = describeTruths(OPTIONS.end);
const demo = generateDemo(OPTIONS);
const { start, end } = demo.world.calendar;
const wholeDemo = {
  from: new Date(start).toISOString().slice(0, 10),
  to: new Date(end).toISOString().slice(0, 10),
};

let folder: string;
let server: RunningServer;
let report: LoadReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'praxis-demo-'));
  server = await startServer(
    readConfig({
      PORT: '0',
      DATA_DIR: folder,
      ADMIN_KEY: KEY,
      ADMIN_SECRET: SECRET,
      LOG_LEVEL: 'silent',
    }),
  );
  report = await loadDemo({ ...OPTIONS, url: server.url, key: KEY, secret: SECRET });
}, LOAD_TIMEOUT_MS);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const headers = {
  authorization: `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`,
  'content-type': 'application/json',
};

const ask: Ask = async (query) => {
  const body = JSON.stringify({ query });
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  const answer = await response.json();
  expect(answer.errors).toBeUndefined();
  return answer.data;
};

test('everything is taken, and the findings have figures in them', () => {
  expect(report.statements).toBe(Iterator.from(demo.statements()).reduce((sum) => sum + 1, 0));
  expect(report.people).toBe(demo.world.organisation.people.length);
  expect(report.findings.length).toBe(3);
  for (const { text } of report.findings) expect(text).toMatch(/\d/);
});

test(
  'loading it again adds nothing',
  async () => {
    const countStatements = async (): Promise<unknown> =>
      ask(
        `{ workforce(period: {from: "${wholeDemo.from}", to: "${wholeDemo.to}"}) { unmappedShare slices { headcount participation { active } } } }`,
      );
    const before = await countStatements();
    await loadDemo({ ...OPTIONS, url: server.url, key: KEY, secret: SECRET });
    expect(await countStatements()).toEqual(before);
  },
  LOAD_TIMEOUT_MS,
);

describe('participation', () => {
  test.each(['early', 'recent'] as const)('has the gap that was put in: %s', async (which) => {
    const truth = truths.gaps[which];
    const answer = await askGap(ask, truth.period);
    expect(answer.interval!.low).toBeLessThanOrEqual(truth.percentagePoints);
    expect(answer.interval!.high).toBeGreaterThanOrEqual(truth.percentagePoints);
    expect(Math.abs(answer.percentagePoints! - truth.percentagePoints)).toBeLessThan(6);
  });
});

describe('skill application', () => {
  test.each(['slow', 'inFlow', 'yearly'] as const)('is what was put in: %s', async (which) => {
    const truth = truths.applications[which];
    const answer = await askApplication(ask, truth);
    expect(answer!.interval!.low).toBeLessThanOrEqual(truth.rate);
    expect(answer!.interval!.high).toBeGreaterThanOrEqual(truth.rate);
    if (truth.medianDays === null) expect(answer!.medianDaysToApply).toBeNull();
    else
      expect(Math.abs(answer!.medianDaysToApply! - truth.medianDays)).toBeLessThan(
        truth.medianDays * 0.15,
      );
  });
});

describe('training ROI', () => {
  test.each(['works', 'doesNothing', 'lowerIsBetter'] as const)(
    'has the effect that was put in inside its interval: %s',
    async (which) => {
      const truth = truths.effects[which];
      const answer = await askRoi(ask, truth);
      const effect = answer!.effects.find(({ kpi }) => kpi === truth.kpiId)!;
      expect(answer!.method).toBe('DIFFERENCE_IN_DIFFERENCES');
      expect(effect.controls).toBeGreaterThan(10);
      expect(effect.interval!.low).toBeLessThanOrEqual(truth.effect);
      expect(effect.interval!.high).toBeGreaterThanOrEqual(truth.effect);
      // The interval knows the course that works from the one that does nothing.
      expect(effect.interval!.low <= 0 && effect.interval!.high >= 0).toBe(truth.effect === 0);
      expect(answer!.roi! > 0).toBe(truth.paysOff);
    },
  );

  test('is not fooled by what got better for everyone', async () => {
    const truth = truths.effects.doesNothing;
    const answer = await askRoi(ask, truth);
    const effect = answer!.effects.find(({ kpi }) => kpi === truth.kpiId)!;
    expect(effect.interval!.high).toBeLessThan(truth.naiveEffect);
  });

  test('warns where people were improving before the course', async () => {
    const answer = await askRoi(ask, truths.preTrend);
    const effect = answer!.effects.find(({ kpi }) => kpi === truths.preTrend.kpiId)!;
    expect(effect.preTrend!.warning).toBe(true);
  });

  test('does not warn where they were not', async () => {
    const answer = await askRoi(ask, truths.effects.works);
    const effect = answer!.effects.find(({ kpi }) => kpi === truths.effects.works.kpiId)!;
    expect(effect.preTrend!.warning).toBe(false);
  });

  test('counts nobody whose completion was voided', async () => {
    const planned = demo.world.plan.enrolments.filter(
      ({ courseKey, completedAt }) => courseKey === 'checkoutFlow' && completedAt !== null,
    );
    const answer = await askRoi(ask, { ...truths.effects.works, period: wholeDemo });
    expect(truths.effects.works.courseId).toBe(COURSES.checkoutFlow.id);
    expect(answer!.learners).toBe(planned.length);
  });
});

test('the role of three people is never shown, and neither is the one it could be told from', async () => {
  const { from, to } = truths.gaps.recent.period;
  const data = (await ask(
    `{ workforce(period: {from: "${from}", to: "${to}"}, by: [ROLE]) { slices { role suppressed headcount } } }`,
  )) as {
    workforce: { slices: { role: string; suppressed: boolean; headcount: number | null }[] };
  };
  const hidden = data.workforce.slices.filter(({ suppressed }) => suppressed);
  expect(hidden.map(({ role }) => role)).toContain(truths.smallRole.role);
  expect(hidden.length).toBeGreaterThan(1);
  expect(hidden.every(({ headcount }) => headcount === null)).toBe(true);
});
