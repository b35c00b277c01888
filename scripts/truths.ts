/**
 * `npm run truths -- --seeds 20`: how often the 95 % intervals that Praxis reports cover what is true. Small demo
 * organisations are made in which chance decides who takes part and who applies, each is read into a warehouse of
 * its own by the real projection, and GraphQL is asked; what was put into the data is known.
 */
import { Command, InvalidArgumentError } from 'commander';
import { createGraphqlHandler } from '../graphql/analytics.ts';
import type { LogEntry, RecordChange, StatementLog } from '../graphql/warehouse/statement-log.ts';
import { Warehouse } from '../graphql/warehouse/warehouse.ts';
import { COLLECTIONS as COLLECTION_RULES } from '../graphql/workforce/collections.ts';
import { createRecordReader } from '../graphql/workforce/read-record.ts';
import type { Instant } from '../statements/instant.ts';
import { askApplication, askGap, askRoi, type Ask } from './demo/findings.ts';
import { COLLECTIONS, generateDemo, type Demo } from './demo/generate.ts';
import { describeTruths, type ApplicationTruth, type EffectTruth } from './demo/truths.ts';

/** The demo's last day, so that the same seeds give the same figures. */
const END = '2026-07-01';
const QUERY_TIMEOUT_MS = 60_000;
const MICROS_PER_MS = 1000;

export interface TruthOptions {
  readonly seeds: number;
  readonly scale: number;
}

