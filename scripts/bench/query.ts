import { join } from 'node:path';
import type { BenchOptions } from './options.ts';
import { startJobProcess, type JobProcess } from './jobs.ts';
import type { GetJob, GetResult, PostJob, PostResult } from './load-process.ts';
import { median, type Cell, type Table } from './report.ts';
import {
  activityIdOf,
  agentOf,
  courseIdOf,
  COURSE_COUNT,
  statementId,
  topicOf,
  verbIdOf,
} from './sample-statements.ts';
import { refreshWarehouse, startServer, type ServerUnderTest } from './server.ts';

const PAGE_SIZE = 25;
const REQUESTS = 300;
const MORE_PAGES = 20;
const WANTED_MS = 3;
const FILL_TIMEOUT_SECONDS = 1_200;

/** What is in the store: statements 0 … count − 1, stored between the two times. */
interface Stored {
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
}

interface QueryCase {
  readonly name: string;
  readonly morePages?: number;
  /** The query of request `index`, each about something else, as the statements themselves are spread. */
  readonly ask: (index: number, stored: Stored) => Record<string, string>;
}

const limit = String(PAGE_SIZE);
const CASES: readonly QueryCase[] = [
  {
    name: 'by id',
    ask: (index, { count }) => ({ statementId: statementId((index * 7919) % count) }),
  },
  {
    name: 'agent',
    ask: (index) => ({ agent: JSON.stringify({ account: agentOf(topicOf(index).agent) }), limit }),
  },
  {
    name: 'verb + activity',
    ask: (index) => {
      const { verb, activity } = topicOf(index);
      return { verb: verbIdOf(verb), activity: activityIdOf(activity), limit };
    },
  },
  {
    name: 'related activity',
    ask: (index) => ({
      activity: courseIdOf(index % COURSE_COUNT),
      related_activities: 'true',
      limit,
    }),
  },
  {
    name: 'since, ascending',
    ask: (index, { fromMs, toMs }) => ({
      since: new Date(fromMs + (toMs - fromMs) * ((index % 97) / 97)).toISOString(),
      ascending: 'true',
      limit,
    }),
  },
  {
    name: 'more, of a verb',
    morePages: MORE_PAGES,
    ask: (index) => ({ verb: verbIdOf(index), limit }),
  },
];

/** Queries: one request after another, each asking for something else. */
export async function measureQueries(options: BenchOptions): Promise<Table> {
  const load = startJobProcess<PostJob | GetJob>('load-process.ts');
  const express = startJobProcess('express-ceiling.ts');
  const server = await startServer(join(options.dir, 'data'), options.profile);
  try {
    const expressUrl = await express.run<string>({}, 10_000);
    const rows: Cell[][] = [];
    const smallest = new Map<string, number>();
    let stored: Stored = { count: 0, fromMs: Date.now(), toMs: Date.now() };
    for (const count of options.statements) {
      stored = await fill(load, server, stored, count);
      await refreshWarehouse(server);
      for (const one of CASES) {
        const { p50, p99, bytes, ceiling } = await measureCase(one, stored, {
          options,
          load,
          server,
          expressUrl,
        });
        if (!smallest.has(one.name)) smallest.set(one.name, p50);
        const growth = p50 / (smallest.get(one.name) ?? p50);
        const wanted = `< ${WANTED_MS} ms`;
        rows.push([
          one.name,
          stored.count,
          p50,
          p99,
          bytes,
          ceiling,
          p50 / ceiling,
          growth,
          wanted,
          p50 < WANTED_MS,
        ]);
      }
    }
    return {
      title: 'Queries, milliseconds',
      notes: [
        `GET /xapi/statements at concurrency 1, limit=${PAGE_SIZE}, ${options.rounds} rounds of up to ${REQUESTS} different requests, medians.`,
        `more: ${MORE_PAGES} pages in a row, without the first. Express: a bare Express 5 that sends as many bytes, made in advance.`,
        'growth: p50 as a multiple of that at the smallest number of statements.',
      ],
      columns: [
        'query',
        'statements',
        'p50',
        'p99',
        'bytes',
        'Express p50',
        'ours/Express',
        'growth',
        'wanted',
        'met',
      ],
      rows,
    };
  } finally {
    await Promise.all([load.stop(), express.stop(), server.stop()]);
  }
}

async function fill(
  load: JobProcess<PostJob | GetJob>,
  { url, authorization }: ServerUnderTest,
  stored: Stored,
  count: number,
): Promise<Stored> {
  const job: PostJob = {
    kind: 'post',
    url,
    path: '/xapi/statements',
    authorization,
    connections: 2,
    batchSize: 500,
    first: stored.count,
    seconds: FILL_TIMEOUT_SECONDS,
    statements: count - stored.count,
  };
  const { statements } = await load.run<PostResult>(job, FILL_TIMEOUT_SECONDS * 1000 + 60_000);
  if (stored.count + statements < count)
    throw new Error(`storing ${count} statements took longer than ${FILL_TIMEOUT_SECONDS} s`);
  return { count: stored.count + statements, fromMs: stored.fromMs, toMs: Date.now() };
}

interface Setting {
  readonly options: BenchOptions;
  readonly load: JobProcess<PostJob | GetJob>;
  readonly server: ServerUnderTest;
  readonly expressUrl: string;
}

interface Measured {
  readonly p50: number;
  readonly p99: number;
  readonly bytes: number;
  readonly ceiling: number;
}

async function measureCase(
  { ask, morePages = 0 }: QueryCase,
  stored: Stored,
  { options, load, server, expressUrl }: Setting,
): Promise<Measured> {
  const { authorization } = server;
  const get = (url: string, paths: readonly string[], pages: number): Promise<GetResult> => {
    const job: GetJob = {
      kind: 'get',
      url,
      authorization,
      paths,
      morePages: pages,
      seconds: options.seconds,
    };
    return load.run<GetResult>(job, options.seconds * 1000 + 60_000);
  };
  const pathsOf = (round: number): string[] =>
    Array.from({ length: Math.ceil(REQUESTS / (morePages + 1)) }, (_, index) => {
      const query = new URLSearchParams(ask(round * REQUESTS + index, stored));
      return `/xapi/statements?${query.toString()}`;
    });

  const { bytes } = await get(server.url, pathsOf(options.rounds), morePages);
  const page = Array.from({ length: REQUESTS }, () => `/page/${bytes}`);
  const ours: GetResult[] = [];
  const ceilings: number[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    ours.push(await get(server.url, pathsOf(round), morePages));
    ceilings.push((await get(expressUrl, page, 0)).p50);
  }
  return {
    p50: median(ours.map((result) => result.p50)),
    p99: median(ours.map((result) => result.p99)),
    bytes: median(ours.map((result) => result.bytes)),
    ceiling: median(ceilings),
  };
}
