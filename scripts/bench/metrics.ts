import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlQuery } from '../../graphql/metrics/metric.ts';
import { METRICS } from '../../graphql/metrics/registry.ts';
import { ask, runReport, type Question } from '../../graphql/metrics/report.ts';
import type { Instant } from '../../statements/instant.ts';
import type { DuckdbJob } from './duckdb-ceiling.ts';
import { startJobProcess } from './jobs.ts';
import type { BenchOptions } from './options.ts';
import { median, type Cell, type Table } from './report.ts';
import { makeWarehouse, PERIOD } from './sample-warehouse.ts';
import { refreshWarehouse, startServer, type ServerUnderTest } from './server.ts';

/** What is asked, in the engine's words and in GraphQL's. The compiler sees to it that no metric is forgotten. */
const CASES: Readonly<Record<keyof typeof METRICS, { question: Question; fields: string }>> = {
  headcount: {
    question: ask(METRICS.headcount, METRICS.headcount.defaults),
    fields: 'headcount',
  },
  participation: {
    question: ask(METRICS.participation, METRICS.participation.defaults),
    fields: 'participation { active headcount rate interval { low high } }',
  },
  skillApplication: {
    question: ask(METRICS.skillApplication, METRICS.skillApplication.defaults),
    fields:
      'skillApplication { cohort matured applied rate medianDaysToApply byEvidence { tier rate } maintained { rate } }',
  },
  trainingRoi: {
    question: ask(METRICS.trainingRoi, METRICS.trainingRoi.defaults),
    fields:
      'trainingRoi { learners cost benefit roi method effects { kpi effect interval { low high } } }',
  },
  completion: {
    question: ask(METRICS.completion, METRICS.completion.defaults),
    fields: 'completion { completed started rate interval { low high } }',
  },
  assessment: {
    question: ask(METRICS.assessment, METRICS.assessment.defaults),
    fields: 'assessment { attempts passRate meanScore quantiles }',
  },
  effort: {
    question: ask(METRICS.effort, METRICS.effort.defaults),
    fields: 'effort { hours hoursPerActivePerson }',
  },
  flow: {
    question: ask(METRICS.flow, METRICS.flow.defaults),
    fields: 'flow { inFlowShare mobileShare }',
  },
  content: {
    question: ask(METRICS.content, METRICS.content.defaults),
    fields: 'content { contributors smeShare rating }',
  },
};

const RUNS = 7;
const WANTED_MS = 1_000;
const MIN_GROUP_SIZE = 5;
const REPORT = { by: ['ROLE', 'SEGMENT'], grain: 'MONTH' } as const;
const QUERY_TIMEOUT_MS = 60_000;

/** Metrics: the time of a GraphQL answer, from a warehouse of so many events. */
export async function measureMetrics(options: BenchOptions): Promise<Table> {
  const dataDir = join(options.dir, 'data');
  const ceilingPath = join(options.dir, 'ceiling.duckdb');
  await mkdir(dataDir);
  await makeWarehouse(join(dataDir, 'warehouse.duckdb'), options.events);
  await copyFile(join(dataDir, 'warehouse.duckdb'), ceilingPath);

  const duckdb = startJobProcess<DuckdbJob>('duckdb-ceiling.ts');
  const server = await startServer(dataDir, options.profile);
  try {
    // The server answers before its warehouse is open.
    await refreshWarehouse(server);
    const rows: Cell[][] = [];
    for (const [name, { question, fields }] of Object.entries(CASES)) {
      const queries = await recordQueries(question);
      const ours: number[] = [];
      const ceilings: number[] = [];
      let slices = 0;
      // The first of each warms up and does not count.
      for (let run = 0; run <= RUNS; run += 1) {
        const answer = await askServer(server, fields);
        const ceiling = await duckdb.run<number>({ path: ceilingPath, queries }, QUERY_TIMEOUT_MS);
        slices = answer.slices;
        if (run === 0) continue;
        ours.push(answer.milliseconds);
        ceilings.push(ceiling);
      }
      const p50 = median(ours);
      rows.push([
        name,
        slices,
        p50,
        Math.max(...ours),
        median(ceilings),
        p50 / median(ceilings),
        `< ${WANTED_MS} ms`,
        p50 < WANTED_MS,
      ]);
    }
    return {
      title: `Metrics over ${options.events.toLocaleString('en-US')} events, milliseconds`,
      notes: [
        `POST /graphql, one metric by role × segment × month over eighteen months, ${RUNS} runs after one to warm up.`,
        'DuckDB: the SQL that the metric sends, on a warm connection to a copy of the same file.',
      ],
      columns: ['metric', 'slices', 'p50', 'max', 'DuckDB p50', 'ours/DuckDB', 'wanted', 'met'],
      rows,
    };
  } finally {
    await Promise.all([duckdb.stop(), server.stop()]);
  }
}

/** The SQL of a report, taken from the engine itself by running it over nothing. */
async function recordQueries(question: Question): Promise<readonly SqlQuery[]> {
  const queries: SqlQuery[] = [];
  await runReport(
    {
      runner: {
        query: (sql, parameters) => {
          queries.push({ sql, parameters });
          return Promise.resolve([]);
        },
      },
      status: () => ({ asOf: (Date.parse(PERIOD.to) * 1000) as Instant, ruleSetVersion: '' }),
      minGroupSize: MIN_GROUP_SIZE,
    },
    { period: { ...PERIOD, timeZone: 'UTC' }, ...REPORT, where: {}, questions: [question] },
  );
  return queries;
}

interface GraphqlAnswer {
  readonly errors?: readonly { readonly message: string }[];
  readonly data?: { readonly workforce: { readonly slices: readonly unknown[] } };
}

async function askServer(
  { url, authorization }: ServerUnderTest,
  fields: string,
): Promise<{ milliseconds: number; slices: number }> {
  const query = `{ workforce(period: {from: "${PERIOD.from}", to: "${PERIOD.to}"}, by: [${REPORT.by.join(', ')}], grain: ${REPORT.grain}) {
    asOf slices { role segment bucket { from } suppressed ${fields} } } }`;
  const start = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(QUERY_TIMEOUT_MS),
  });
  const answer = (await response.json()) as GraphqlAnswer;
  const milliseconds = performance.now() - start;
  if (answer.data === undefined || answer.errors !== undefined)
    throw new Error(`POST /graphql answered ${response.status}: ${JSON.stringify(answer.errors)}`);
  return { milliseconds, slices: answer.data.workforce.slices.length };
}
