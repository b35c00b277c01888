import type { Filter } from 'mongodb';
import { BEGINNING, type Instant } from '../../../statements/instant.ts';
import type { StoredStatement } from '../../../statements/prepared-statement.ts';
import type { StatementId } from '../../../statements/statement.ts';
import type {
  KeyedRecord,
  LogEntry,
  LogReader,
  RecordChange,
  StatementPage,
  StatementQuery,
} from '../store.ts';
import { lastVersionOf, nameRecord } from './apply-records.ts';
import { toStoredStatement } from './apply-statements.ts';
import type { Database, RecordDocument, StatementDocument } from './database.ts';
import { hashKey } from './entry.ts';
import { reach } from './failures.ts';
import type { WriteLog } from './write-log.ts';

/** Statements of one key that a page may look at when it also asks for others. */
const SEARCH_BUDGET = 20_000;
const QUERY_TIMEOUT_MS = 8_000;
/** Times that a list is read again since records were changed meanwhile. */
const LIST_ATTEMPTS = 20;

/** Everything that reads what went through the chain: never past the last link that is applied. */
export class MongodbReader implements Pick<LogReader, 'readLog' | 'readRecordChanges'> {
  readonly #database: Database;
  readonly #log: WriteLog;

  constructor(database: Database, log: WriteLog) {
    this.#database = database;
    this.#log = log;
  }

  async getStatement(id: StatementId): Promise<StoredStatement | null> {
    const { last } = await this.#log.settle();
    const found = await reach(() => this.#database.statements.findOne({ _id: id }));
    return found === null || found.stored > last ? null : toStoredStatement(found, last);
  }

  async queryStatements(query: StatementQuery): Promise<StatementPage> {
    const { last } = await this.#log.settle();
    const range = rangeOf(query, last);
    if (range.from > range.to) return { statements: [], cursor: null };
    const lists = query.allOf.map((keys) => keys.map(hashKey));
    return reach(async () => {
      const budgeted = lists.length > 1 ? await this.#limitSearch(lists, range, query) : range;
      const filter: Filter<StatementDocument> = {
        stored: { $gte: budgeted.from, $lte: budgeted.to },
        // Also where the field is missing.
        voidedAt: { $not: { $lte: last } },
        ...(lists.length === 0 ? {} : { $and: lists.map((keys) => ({ keys: oneOf(keys) })) }),
      };
      const found = await this.#database.statements
        .find(filter, { maxTimeMS: QUERY_TIMEOUT_MS })
        .sort({ stored: query.ascending ? 1 : -1 })
        .limit(query.limit + 1)
        .toArray();
      const statements = found.map((each) => toStoredStatement(each, last));
      const end = query.ascending ? budgeted.to : budgeted.from;
      const isWhole = end === (query.ascending ? range.to : range.from);
      return toPage(statements, query.limit, isWhole ? null : end);
    });
  }

  /**
   * Narrows the range so that the rarest of the lists has no more statements in it than the budget: a
   * search for two keys that rarely meet ends there, and the next page goes on. Asks the index alone.
   */
  async #limitSearch(
    lists: readonly (readonly string[])[],
    range: Range,
    { ascending, limit }: StatementQuery,
  ): Promise<Range> {
    const budget = Math.max(SEARCH_BUDGET, limit);
    const ends = await Promise.all(
      lists.map(async (keys) => {
        const [beyond] = await this.#database.statements
          .find(
            { keys: oneOf(keys), stored: { $gte: range.from, $lte: range.to } },
            { maxTimeMS: QUERY_TIMEOUT_MS },
          )
          .project<{ stored: Instant }>({ _id: 0, stored: 1 })
          .sort({ stored: ascending ? 1 : -1 })
          .skip(budget)
          .limit(1)
          .toArray();
        return beyond?.stored ?? (ascending ? range.to : range.from);
      }),
    );
    return ascending
      ? { from: range.from, to: Math.max(...ends) as Instant }
      : { from: Math.min(...ends) as Instant, to: range.to };
  }

  async readLog(after: Instant, limit: number): Promise<readonly LogEntry[]> {
    const { last } = await this.#log.settle();
    return this.#readEntries({ stored: { $gt: after, $lte: last } }, limit);
  }

  async listByKey(key: string, after: Instant, limit: number): Promise<readonly LogEntry[]> {
    const { last } = await this.#log.settle();
    return this.#readEntries({ keys: hashKey(key), stored: { $gt: after, $lte: last } }, limit);
  }

  async #readEntries(
    filter: Filter<StatementDocument>,
    limit: number,
  ): Promise<readonly LogEntry[]> {
    const found = await reach(() =>
      this.#database.statements
        .find(filter)
        .project<StatementDocument>({ stored: 1, text: 1 })
        .sort({ stored: 1 })
        .limit(limit)
        .toArray(),
    );
    return found.map(({ _id, stored, text }) => ({ id: _id, stored, text }));
  }

  async getActivityDefinitions(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.#log.settle();
    const found = await reach(() =>
      this.#database.activities.find({ _id: { $in: [...ids] } }).toArray(),
    );
    return new Map(found.map(({ _id, definition }) => [_id, definition]));
  }

  /** A record that a link beyond has changed again is left for the reading after that. */
  async readRecordChanges(after: number, limit: number): Promise<readonly RecordChange[]> {
    const { link } = await this.#log.settle();
    const found = await reach(() =>
      this.#database.records
        .find({ version: { $gt: after, $lte: lastVersionOf(link) } })
        .sort({ version: 1 })
        .limit(limit)
        .toArray(),
    );
    return found.map(({ collection, key, json, version }) => ({ collection, key, json, version }));
  }

  async getRecord(collection: string, key: string): Promise<KeyedRecord | null> {
    await this.#log.settle();
    const found = await reach(() =>
      this.#database.records.findOne({ _id: nameRecord(collection, key) }),
    );
    return found === null || found.json === null ? null : { key, json: found.json };
  }

  async listRecords(
    collection: string,
    after: string | null,
    limit: number,
  ): Promise<readonly KeyedRecord[]> {
    const filter: Filter<RecordDocument> = {
      collection,
      key: { $gt: after ?? '' },
      json: { $ne: null },
    };
    for (let attempt = 1; ; attempt++) {
      const { link } = await this.#log.settle();
      const found = await reach(() =>
        this.#database.records.find(filter).sort({ key: 1 }).limit(limit).toArray(),
      );
      await this.#log.follow();
      // A change that is being applied may have been read in part.
      if (this.#log.latestRecords <= link || attempt === LIST_ATTEMPTS)
        return found.map(({ key, json }) => ({ key, json: json ?? '' }));
    }
  }
}

/** Both ends are in. */
interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

function rangeOf({ since, until, cursor, ascending }: StatementQuery, last: Instant): Range {
  const from = Math.max(
    (since ?? BEGINNING - 1) + 1,
    ascending && cursor !== null ? cursor + 1 : BEGINNING,
  );
  const to = Math.min(until ?? last, last, !ascending && cursor !== null ? cursor - 1 : last);
  return { from: from as Instant, to: to as Instant };
}

function oneOf(keys: readonly string[]): string | { $in: string[] } {
  const [only] = keys;
  return keys.length === 1 && only !== undefined ? only : { $in: [...keys] };
}

/** One statement more than the page holds tells whether there is a next page. */
function toPage(
  statements: readonly StoredStatement[],
  limit: number,
  stoppedAt: Instant | null,
): StatementPage {
  if (statements.length <= limit) return { statements, cursor: stoppedAt };
  const page = statements.slice(0, limit);
  return { statements: page, cursor: page.at(-1)?.stored ?? null };
}
