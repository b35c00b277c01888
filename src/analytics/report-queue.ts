import { PraxisError } from '../../statements/errors.ts';

export interface ReportQueueLimits {
  /** Reports that ask the warehouse at the same time. */
  readonly atOnce: number;
  /** Reports that may wait for that. */
  readonly waiting: number;
}

/** Gives back the place; more than once does no harm. */
export type Leave = () => void;

/**
 * Who asks the warehouse. A heavy report takes every core for seconds, so more than a few at a time would only
 * slow each other, and ingest: they wait in turn, and beyond a bound they are told to come back.
 */
export interface ReportQueue {
  /**
   * Waits for a place. Throws UNAVAILABLE when too many wait already, unless it goes on with what has begun, and
   * what `signal` was aborted with when that comes first.
   */
  enter(signal: AbortSignal, goesOn?: boolean): Promise<Leave>;
}

export function createReportQueue({ atOnce, waiting }: ReportQueueLimits): ReportQueue {
  const queue = new Set<() => void>();
  let busy = 0;

  function take(): Leave {
    busy += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      busy -= 1;
      const [next] = queue;
      next?.();
    };
  }

  async function enter(signal: AbortSignal, goesOn = false): Promise<Leave> {
    signal.throwIfAborted();
    if (busy < atOnce && queue.size === 0) return take();
    if (!goesOn && queue.size >= waiting)
      throw new PraxisError(
        'UNAVAILABLE',
        `${atOnce} reports are being answered and ${queue.size} are waiting; try again in a few seconds.`,
      );
    return await new Promise<Leave>((resolve, reject) => {
      const next = (): void => {
        settle();
        resolve(take());
      };
      const giveUp = (): void => {
        settle();
        reject(signal.reason as Error);
      };
      const settle = (): void => {
        queue.delete(next);
        signal.removeEventListener('abort', giveUp);
      };
      queue.add(next);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }
  return { enter };
}
