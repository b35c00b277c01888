import type { Instant } from '../../statements/instant.ts';

/**
 * What the warehouse reads, and all that it knows of a store; `LogReader` of the Store port is one.
 * Both lists come oldest first and bounded by `limit`.
 */
export interface StatementLog {
  /** Statements stored after `after`, voided ones too. */
  readLog(after: Instant, limit: number): Promise<readonly LogEntry[]>;
  /** Changes of workforce records after version `after`. */
  readRecordChanges(after: number, limit: number): Promise<readonly RecordChange[]>;
}

export interface LogEntry {
  /** Lower case. */
  readonly id: string;
  readonly stored: Instant;
  readonly text: string;
}

export interface RecordChange {
  readonly collection: string;
  readonly key: string;
  /** As it is stored; null when the record was deleted. */
  readonly json: string | null;
  readonly version: number;
}
