import type { QueryRunner } from '../../graphql/warehouse/query-runner.ts';
import { PraxisError } from '../../statements/errors.ts';
import type { Leave, ReportQueue } from './report-queue.ts';
import type { WarehouseClient } from './warehouse-client.ts';

/** What one request asks of the warehouse. */
export interface WarehouseTurn {
  /** Takes a place in the queue with the first query; what asks nothing waits for nobody. */
  readonly runner: QueryRunner;
  /** Aborted, with the error to answer, when time is up or nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Gives the place back as soon as no query is under way; ends those that are, when told that they are of no use. */
  end(): void;
}

export interface TurnOptions {
  readonly queue: ReportQueue;
  readonly warehouse: Pick<WarehouseClient, 'query'>;
  readonly timeoutMs: number;
}

export interface TurnRequest {
  /** Part of an answer that has begun: it is let in however many wait. */
  readonly goesOn?: boolean;
}

export function openTurn(
  { queue, warehouse, timeoutMs }: TurnOptions,
  { goesOn = false }: TurnRequest = {},
): WarehouseTurn {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(tooSlow(timeoutMs)), timeoutMs);
  let place: Promise<Leave> | null = null;
  let running = 0;
  let ended = false;

  function leave(): void {
    if (!ended || running > 0 || place === null) return;
    // Who was not let in has nothing to give back, and was told so where the query failed.
    place.then(
      (done) => done(),
      () => undefined,
    );
  }

  const runner: QueryRunner = {
    async query(sql, parameters) {
      running += 1;
      try {
        await (place ??= queue.enter(signal, goesOn));
        return await warehouse.query(sql, parameters, signal);
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      } finally {
        running -= 1;
        leave();
      }
    },
  };
  function end(): void {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    controller.abort(new PraxisError('UNAVAILABLE', 'The client went away.'));
    leave();
  }
  return { runner, signal, end };
}

function tooSlow(timeoutMs: number): PraxisError {
  return new PraxisError(
    'TIMEOUT',
    `The report took longer than ${timeoutMs / 1000} s and was stopped. Ask for less at once: a shorter period, a coarser grain, fewer dimensions or metrics.`,
  );
}
