import type { Request } from 'express';
import { PraxisError } from '../../statements/errors.ts';

/** Which part of a list in key order was asked for. */
export interface Paging {
  /** The key that the page before ended with; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

/** Reads `limit` and `cursor`, and no other parameter; throws MALFORMED. */
export function readPaging({ query }: Pick<Request, 'query'>): Paging {
  const unknown = Object.keys(query).find((name) => name !== 'limit' && name !== 'cursor');
  if (unknown !== undefined)
    throw new PraxisError(
      'MALFORMED',
      `There is no parameter ${unknown}; there are limit, cursor.`,
    );
  const { limit = String(DEFAULT_PAGE_SIZE), cursor } = query;
  const size = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw new PraxisError('MALFORMED', `limit must be a whole number from 1 to ${MAX_PAGE_SIZE}.`);
  return { after: cursor === undefined ? null : decodeCursor(cursor), limit: size };
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; null when this is the last. */
  readonly cursor: string | null;
}

/** `found` holds one more than `limit` when there is a next page. */
export function cutPage<Item extends { readonly key: string }>(
  found: readonly Item[],
  limit: number,
): Page<Item> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return {
    items,
    cursor: last === undefined ? null : Buffer.from(last.key).toString('base64url'),
  };
}

function decodeCursor(cursor: unknown): string {
  const after = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  if (after !== '' && Buffer.from(after).toString('base64url') === cursor) return after;
  throw new PraxisError('MALFORMED', 'cursor must be what the page before answered, unchanged.');
}
