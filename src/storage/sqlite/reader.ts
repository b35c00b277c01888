import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DocumentKey, DocumentScope, StoredDocument } from '../../../statements/documents.ts';
import { BEGINNING, type Instant } from '../../../statements/instant.ts';
import type { StoredStatement } from '../../../statements/prepared-statement.ts';
import type { StatementId } from '../../../statements/statement.ts';
import type {
  Credential,
  KeyedRecord,
  LogEntry,
  RecordChange,
  StatementPage,
  StatementQuery,
} from '../store.ts';
import { KEY_COLUMNS, keyValues, selectScope, toStoredDocument } from './document-row.ts';
import { intersect, PostingList, SearchBudget, unite, type PositionList } from './posting-list.ts';
import { rememberStatements } from './connection.ts';
import { RecentStatements } from './recent-statements.ts';
import { idToBytes, toStoredStatement, type SqlRow } from './row.ts';

/** Recent ones that have been indexed since are dropped when there are so many. */
const REMEMBERED_STATEMENTS = 16_384;

/** Everything that reads, on a connection of its own. */
export class SqliteReader {
  readonly #sql: (text: string) => StatementSync;
  readonly #recent: RecentStatements;

  constructor(database: DatabaseSync) {
    this.#sql = rememberStatements(database);
    this.#recent = new RecentStatements(database);
  }

