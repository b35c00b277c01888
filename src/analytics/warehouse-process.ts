/**
 * The process that owns the warehouse. It is a process and not a thread for three reasons: the operating
 * system can favour ingest over it (it runs nicer), a fault in the native engine cannot take the LRS
 * down, and its memory is its own. Started by `warehouse-client.ts`, ends when that one is gone.
 */
import { join } from 'node:path';
import { PraxisError } from '../../statements/errors.ts';
import type { DatabaseLimits } from '../../graphql/warehouse/database.ts';
import type { Row } from '../../graphql/warehouse/query-runner.ts';
import { Warehouse } from '../../graphql/warehouse/warehouse.ts';
import { openLogReader, type StoreSettings } from '../storage/open-store.ts';
import type { LogReader } from '../storage/store.ts';
import type { Answer, Notice, Question, WarehouseState } from './messages.ts';

export interface WarehouseProcessSettings {
  readonly dataDir: string;
  readonly store: StoreSettings;
  readonly limits: DatabaseLimits;
}

const send = (message: Answer | Notice, onSent?: () => void): void => {
  // The parent may have gone between question and answer; then there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, undefined, onSent);
};

// Ctrl-C in a terminal and systemd's stop reach every process; the parent decides when this one ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

const settings = JSON.parse(process.argv[2] ?? '') as WarehouseProcessSettings;
const log: LogReader = await openLogReader(settings.store);
const warehouse = await Warehouse.open(join(settings.dataDir, 'warehouse.duckdb'), settings.limits);

const stateOf = (): WarehouseState => {
  const { asOf, ruleSetVersion, dataVersion, reprojection } = warehouse.status();
  return { asOf, ruleSetVersion, dataVersion, reprojection };
};

const underWay = new Map<number, AbortController>();

async function query({
  id,
  sql,
  parameters,
  timeoutMs,
}: Extract<Question, { ask: 'query' }>): Promise<readonly Row[]> {
  const cancelled = new AbortController();
  underWay.set(id, cancelled);
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), cancelled.signal]);
    return await warehouse.query(sql, parameters, signal);
  } finally {
    underWay.delete(id);
  }
}

async function answer(question: Exclude<Question, { ask: 'cancel' }>): Promise<Answer> {
  const { id } = question;
  try {
    switch (question.ask) {
      case 'query':
        return { id, rows: await query(question) };
      case 'project':
        await project(question);
        return { id, status: stateOf() };
      case 'close':
        await close();
        return { id, status: stateOf() };
    }
  } catch (error) {
    const code = error instanceof PraxisError ? error.code : 'INTERNAL';
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      id,
      error: { code, message: code === 'INTERNAL' ? message : (error as Error).message },
    };
  }
}

async function project({ upTo, waits }: Extract<Question, { ask: 'project' }>): Promise<void> {
  const tell = (done: number, total: number): void =>
    send({ notice: 'behind', done, total, status: stateOf() });
  if (waits) await warehouse.project(log, upTo, tell);
  else await warehouse.follow(log, upTo, tell);
}

async function close(): Promise<void> {
  await warehouse.close();
  await log.close();
}

process.on('message', (question: Question) => {
  if (question.ask === 'cancel') {
    underWay.get(question.query)?.abort();
    return;
  }
  const run = async (): Promise<void> => {
    const answered = await answer(question);
    // Only once the answer is out: disconnecting would drop it.
    send(answered, question.ask === 'close' ? () => process.disconnect() : undefined);
  };
  // The warehouse itself lets projections follow one another, and queries run beside them.
  void run();
});
process.on('disconnect', () => process.exit(0));

send({ notice: 'ready', status: stateOf() });
