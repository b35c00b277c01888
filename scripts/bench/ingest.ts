import { join } from 'node:path';
import type { BenchOptions } from './options.ts';
import { startJobProcess, type JobProcess } from './jobs.ts';
import type { GetJob, PostJob, PostResult } from './load-process.ts';
import { median, type Cell, type Table } from './report.ts';
import { refreshWarehouse, startServer, type ServerUnderTest } from './server.ts';
import type { SqliteJob } from './sqlite-ceiling.ts';

interface Case {
  readonly name: string;
  readonly connections: number;
  readonly batchSize: number;
  /** Wanted of this case on 2 cores. */
  readonly wanted?: { readonly text: string; isMet(ours: number, express: number): boolean };
}

const CASES: readonly Case[] = [
  { name: 'single, 1 connection', connections: 1, batchSize: 1 },
  { name: 'single, 16 connections', connections: 16, batchSize: 1 },
  {
    name: 'single, 64 connections',
    connections: 64,
    batchSize: 1,
    wanted: { text: '≥ half of Express', isMet: (ours, express) => ours >= express / 2 },
  },
  { name: 'batches of 25', connections: 4, batchSize: 25 },
  {
    name: 'batches of 100',
    connections: 4,
    batchSize: 100,
    wanted: { text: '≥ 10,000/s', isMet: (ours) => ours >= 10_000 },
  },
  { name: 'batches of 500', connections: 4, batchSize: 500 },
];

const WARM_UP_SECONDS = 2;
/** Rows that the SQLite ceiling is given; more would measure the reading of them. */
const SQLITE_STATEMENTS = 30_000;

/** Ingest: the rate at which statements are acknowledged, each durable by then. */
export async function measureIngest(options: BenchOptions): Promise<Table> {
  const load = startJobProcess<PostJob | GetJob>('load-process.ts');
  const express = startJobProcess('express-ceiling.ts');
  const sqlite = startJobProcess<SqliteJob>('sqlite-ceiling.ts');
  try {
    const expressUrl = await express.run<string>({}, 10_000);
    const rows: Cell[][] = [];
    for (const [index, one] of CASES.entries()) {
      const dataDir = join(options.dir, `data-${index}`);
      const server = await startServer(dataDir, options.profile);
      try {
        rows.push(await measureCase(one, { options, dataDir, server, expressUrl, load, sqlite }));
      } finally {
        await server.stop();
      }
    }
    return {
      title: 'Ingest, statements per second',
      notes: [
        `POST /xapi/statements, statements of about 1 KB, ${options.rounds} rounds of ${options.seconds} s, medians. p50 and p99 are of a request.`,
        'Express: the same requests to a bare Express 5 that reads the body, parses the JSON and answers the ids.',
        'unparsed: the same, without parsing. SQLite: the rows that our server made of these statements, into the same',
        'tables of a new file through node:sqlite (WAL, synchronous=FULL), one transaction for what all connections send at once.',
        'lag: how long the warehouse, which runs beside ingest at a lower priority, took to catch up after a round.',
      ],
      columns: [
        'case',
        'ours',
        'p50 ms',
        'p99 ms',
        'lag s',
        'Express',
        'ours/Express',
        'unparsed',
        'SQLite',
        'ours/SQLite',
        'wanted',
        'met',
      ],
      rows,
    };
  } finally {
    await Promise.all([load.stop(), express.stop(), sqlite.stop()]);
  }
}

interface Setting {
  readonly options: BenchOptions;
  readonly dataDir: string;
  readonly server: ServerUnderTest;
  readonly expressUrl: string;
  readonly load: JobProcess<PostJob | GetJob>;
  readonly sqlite: JobProcess<SqliteJob>;
}

async function measureCase(one: Case, setting: Setting): Promise<Cell[]> {
  const { options, dataDir, server, expressUrl, load, sqlite } = setting;
  let first = 0;
  async function post(url: string, path: string, seconds: number): Promise<PostResult> {
    const job: PostJob = {
      kind: 'post',
      url,
      path,
      authorization: server.authorization,
      connections: one.connections,
      batchSize: one.batchSize,
      first,
      seconds,
      statements: Infinity,
    };
    const result = await load.run<PostResult>(job, seconds * 1000 + 60_000);
    first += result.statements;
    return result;
  }
  await post(server.url, '/xapi/statements', WARM_UP_SECONDS);
  await post(expressUrl, '/xapi/statements', WARM_UP_SECONDS);

  const ours: PostResult[] = [];
  const lags: number[] = [];
  const ceilings: { express: number; unparsed: number; sqlite: number }[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    await refreshWarehouse(server);
    ours.push(await post(server.url, '/xapi/statements', options.seconds));
    lags.push(await refreshWarehouse(server));
    ceilings.push({
      express: (await post(expressUrl, '/xapi/statements', options.seconds)).perSecond,
      unparsed: (await post(expressUrl, '/unparsed', options.seconds)).perSecond,
      sqlite: await sqlite.run<number>(
        {
          source: dataDir,
          target: join(dataDir, `ceiling-${round}`),
          statementsAtMost: SQLITE_STATEMENTS,
          perTransaction: one.connections * one.batchSize,
          seconds: options.seconds,
        },
        options.seconds * 1000 + 60_000,
      ),
    });
  }
  const rate = median(ours.map(({ perSecond }) => perSecond));
  const express = median(ceilings.map((ceiling) => ceiling.express));
  const sqliteRate = median(ceilings.map((ceiling) => ceiling.sqlite));
  return [
    one.name,
    rate,
    median(ours.map(({ p50 }) => p50)),
    median(ours.map(({ p99 }) => p99)),
    median(lags),
    express,
    rate / express,
    median(ceilings.map((ceiling) => ceiling.unparsed)),
    sqliteRate,
    rate / sqliteRate,
    one.wanted?.text ?? '',
    one.wanted?.isMet(rate, express) ?? '',
  ];
}
