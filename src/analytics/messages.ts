import type { Instant } from '../../statements/instant.ts';
import type { Parameter, Row } from '../../graphql/warehouse/query-runner.ts';
import type { Reprojection } from '../../graphql/warehouse/warehouse.ts';
import type { ErrorCode } from '../../statements/errors.ts';

/** What the server asks of the warehouse process, and what it answers; one answer a question, matched by `id`. */
export type Question =
  | {
      readonly id: number;
      readonly ask: 'query';
      readonly sql: string;
      readonly parameters: Readonly<Record<string, Parameter>>;
      readonly timeoutMs: number;
    }
  /** Ends a query that is under way; it is answered as one that took too long. Not answered itself. */
  | { readonly id: number; readonly ask: 'cancel'; readonly query: number }
  /** `waits`: also for a new projection, when the rules have changed. */
  | {
      readonly id: number;
      readonly ask: 'project';
      readonly upTo: Instant;
      readonly waits: boolean;
    }
  | { readonly id: number; readonly ask: 'close' };

export type Answer =
  | { readonly id: number; readonly rows: readonly Row[] }
  | { readonly id: number; readonly status: WarehouseState }
  | {
      readonly id: number;
      readonly error: { readonly code: ErrorCode | 'INTERNAL'; readonly message: string };
    };

export interface WarehouseState {
  readonly asOf: Instant;
  readonly ruleSetVersion: string;
  /** Of the data: moves with every statement and record that is read, unlike `asOf` not with the clock. */
  readonly dataVersion: string;
  /** Null when the log is not being read again. */
  readonly reprojection: Reprojection | null;
}

/** Sent unasked. */
export type Notice =
  | { readonly notice: 'ready'; readonly status: WarehouseState }
  /** There is more of the log to read; microseconds of log time. */
  | {
      readonly notice: 'behind';
      readonly done: number;
      readonly total: number;
      readonly status: WarehouseState;
    };
