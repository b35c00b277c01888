import type { Problem } from '../../graphql/workforce/read-record.ts';

/** One row of a file: what it holds, or why it cannot be read. `line` is where it begins, from 1. */
export type Row =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly problems: readonly Problem[] };

export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;

/** About a millisecond or two of work: how long other requests wait while a large file is read. */
export const CHUNK_BYTES = 64 * 1024;
