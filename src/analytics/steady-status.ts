import { requireOpen, type WarehouseStatus } from '../../graphql/metrics/report.ts';
import type { WarehouseState } from './messages.ts';
import type { WarehouseClient } from './warehouse-client.ts';

export interface SteadyStatus extends WarehouseStatus {
  readonly dataVersion: string;
}

const STANDS_AT_MOST_MICROS = 60_000_000;

/**
 * The status that answers are revalidated by. `asOf` of the warehouse moves with the clock; here it stands while
 * nothing new was read, for a minute at most, so that a dashboard that asks again is told that nothing has changed. An
 * answer as of an instant less than a minute ago, of data that have not moved since, is as true as a newer one.
 */
export function createSteadyStatus(warehouse: Pick<WarehouseClient, 'status'>): {
  /** Throws UNAVAILABLE while the warehouse is opening. */
  read(): SteadyStatus;
  /** The next is the warehouse's own: someone was told of it. */
  forget(): void;
} {
  let kept: WarehouseState | null = null;
  return {
    read() {
      const status = requireOpen(warehouse.status());
      if (
        kept === null ||
        status.dataVersion !== kept.dataVersion ||
        status.ruleSetVersion !== kept.ruleSetVersion ||
        status.asOf - kept.asOf > STANDS_AT_MOST_MICROS
      )
        kept = status;
      return kept;
    },
    forget() {
      kept = null;
    },
  };
}
