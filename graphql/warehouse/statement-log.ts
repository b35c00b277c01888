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

/** Records that say which statements have another text since: `{ "statements": [stored, …] }`. */
export const REWRITTEN_COLLECTION = 'rewritten';

/** The positions that records of that collection name among other changes, each once and in order. */
export function listRewritten(changes: readonly RecordChange[]): readonly Instant[] {
  const named = changes.flatMap(({ collection, json }) => {
    if (collection !== REWRITTEN_COLLECTION || json === null) return [];
    // Written by the server itself.
    const { statements } = JSON.parse(json) as { readonly statements: readonly Instant[] };
    return statements;
  });
  return [...new Set(named)].sort((a, b) => a - b);
}
