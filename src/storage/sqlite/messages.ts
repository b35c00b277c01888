import type { ErrorCode } from '../../../statements/errors.ts';

/** Which thread it is. */
export interface WorkerSettings {
  readonly role: 'writer' | 'reader';
  readonly dataDir: string;
}

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
