import type { ErrorCode } from '../../../statements/errors.ts';

/** Which thread it is. */
export type WorkerSettings =
  | { readonly role: 'reader'; readonly dataDir: string }
  | { readonly role: 'writer'; readonly dataDir: string; readonly indexLag: number };

/** One call of a method of SqliteWriter or SqliteReader. Sent in arrays: a message costs more than a call. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly parameters: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly error: { readonly code: ErrorCode | 'INTERNAL'; readonly message: string };
    };

/** The last message a thread gets, when all its calls have been answered. */
export const CLOSE = 'close';
