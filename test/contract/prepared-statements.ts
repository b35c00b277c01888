import { randomUUID } from 'node:crypto';
import type { Instant } from '../../statements/instant.ts';
import type { PreparedStatement, StoredStatement } from '../../statements/prepared-statement.ts';
import type { StatementId } from '../../statements/statement.ts';
import type { Store, StatementQuery } from '../../src/storage/store.ts';

export function makeId(): StatementId {
  return randomUUID() as StatementId;
}

/** A statement with nothing in it but its id, save what is given. */
export function prepare(given: Partial<PreparedStatement> = {}): PreparedStatement {
  const id = given.id ?? makeId();
  return {
    id,
    openText: `{"id":"${id}"`,
    needsTimestamp: false,
    keys: [],
    refersTo: null,
    voids: false,
    definitions: [],
    ...given,
  };
}

export function prepareVoid(target: StatementId, keys: readonly string[] = []): PreparedStatement {
  return prepare({ refersTo: target, voids: true, keys });
}

/** Appends what must be new, and gives the instants. */
export async function appendNew(
  store: Store,
  ...statements: readonly PreparedStatement[]
): Promise<readonly Instant[]> {
  const outcome = await store.append(statements);
  if (outcome.kind === 'exists') throw new Error('These statements were to be new.');
  return outcome.stored;
}

export function ask(given: Partial<StatementQuery> = {}): StatementQuery {
  return {
    allOf: [],
    since: null,
    until: null,
    ascending: true,
    limit: 1000,
    cursor: null,
    ...given,
  };
}

export async function queryIds(
  store: Store,
  given: Partial<StatementQuery>,
): Promise<readonly StatementId[]> {
  return (await walkPages(store, given)).flat().map(({ id }) => id);
}

/** Every page from the first to the one without a cursor. */
export async function walkPages(
  store: Store,
  given: Partial<StatementQuery>,
): Promise<readonly (readonly StoredStatement[])[]> {
  const pages: (readonly StoredStatement[])[] = [];
  let query = ask(given);
  for (;;) {
    const { statements, cursor } = await store.queryStatements(query);
    if (statements.length > query.limit) throw new Error('A page is longer than its limit.');
    pages.push(statements);
    if (cursor === null) return pages;
    if (cursor === query.cursor) throw new Error('A cursor stands still.');
    query = { ...query, cursor };
  }
}