  getStatement(id: StatementId): StoredStatement | null {
    const stored = this.#catchUp().find(id);
    const row =
      stored === undefined
        ? this.#sql(
            `SELECT stored, id, text, voided FROM statement
             WHERE stored = (SELECT stored FROM statement_id WHERE id = ?)`,
          ).get(idToBytes(id))
        : this.#statementAt(stored);
    return row === undefined ? null : toStoredStatement(row);
  }

  queryStatements(query: StatementQuery): StatementPage {
    const range = rangeOf(query);
    if (query.allOf.length === 0) return this.#scan(range, query);
    this.#catchUp();
    const budget = new SearchBudget();
    const lists: PositionList[] = [];
    for (const keys of query.allOf) {
      const terms = keys.map((key) => this.#termOf(key)).filter((term) => term !== null);
      if (terms.length === 0) return { statements: [], cursor: null };
      lists.push(
        unite(
          terms.map((term) => this.#postings(term, range, query, budget)),
          query.ascending,
        ),
      );
    }
    return this.#collect(intersect(lists, query.ascending, budget), range, query, budget);
  }

  /** All statements in order of the log. */
  #scan({ from, to }: Range, { ascending, limit }: StatementQuery): StatementPage {
    const rows = this.#sql(
      `SELECT stored, id, text, voided FROM statement WHERE stored BETWEEN ? AND ? AND voided = 0
       ORDER BY stored ${ascending ? 'ASC' : 'DESC'} LIMIT ?`,
    ).all(from, to, limit + 1);
    return toPage(rows.map(toStoredStatement), limit);
  }

  /** One statement more than the page holds tells whether there is a next page. */
  #collect(
    list: PositionList,
    { from, to }: Range,
    { ascending, limit }: StatementQuery,
    budget: SearchBudget,
  ): StatementPage {
    const statements: StoredStatement[] = [];
    const step = ascending ? 1 : -1;
    let position = ascending ? from : to;
    while (statements.length <= limit) {
      const found = list.seek(position);
      if (found === null) return { statements, cursor: null };
      if (budget.isSpent) return toPage(statements, limit, (found - step) as Instant);
      const row = this.#statementAt(found);
      if (row !== undefined && row['voided'] === 0) statements.push(toStoredStatement(row));
      else budget.spend();
      position = (found + step) as Instant;
    }
    return toPage(statements, limit);
  }

  #statementAt(stored: Instant): SqlRow | undefined {
    return this.#sql('SELECT stored, id, text, voided FROM statement WHERE stored = ?').get(stored);
  }

  /**
   * First of all: what is not in the index when this is read is found here, and what is indexed
   * afterwards in both.
   */
  #catchUp(): RecentStatements {
    if (this.#recent.size > REMEMBERED_STATEMENTS) this.#recent.clear();
    this.#recent.catchUp();
    return this.#recent;
  }

  #termOf(text: string): number | null {
    return (this.#sql('SELECT id FROM term WHERE text = ?').get(text)?.['id'] ?? null) as
      number | null;
  }

  #postings(
    term: number,
    { from, to }: Range,
    { allOf, ascending, limit }: Pick<StatementQuery, 'allOf' | 'ascending' | 'limit'>,
    budget: SearchBudget,
  ): PositionList {
    const sql = ascending
      ? this.#sql(
          'SELECT stored FROM posting WHERE term = ? AND stored >= ? AND stored <= ? ORDER BY stored LIMIT ?',
        )
      : this.#sql(
          'SELECT stored FROM posting WHERE term = ? AND stored <= ? AND stored >= ? ORDER BY stored DESC LIMIT ?',
        );
    const end = ascending ? to : from;
    const fetch = (position: Instant, count: number): Instant[] => {
      budget.spend();
      return sql.all(term, position, end, count).map((row) => row['stored'] as Instant);
    };
    const indexed = new PostingList(fetch, ascending, allOf.length === 1 ? limit + 1 : 1);
    return unite([indexed, this.#recent.positionsOf(term, from, to, ascending)], ascending);
  }

  getActivityDefinitions(ids: readonly string[]): ReadonlyMap<string, string> {
    const sql = this.#sql('SELECT definition FROM activity WHERE id = ?');
    const known = new Map<string, string>();
    for (const id of ids) {
      const definition = sql.get(id)?.['definition'];
      if (typeof definition === 'string') known.set(id, definition);
    }
    return known;
  }

  getDocument(key: DocumentKey): StoredDocument | null {
    const row = this.#sql(
      `SELECT content_type, content, etag, updated FROM document WHERE ${KEY_COLUMNS}`,
    ).get(...keyValues(key));
    return row === undefined ? null : toStoredDocument(row);
  }

  listDocumentIds(
    scope: DocumentScope,
    since: Instant | null,
    after: string | null,
    limit: number,
  ): readonly string[] {
    const { columns, values } = selectScope(scope);
    return this.#sql(
      `SELECT DISTINCT id FROM document WHERE ${columns} AND updated > ? AND id > ? ORDER BY id LIMIT ?`,
    )
      .all(...values, since ?? BEGINNING, after ?? '', limit)
      .map((row) => row['id'] as string);
  }

  listByKey(key: string, after: Instant, limit: number): readonly LogEntry[] {
    this.#catchUp();
    const term = this.#termOf(key);
    if (term === null) return [];
    const range = { from: (after + 1) as Instant, to: Number.MAX_SAFE_INTEGER as Instant };
    const query = { allOf: [[key]], ascending: true, limit };
    const list = this.#postings(term, range, query, new SearchBudget());
    const found: LogEntry[] = [];
    for (
      let stored = list.seek(range.from);
      stored !== null && found.length < limit;
      stored = list.seek((stored + 1) as Instant)
    ) {
      const row = this.#statementAt(stored);
      if (row !== undefined) found.push(toStoredStatement(row));
    }
    return found;
  }

  readLog(after: Instant, limit: number): readonly LogEntry[] {
    return this.#sql(
      'SELECT stored, id, text, voided FROM statement WHERE stored > ? ORDER BY stored LIMIT ?',
    )
      .all(after, limit)
      .map(toStoredStatement);
  }

  readRecordChanges(after: number, limit: number): readonly RecordChange[] {
    return this.#sql(
      'SELECT collection, key, json, version FROM record WHERE version > ? ORDER BY version LIMIT ?',
    )
      .all(after, limit)
      .map((row) => ({
        collection: row['collection'] as string,
        key: row['key'] as string,
        json: row['json'] as string | null,
        version: row['version'] as number,
      }));
  }

  getRecord(collection: string, key: string): KeyedRecord | null {
    const row = this.#sql(
      'SELECT json FROM record WHERE collection = ? AND key = ? AND json IS NOT NULL',
    ).get(collection, key);
    return row === undefined ? null : { key, json: row['json'] as string };
  }

  listRecords(collection: string, after: string | null, limit: number): readonly KeyedRecord[] {
    return this.#sql(
      'SELECT key, json FROM record WHERE collection = ? AND key > ? AND json IS NOT NULL ORDER BY key LIMIT ?',
    )
      .all(collection, after ?? '', limit)
      .map((row) => ({ key: row['key'] as string, json: row['json'] as string }));
  }

  getCredential(key: string): Credential | null {
    const row = this.#sql('SELECT * FROM credential WHERE key = ?').get(key);
    return row === undefined ? null : toCredential(row);
  }

  listCredentials(after: string | null, limit: number): readonly Credential[] {
    return this.#sql('SELECT * FROM credential WHERE key > ? ORDER BY key LIMIT ?')
      .all(after ?? '', limit)
      .map(toCredential);
  }
}

/** Both ends are in. */
interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

function rangeOf({ since, until, cursor, ascending }: StatementQuery): Range {
  const from = Math.max(
    (since ?? BEGINNING - 1) + 1,
    ascending && cursor !== null ? cursor + 1 : BEGINNING,
  );
  const to = Math.min(
    until ?? Number.MAX_SAFE_INTEGER,
    !ascending && cursor !== null ? cursor - 1 : Number.MAX_SAFE_INTEGER,
  );
  return { from: from as Instant, to: to as Instant };
}

function toPage(
  statements: readonly StoredStatement[],
  limit: number,
  stoppedAt: Instant | null = null,
): StatementPage {
  if (statements.length <= limit) return { statements, cursor: stoppedAt };
  const page = statements.slice(0, limit);
  return { statements: page, cursor: page.at(-1)?.stored ?? null };
}

function toCredential(row: SqlRow): Credential {
  return {
    key: row['key'] as string,
    secretHash: row['secret_hash'] as string,
    name: row['name'] as string,
    scopes: JSON.parse(row['scopes'] as string) as string[],
    createdAt: row['created_at'] as Instant,
  };
}
