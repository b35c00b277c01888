import type { Instant } from '../statements/instant.ts';

/**
 * The one place that reads the clock: wall time in microseconds. It can step back when the machine's
 * clock is set; who needs a rising sequence (the store) keeps its own last value.
 */
export function readClock(): Instant {
  return Math.round((performance.timeOrigin + performance.now()) * 1000) as Instant;
}
