/** The ceiling of metrics: DuckDB alone, in a process of its own, on a connection that stays open. */
import {
  DuckDBInstance,
  DuckDBTimestampValue,
  listValue,
  type DuckDBConnection,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { SqlQuery } from '../../graphql/metrics/metric.ts';
import type { Parameter } from '../../graphql/warehouse/query-runner.ts';
import { serveJobs } from './jobs.ts';

export interface DuckdbJob {
  readonly path: string;
  /** Run one after another. */
  readonly queries: readonly SqlQuery[];
}

let connection: DuckDBConnection | undefined;

function toValue(parameter: Parameter): DuckDBValue {
  if (parameter === null || typeof parameter !== 'object') return parameter;
  return 'timestampMicros' in parameter
    ? new DuckDBTimestampValue(BigInt(parameter.timestampMicros))
    : listValue(parameter);
}

/** Returns the milliseconds until every row of every query is here. */
async function run({ path, queries }: DuckdbJob): Promise<number> {
  connection ??= await (await DuckDBInstance.create(path)).connect();
  const start = performance.now();
  for (const { sql, parameters } of queries) {
    const values: Record<string, DuckDBValue> = {};
    for (const [name, parameter] of Object.entries(parameters)) values[name] = toValue(parameter);
    await connection.runAndReadAll(sql, values);
  }
  return performance.now() - start;
}

serveJobs(run);
