import { afterEach, describe, expect, test } from '@jest/globals';
import type { Metric, MetricExample } from '../../graphql/metrics/metric.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { ask, runReport, type Slice } from '../../graphql/metrics/report.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import { formatInstant, parseInstant } from '../../statements/instant.ts';
import { roundDeep } from './compare.ts';
import { openWorld } from './world.ts';

let database: Database | null = null;

afterEach(async () => {
  await database?.close();
  database = null;
});

async function replay<Arguments, Value>(
  metric: Metric<Arguments, Value>,
  { given, asked, expect: expected }: MetricExample<Arguments, Value>,
): Promise<void> {
  database = await openWorld(given);
  const args: Arguments = asked.args ? { ...metric.defaults, ...asked.args } : metric.defaults;
  const report = await runReport(
    {
      runner: database,
      status: () => ({ asOf: parseInstant(asked.asOf)!, ruleSetVersion: 'example' }),
      minGroupSize: 1,
    },
    {
      period: { from: asked.from, to: asked.to, timeZone: 'UTC' },
      by: asked.by ?? [],
      grain: asked.grain ?? null,
      where: asked.where ?? {},
      questions: [ask(metric, args)],
    },
  );
  const values = new Map(report.slices.map((slice) => [name(slice), slice.read(metric, args)]));
  for (const [slice, value] of Object.entries(expected)) {
    const actual = roundDeep(values.has(slice) ? values.get(slice) : metric.empty);
    if (typeof value === 'object' && value !== null) expect(actual).toMatchObject(roundDeep(value));
    else expect(actual).toEqual(value);
  }
}

function name(slice: Slice): string {
  const bucket = slice.bucket === null ? [] : [formatInstant(slice.bucket.from).slice(0, 10)];
  return [...slice.values.values(), ...bucket].join(' | ');
}

const replayed: string[] = [];

/** One metric's examples as tests, so that each metric keeps its own types. */
function replayAll<Arguments, Value>(metric: Metric<Arguments, Value>): void {
  replayed.push(metric.name);
  describe(metric.name, () => {
    test.each(metric.examples.map((example) => [example.title, example] as const))(
      '%s',
      (_, example) => replay(metric, example),
    );
    test('has at least five examples, for one that separates nothing proves nothing', () => {
      expect(metric.examples.length).toBeGreaterThanOrEqual(5);
    });
  });
}

replayAll(METRICS.headcount);
replayAll(METRICS.participation);
replayAll(METRICS.skillApplication);
replayAll(METRICS.trainingRoi);
replayAll(METRICS.completion);
replayAll(METRICS.assessment);
replayAll(METRICS.effort);
replayAll(METRICS.flow);
replayAll(METRICS.content);

test('no metric is forgotten here', () => {
  expect(replayed).toEqual(Object.values(METRICS).map(({ name }) => name));
});
