import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startJobProcess, type JobProcess } from './jobs.ts';
import type { PostJob, PostResult } from './load-process.ts';
import type { BenchOptions } from './options.ts';
import { median, type Cell, type Table } from './report.ts';
import { makeWarehouse, PERIOD } from './sample-warehouse.ts';
import { refreshWarehouse, startServer, type ServerUnderTest } from './server.ts';

interface Case {
  readonly name: string;
  readonly connections: number;
  readonly batchSize: number;
}

const CASES: readonly Case[] = [
  { name: 'single, 1 connection', connections: 1, batchSize: 1 },
  { name: 'single, 16 connections', connections: 16, batchSize: 1 },
  { name: 'batches of 25', connections: 4, batchSize: 25 },
];

const REPORT =
  `/analytics/workforce?metrics=participation,skillApplication,trainingRoi&by=role,segment&grain=month` +
  `&from=${PERIOD.from}&to=${PERIOD.to}&format=csv`;
const WANTED_RATIO = 2;
const WARM_UP_SECONDS = 2;
const REPORT_TIMEOUT_MS = 120_000;

/** Contention: what a heavy report, asked again and again, does to the latency of ingest. */
export async function measureContention(options: BenchOptions): Promise<Table> {
  const dataDir = join(options.dir, 'data');
  await mkdir(dataDir);
  await makeWarehouse(join(dataDir, 'warehouse.duckdb'), options.events);
  const load = startJobProcess<PostJob>('load-process.ts');
  const server = await startServer(dataDir, options.profile);
  try {
    await refreshWarehouse(server);
    const rows: Cell[][] = [];
    let first = 0;
    for (const one of CASES) {
      const post = async (seconds: number): Promise<PostResult> => {
        const result = await postStatements(load, server, one, first, seconds);
        first += result.statements;
        return result;
      };
      rows.push(await measureCase(one.name, { options, server, post }));
    }
    return {
      title: `Ingest beside a heavy report, over ${options.events.toLocaleString('en-US')} events, milliseconds`,
      notes: [
        `POST /xapi/statements as in Ingest, ${options.rounds} rounds of ${options.seconds} s alone and beside reports in turn, medians.`,
        `The report: GET ${REPORT}, asked again as soon as it is answered.`,
      ],
      columns: [
        'case',
        'p50 alone',
        'p99 alone',
        'p50 beside',
        'p99 beside',
        'p99 beside/alone',
        'reports',
        's a report',
        'wanted',
        'met',
      ],
      rows,
    };
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}

function postStatements(
  load: JobProcess<PostJob>,
  { url, authorization }: ServerUnderTest,
  { connections, batchSize }: Case,
  first: number,
  seconds: number,
): Promise<PostResult> {
  return load.run<PostResult>(
    {
      kind: 'post',
      url,
      path: '/xapi/statements',
      authorization,
      connections,
      batchSize,
      first,
      seconds,
      statements: Infinity,
    },
    seconds * 1000 + 60_000,
  );
}

interface Setting {
  readonly options: BenchOptions;
  readonly server: ServerUnderTest;
  readonly post: (seconds: number) => Promise<PostResult>;
}

async function measureCase(name: string, { options, server, post }: Setting): Promise<Cell[]> {
  await post(WARM_UP_SECONDS);
  const alone: PostResult[] = [];
  const beside: PostResult[] = [];
  const reportSeconds: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    await refreshWarehouse(server);
    alone.push(await post(options.seconds));
    await refreshWarehouse(server);
    const reports = askAgainAndAgain(server);
    try {
      beside.push(await post(options.seconds));
    } finally {
      reportSeconds.push(...(await reports.stop()));
    }
  }
  const ratio = median(beside.map(({ p99 }) => p99)) / median(alone.map(({ p99 }) => p99));
  return [
    name,
    median(alone.map(({ p50 }) => p50)),
    median(alone.map(({ p99 }) => p99)),
    median(beside.map(({ p50 }) => p50)),
    median(beside.map(({ p99 }) => p99)),
    ratio,
    reportSeconds.length,
    median(reportSeconds),
    `≤ ${WANTED_RATIO}`,
    ratio <= WANTED_RATIO,
  ];
}

/** Reports one after another until told to stop; gives the seconds that each took, the last one too. */
function askAgainAndAgain({ url, authorization }: ServerUnderTest): {
  stop(): Promise<readonly number[]>;
} {
  let stopped = false;
  async function run(): Promise<readonly number[]> {
    const seconds: number[] = [];
    do {
      const start = performance.now();
      const response = await fetch(`${url}${REPORT}`, {
        headers: { authorization },
        signal: AbortSignal.timeout(REPORT_TIMEOUT_MS),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`GET ${REPORT} answered ${response.status}: ${text}`);
      seconds.push((performance.now() - start) / 1000);
    } while (!stopped);
    return seconds;
  }
  const running = run();
  // It is looked at when it is stopped.
  running.catch(() => undefined);
  return {
    stop() {
      stopped = true;
      return running;
    },
  };
}