/** What was put in, and what one organisation's report says of it. */
export interface Estimate {
  readonly what: string;
  readonly truth: number;
  readonly estimate: number | null;
  /** Null for what is reported without one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export async function estimateTruths(seed: string, scale: number): Promise<readonly Estimate[]> {
  const demo = generateDemo({ seed, scale, end: END, draws: 'CHANCE' });
  const warehouse = await Warehouse.open(':memory:');
  try {
    await warehouse.project(readAsLog(demo), (Date.parse(END) * MICROS_PER_MS) as Instant);
    const ask = askWarehouse(warehouse);
    const { gaps, applications, effects } = describeTruths(END);
    const gapEstimates = Object.entries(gaps).map(async ([name, truth]): Promise<Estimate> => {
      const { percentagePoints, interval } = await askGap(ask, truth.period);
      return {
        what: `participation gap, ${name}, in points`,
        truth: truth.percentagePoints,
        estimate: percentagePoints,
        interval,
      };
    });
    return (
      await Promise.all([
        ...gapEstimates,
        ...Object.values(applications).map((truth) => estimateApplication(ask, truth)),
        ...Object.values(effects).map((truth) => estimateEffect(ask, truth)),
      ])
    ).flat();
  } finally {
    await warehouse.close();
  }
}

async function estimateApplication(
  ask: Ask,
  truth: ApplicationTruth,
): Promise<readonly Estimate[]> {
  const answer = await askApplication(ask, truth);
  const rate: Estimate = {
    what: `application of ${truth.skillName}, rate`,
    truth: truth.rate,
    estimate: answer?.rate ?? null,
    interval: answer?.interval ?? null,
  };
  if (truth.medianDays === null) return [rate];
  const median: Estimate = {
    what: `application of ${truth.skillName}, median days`,
    truth: truth.medianDays,
    estimate: answer?.medianDaysToApply ?? null,
    interval: null,
  };
  return [rate, median];
}

async function estimateEffect(ask: Ask, truth: EffectTruth): Promise<Estimate> {
  const answer = await askRoi(ask, truth);
  const measured = answer?.effects.find(({ kpi }) => kpi === truth.kpiId);
  return {
    what: `effect of ${truth.courseName} on ${truth.kpiId}`,
    truth: truth.effect,
    estimate: measured?.effect ?? null,
    interval: measured?.interval ?? null,
  };
}

// A warehouse of a demo -------------------------------------------------------------------------

/** The demo as the store would have it: a statement sent again is stored once. */
function readAsLog(demo: Demo): StatementLog {
  const seen = new Set<string>();
  const entries: LogEntry[] = [];
  for (const { arrivesAt, statement } of demo.statements()) {
    if (seen.has(statement.id)) continue;
    seen.add(statement.id);
    const after = entries.at(-1)?.stored ?? 0;
    const stored = Math.max(Math.floor(arrivesAt) * MICROS_PER_MS, after + 1) as Instant;
    entries.push({ id: statement.id, stored, text: JSON.stringify(statement) });
  }
  const changes = listRecords(demo);
  return {
    readLog: (after, limit) => {
      const start = entries.findIndex(({ stored }) => stored > after);
      return Promise.resolve(start === -1 ? [] : entries.slice(start, start + limit));
    },
    readRecordChanges: (after, limit) => Promise.resolve(changes.slice(after, after + limit)),
  };
}

function listRecords(demo: Demo): readonly RecordChange[] {
  const changes: RecordChange[] = [];
  for (const collection of COLLECTIONS) {
    const rules = COLLECTION_RULES.find(({ name }) => name === collection);
    if (rules === undefined) throw new Error(`there is no collection ${collection}`);
    const reader = createRecordReader(rules);
    let index = 0;
    for (const record of demo.records(collection)) {
      const reading = reader.read(record, index);
      if (reading.kind !== 'record')
        throw new Error(`the demo has a wrong record: ${JSON.stringify(reading)}`);
      const { key, json } = reading.record;
      changes.push({ collection, key, json, version: changes.length + 1 });
      index += 1;
    }
  }
  return changes;
}

function askWarehouse(warehouse: Warehouse): Ask {
  const handler = createGraphqlHandler<object>({
    openTurn: () => ({ runner: warehouse, signal: AbortSignal.timeout(QUERY_TIMEOUT_MS) }),
    status: () => warehouse.status(),
    minGroupSize: 1,
    authorise: () => undefined,
    statusOf: () => 400,
    headersOf: () => ({}),
    log: console.error,
  });
  return async (query) => {
    const response = await handler.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const answer: unknown = await response.json();
    if (typeof answer !== 'object' || answer === null || 'errors' in answer || !('data' in answer))
      throw new Error(`the query was not answered: ${JSON.stringify(answer)}`);
    return answer.data;
  };
}

// Figures ---------------------------------------------------------------------------------------

export interface Coverage {
  readonly what: string;
  readonly truth: number;
  readonly meanEstimate: number;
  readonly estimates: number;
  readonly intervals: number;
  readonly covered: number;
}

export function countCovered(estimates: readonly Estimate[]): readonly Coverage[] {
  return [...Map.groupBy(estimates, ({ what }) => what)].map(([what, all]) => {
    const values = all.flatMap(({ estimate }) => estimate ?? []);
    const intervals = all.flatMap(({ truth, interval }) =>
      interval === null ? [] : [interval.low <= truth && truth <= interval.high],
    );
    return {
      what,
      truth: all[0]?.truth ?? Number.NaN,
      meanEstimate: values.reduce((sum, value) => sum + value, 0) / values.length,
      estimates: values.length,
      intervals: intervals.length,
      covered: intervals.filter(Boolean).length,
    };
  });
}

function printCoverage(rows: readonly Coverage[]): void {
  console.log('| what | put in | mean of the estimates | intervals that cover it |');
  console.log('| --- | --- | --- | --- |');
  for (const { what, truth, meanEstimate, estimates, intervals, covered } of rows) {
    const share = intervals === 0 ? 'none is reported' : `${covered} of ${intervals}`;
    console.log(
      `| ${what} | ${truth.toFixed(2)} | ${meanEstimate.toFixed(2)} (${estimates}) | ${share} |`,
    );
  }
  const sum = (count: (row: Coverage) => number): number =>
    rows.reduce((total, row) => total + count(row), 0);
  const [covered, intervals] = [sum((row) => row.covered), sum((row) => row.intervals)];
  console.log(
    `| **all** | | | **${covered} of ${intervals}, ${((100 * covered) / intervals).toFixed(1)} %** |`,
  );
}

function parseAbove0(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It is above 0.');
  return value;
}

async function main(): Promise<void> {
  const { seeds, scale }: TruthOptions = new Command('truths')
    .description('Counts how often reported 95 % intervals cover what was put into demo data.')
    .option('--seeds <number>', 'organisations to make', parseAbove0, 20)
    .option('--scale <number>', 'share of 2,400 people in each', parseAbove0, 0.2)
    .parse()
    .opts();
  const estimates: Estimate[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    estimates.push(...(await estimateTruths(`truths-${seed}`, scale)));
    process.stderr.write(`organisation ${seed} of ${seeds}\n`);
  }
  printCoverage(countCovered(estimates));
}

if (import.meta.main) await main();
