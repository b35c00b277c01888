import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Parameter, QueryRunner, Row } from '../../graphql/warehouse/query-runner.ts';
import { PraxisError } from '../../statements/errors.ts';
import type { Instant } from '../../statements/instant.ts';
import type { Reprojection } from '../../graphql/warehouse/warehouse.ts';
import { readClock } from '../clock.ts';
import type { Answer, Notice, Question, WarehouseState } from './messages.ts';
import type { WarehouseProcessSettings } from './warehouse-process.ts';

/** The warehouse as the server sees it. */
export interface WarehouseClient extends QueryRunner {
  /** As a QueryRunner; `signal` stops the query in the warehouse too, and it then fails with TIMEOUT. */
  query(
    sql: string,
    parameters: Readonly<Record<string, Parameter>>,
    signal?: AbortSignal,
  ): Promise<readonly Row[]>;
  /** How far the warehouse has read; null until it has opened. */
  status(): WarehouseState | null;
  /** The log is being read again by new rules; null when it is not. */
  reprojection(): ReprojectionUnderWay | null;
  /** Something was stored: project it soon. Returns at once. */
  wake(): void;
  /** Answers when everything stored before the call is in the warehouse, and read by the rules stored before it. */
  refresh(): Promise<WarehouseState>;
  close(): Promise<void>;
}

export interface ReprojectionUnderWay extends Reprojection {
  /** When this server first heard of it. */
  readonly since: Instant;
}

/** Past the query's own timeout only a process that hangs is left to blame. */
const ANSWER_GRACE_MS = 5_000;
/** A refresh right after a large import waits for its projection. */
const PROJECT_TIMEOUT_MS = 600_000;
const CLOSE_TIMEOUT_MS = 10_000;
/** Statements come in bursts: one projection a while costs less than one a statement. */
const WAKE_INTERVAL_MS = 500;
/** asOf moves with the clock also when nothing is stored. */
const IDLE_INTERVAL_MS = 2_000;
const RESTART_DELAY_MS = 1_000;
const NICER = constants.priority.PRIORITY_BELOW_NORMAL;

type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface WarehouseClientSettings extends WarehouseProcessSettings {
  /** A query is stopped after so long. */
  readonly queryTimeoutMs: number;
}

export function startWarehouse(
  { queryTimeoutMs, ...settings }: WarehouseClientSettings,
  consistentThrough: () => Promise<Instant>,
  logger: Logger,
): WarehouseClient {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let state: WarehouseState | null = null;
  let underWay: ReprojectionUnderWay | null = null;
  let closing = false;
  let child = start();

  function start(): ChildProcess {
    const path = fileURLToPath(new URL('./warehouse-process.ts', import.meta.url));
    const started = fork(path, [JSON.stringify(settings)], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    if (started.pid !== undefined) setPriority(started.pid, NICER);
    started.on('message', (message: Answer | Notice) => receive(message));
    started.on('exit', (code, signal) => onExit(code, signal));
    return started;
  }

  function take(status: WarehouseState): void {
    state = status;
    const { reprojection } = status;
    if (reprojection === null) {
      if (underWay !== null)
        logger.info({ ruleSetVersion: status.ruleSetVersion }, 'the numbers are by the new rules');
      underWay = null;
      return;
    }
    const isKnown = underWay?.ruleSetVersion === reprojection.ruleSetVersion;
    if (!isKnown)
      logger.info(
        { ruleSetVersion: reprojection.ruleSetVersion },
        'the rules have changed; the log is read again, and the old numbers stay meanwhile',
      );
    underWay = {
      ...reprojection,
      since: isKnown && underWay !== null ? underWay.since : readClock(),
    };
  }

  function receive(message: Answer | Notice): void {
    if ('notice' in message) {
      take(message.status);
      if (message.notice === 'ready') wake();
      else
        logger.debug(
          { done: message.done, total: message.total },
          'the warehouse is reading the log',
        );
      return;
    }
    const waiting = pending.get(message.id);
    if (waiting === undefined) return;
    pending.delete(message.id);
    clearTimeout(waiting.timer);
    waiting.resolve(message);
  }

  function onExit(code: number | null, signal: string | null): void {
    state = null;
    for (const { reject, timer } of pending.values()) {
      clearTimeout(timer);
      reject(
        new PraxisError('UNAVAILABLE', 'The warehouse stopped while it worked on this; try again.'),
      );
    }
    pending.clear();
    if (closing) return;
    logger.error({ code, signal }, 'the warehouse process ended; starting it again');
    setTimeout(() => {
      if (!closing) child = start();
    }, RESTART_DELAY_MS).unref();
  }

  async function ask(question: Asked, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted();
    if (!child.connected)
      throw new PraxisError(
        'UNAVAILABLE',
        'The warehouse is starting; try again in a few seconds.',
      );
    lastId += 1;
    const id = lastId;
    // The answer is waited for all the same: until then the warehouse is at work.
    const cancel = (): void => tell({ ask: 'cancel', query: id });
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        pending.delete(id);
        reject(
          new PraxisError('TIMEOUT', `The warehouse did not answer within ${timeoutMs / 1000} s.`),
        );
      }, timeoutMs);
      pending.set(id, { resolve, reject, timer });
      child.send({ ...question, id });
      signal?.addEventListener('abort', cancel, { once: true });
    }).finally(() => signal?.removeEventListener('abort', cancel));
    if (!('error' in answer)) return answer;
    if (answer.error.code !== 'INTERNAL')
      throw new PraxisError(answer.error.code, answer.error.message);
    throw new Error(`warehouse: ${answer.error.message}`);
  }

  function tell(message: Asked): void {
    lastId += 1;
    if (child.connected) child.send({ ...message, id: lastId });
  }

  async function query(
    sql: string,
    parameters: Readonly<Record<string, Parameter>>,
    signal?: AbortSignal,
  ): Promise<readonly Row[]> {
    const asked: Asked = { ask: 'query', sql, parameters, timeoutMs: queryTimeoutMs };
    const answer = await ask(asked, queryTimeoutMs + ANSWER_GRACE_MS, signal);
    if (!('rows' in answer)) throw new Error('the warehouse answered a query without rows');
    return answer.rows;
  }

  async function project(waits: boolean): Promise<WarehouseState> {
    const upTo = await consistentThrough();
    const answer = await ask({ ask: 'project', upTo, waits }, PROJECT_TIMEOUT_MS);
    if (!('status' in answer))
      throw new Error('the warehouse answered a projection without its status');
    take(answer.status);
    return answer.status;
  }

  let awake = false;
  function wake(): void {
    if (awake || closing) return;
    awake = true;
    setTimeout(() => {
      // Not waiting for a new projection: the old numbers shall go on meanwhile.
      void project(false)
        .catch((error: unknown) => {
          if (!closing) logger.warn({ err: error }, 'projection failed; it is tried again');
        })
        .finally(() => {
          awake = false;
        });
    }, WAKE_INTERVAL_MS).unref();
  }
  const idle = setInterval(wake, IDLE_INTERVAL_MS).unref();

  async function close(): Promise<void> {
    if (closing) return;
    closing = true;
    clearInterval(idle);
    const exited = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once('exit', () => resolve());
    });
    const killer = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    await ask({ ask: 'close' }, CLOSE_TIMEOUT_MS).catch((error: unknown) => {
      logger.warn(
        { err: error },
        'the warehouse did not close in time; it will be read again at start',
      );
      child.kill('SIGKILL');
    });
    await exited;
    clearTimeout(killer);
  }

  return {
    query,
    status: () => state,
    reprojection: () => underWay,
    wake,
    refresh: () => project(true),
    close,
  };
}
