import { totalmem } from 'node:os';
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  INTEGER,
  LIST,
  SQLNULL,
  TIMESTAMP,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { PraxisError } from '../../statements/errors.ts';
import type { Cell, Parameter, QueryRunner, Row } from './query-runner.ts';

/** Each runs on every core already; more at a time would only share them. */
const MAX_READERS = 4;

/** A rebuild has two warehouses open at once, and the process needs memory of its own. */
const MEMORY_SHARE = 0.4;

const INTERRUPT_INTERVAL_MS = 100;

const IN_MEMORY = ':memory:';

export interface DatabaseLimits {
  /** A share of the machine's when it is not given. */
  readonly memoryBytes?: number;
  /** As many as there are cores when it is not given. */
  readonly threads?: number;
}

/**
 * One open DuckDB database. Readers have connections of their own and see the last commit, so that they
 * neither wait for the writer nor see half of what it does.
 */
export class Database implements QueryRunner {
  /** For one user at a time: the projector. */
  readonly writer: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #waiting: (() => void)[] = [];
  readonly #onIdle: (() => void)[] = [];
  #readers = 0;
  #isClosed = false;

  private constructor(instance: DuckDBInstance, writer: DuckDBConnection) {
    this.#instance = instance;
    this.writer = writer;
  }

  /**
   * `path` may be `:memory:`. What a query needs beyond `memoryBytes` is kept in a folder beside the file
   * while it runs.
   */
  static async open(
    path: string,
    { memoryBytes = shareMemory(), threads }: DatabaseLimits = {},
  ): Promise<Database> {
    const instance = await DuckDBInstance.create(path, {
      memory_limit: `${Math.floor(memoryBytes / 1024)}KiB`,
      // DuckDB compares every pair where it guesses a few rows, and after CTEs and unnest its guess is 7 for millions.
      asof_loop_join_threshold: '0',
      ...(threads === undefined ? {} : { threads: String(threads) }),
      ...(path === IN_MEMORY ? {} : { temp_directory: `${path}.tmp` }),
    });
    try {
      return new Database(instance, await instance.connect());
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  /**
   * Throws PraxisError TIMEOUT when `signal` ends the query before it has answered, UNAVAILABLE when it
   * needs more memory than there is.
   */
  async query(
    sql: string,
    parameters: Readonly<Record<string, Parameter>> = {},
    signal?: AbortSignal,
  ): Promise<readonly Row[]> {
    await this.#enter();
    try {
      if (signal?.aborted === true) throw stopped();
      const connection = await this.#instance.connect();
      try {
        return await runQuery(connection, sql, parameters, signal);
      } catch (error) {
        throw isOutOfMemory(error) ? tooLarge() : error;
      } finally {
        connection.closeSync();
      }
    } finally {
      this.#leave();
    }
  }

  /** Waits for the queries under way; no new ones may come. Again does nothing. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#readers > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    this.writer.closeSync();
    this.#instance.closeSync();
  }

  async #enter(): Promise<void> {
    while (this.#readers >= MAX_READERS)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#readers += 1;
  }

  #leave(): void {
    this.#readers -= 1;
    this.#waiting.shift()?.();
    if (this.#readers === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

/** Runs a query on a connection that the caller has to itself. */
export async function runQuery(
  connection: DuckDBConnection,
  sql: string,
  parameters: Readonly<Record<string, Parameter>> = {},
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  const bound = Object.entries(parameters).map(([name, value]) => [name, bind(value)] as const);
  // Again and again: an interrupt that comes while a query is being prepared is forgotten when it starts.
  let repeated: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    repeated = setInterval(() => connection.interrupt(), INTERRUPT_INTERVAL_MS);
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  if (signal?.aborted === true) interrupt();
  try {
    const result = await connection.runAndReadAll(
      sql,
      Object.fromEntries(bound.map(([name, { value }]) => [name, value])),
      Object.fromEntries(bound.map(([name, { type }]) => [name, type])),
    );
    return result.convertRowObjects<Cell>(readCell);
  } catch (error) {
    throw signal?.aborted === true ? stopped() : error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
    clearInterval(repeated);
  }
}

/** The container's memory where it has a limit, else the machine's. */
function shareMemory(): number {
  const machine = totalmem();
  const limit = process.constrainedMemory() || machine;
  return Math.min(machine, limit) * MEMORY_SHARE;
}

/** DuckDB has no error classes; its messages name the kind of error. */
function isOutOfMemory(error: unknown): boolean {
  return String(error).startsWith('Error: Out of Memory Error');
}

function tooLarge(): PraxisError {
  return new PraxisError(
    'UNAVAILABLE',
    'The report needs more memory than the warehouse has. Narrow it: a shorter period, a coarser grain, fewer dimensions, or a filter.',
  );
}

function stopped(): PraxisError {
  return new PraxisError(
    'TIMEOUT',
    'The query took too long and was stopped; ask for a shorter period or fewer dimensions.',
  );
}

const MAX_INTEGER = 2 ** 31 - 1;

function bind(parameter: Parameter): { readonly value: DuckDBValue; readonly type: DuckDBType } {
  if (parameter === null) return { value: null, type: SQLNULL };
  if (typeof parameter === 'string') return { value: parameter, type: VARCHAR };
  if (typeof parameter === 'boolean') return { value: parameter, type: BOOLEAN };
  if (typeof parameter === 'number') return bindNumber(parameter);
  if ('timestampMicros' in parameter) {
    const value = new DuckDBTimestampValue(BigInt(parameter.timestampMicros));
    return { value, type: TIMESTAMP };
  }
  return { value: new DuckDBListValue([...parameter]), type: LIST(VARCHAR) };
}

function bindNumber(value: number): { readonly value: DuckDBValue; readonly type: DuckDBType } {
  if (!Number.isSafeInteger(value)) return { value, type: DOUBLE };
  return Math.abs(value) <= MAX_INTEGER
    ? { value, type: INTEGER }
    : { value: BigInt(value), type: BIGINT };
}

function readCell(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof DuckDBTimestampValue) return Number(value.micros);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map(readCell);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(
      Object.entries(value.entries).map(([name, field]) => [name, readCell(field)]),
    );
  throw new Error(`a query returns a ${value.constructor.name}, which no column type here maps to`);
}
