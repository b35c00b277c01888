/**
 * `npm run bench`: how fast Praxis is on this machine, and beside each figure the ceiling that the same
 * machine gave in the same minutes. Figures without their ceiling say more about the machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { measureContention } from './contention.ts';
import { measureIngest } from './ingest.ts';
import { describeMachine } from './machine.ts';
import { measureMetrics } from './metrics.ts';
import { measureQueries } from './query.ts';
import type { BenchOptions } from './options.ts';
import { formatMachine, formatTable, type Table } from './report.ts';

const PARTS = {
  ingest: measureIngest,
  query: measureQueries,
  metrics: measureMetrics,
  contention: measureContention,
} as const;
type Part = keyof typeof PARTS;

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number above 0.');
}

function readCounts(text: string): readonly number[] {
  return text
    .split(',')
    .map(readCount)
    .toSorted((a, b) => a - b);
}

function readParts(text: string): readonly Part[] {
  return text.split(',').map((name) => {
    const part = Object.keys(PARTS).find((known): known is Part => known === name);
    if (part === undefined)
      throw new InvalidArgumentError(`Known: ${Object.keys(PARTS).join(', ')}.`);
    return part;
  });
}

interface CommandOptions extends Omit<BenchOptions, 'dir'> {
  readonly only: readonly Part[];
  readonly dir: string;
  readonly json?: true;
}

async function run({ only, dir, json, ...options }: CommandOptions): Promise<void> {
  const machine = describeMachine();
  const tables: Table[] = [];
  if (json === undefined) console.log(`${formatMachine(machine)}\n`);
  for (const part of only) {
    const own = await mkdtemp(join(dir, `praxis-bench-${part}-`));
    try {
      const table = await PARTS[part]({ ...options, dir: own });
      tables.push(table);
      if (json === undefined) console.log(`${formatTable(table)}\n`);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }
  if (json !== undefined) console.log(JSON.stringify({ machine, options, tables }, null, 2));
}

await new Command('npm run bench --')
  .description(
    'Measures ingest, queries, metrics and ingest beside reports against a server of its own, beside the ceiling of each. ' +
      'About 10 minutes with the defaults; let the machine do nothing else.',
  )
  .option('--only <parts>', 'any of ingest,query,metrics,contention', readParts, [
    'ingest',
    'query',
    'metrics',
    'contention',
  ])
  .option(
    '--statements <counts>',
    'in the store when queries are measured, e.g. 100000,1000000',
    readCounts,
    [100_000],
  )
  .option('--events <count>', 'in the warehouse when metrics are measured', readCount, 10_000_000)
  .option('--seconds <count>', 'of one stretch of measuring', readCount, 3)
  .option(
    '--rounds <count>',
    'stretches of each case, ours and its ceiling in turn; the median counts',
    readCount,
    3,
  )
  .option(
    '--dir <folder>',
    'where the databases are; the disk is part of what is measured',
    tmpdir(),
  )
  .option('--profile <folder>', 'leave a .cpuprofile of each thread of the server there')
  .option('--json', 'print JSON')
  .action(run)
  .parseAsync();
