import { mkdirSync } from 'node:fs';
import type { Instant } from '../../../statements/instant.ts';
import { readClock } from '../../clock.ts';
import type { AppendOutcome, LogReader, PutOutcome, StatementPage, Store } from '../store.ts';
import { openReadOnly } from './connection.ts';
import { SqliteReader } from './reader.ts';
import { Thread } from './thread.ts';

const READERS = 2;

/** The embedded store: one file in `dataDir`, one thread that writes it, two that read. */
export async function openSqliteStore(dataDir: string): Promise<Store> {
  mkdirSync(dataDir, { recursive: true });
  // The writer first: it claims the folder and brings the schema up to date.
  const writer = await Thread.start({ role: 'writer', dataDir });
  const readers = await Promise.all(
    Array.from({ length: READERS }, () => Thread.start({ role: 'reader', dataDir })),
  );
  const read = <Result>(
    method: keyof SqliteReader,
    ...parameters: readonly unknown[]
  ): Promise<Result> => {
    const idlest = readers.reduce((best, reader) => (reader.load < best.load ? reader : best));
    return idlest.call<Result>(method, ...parameters);
  };
  const horizon = new Horizon();
  let closed: Promise<void> | undefined;

  return {
    failed: Promise.race([writer, ...readers].map((thread) => thread.failed)),

    append: (statements) =>
      horizon.during((notBefore) => writer.call<AppendOutcome>('append', statements, notBefore)),
    getStatement: (id) => read('getStatement', id),
    queryStatements: (query) => read<StatementPage>('queryStatements', query),
    readLog: (after, limit) => read('readLog', after, limit),
    consistentThrough: () => Promise.resolve(horizon.consistentThrough()),

    putRecords: (collection, records) => writer.call<PutOutcome>('putRecords', collection, records),
    replaceRecords: (collection, records) =>
      writer.call<PutOutcome>('replaceRecords', collection, records),
    deleteRecord: (collection, key) => writer.call('deleteRecord', collection, key),
    listRecords: (collection, after, limit) => read('listRecords', collection, after, limit),
    readRecordChanges: (after, limit) => read('readRecordChanges', after, limit),

    createCredential: (credential) => writer.call('createCredential', credential),
    deleteCredential: (key) => writer.call('deleteCredential', key),
    getCredential: (key) => read('getCredential', key),
    listCredentials: (after, limit) => read('listCredentials', after, limit),

    close: () =>
      (closed ??= Promise.all([...readers, writer].map((thread) => thread.close())).then(
        () => undefined,
      )),
  };
}

/** Reads the log of a store that another process may be writing. */
export function openSqliteLogReader(dataDir: string): LogReader {
  const database = openReadOnly(dataDir);
  const reader = new SqliteReader(database);
  return {
    readLog: (after, limit) => Promise.resolve(reader.readLog(after, limit)),
    readRecordChanges: (after, limit) => Promise.resolve(reader.readRecordChanges(after, limit)),
    close: () => {
      database.close();
      return Promise.resolve();
    },
  };
}

/**
 * What Consistent-Through may promise. An append that is under way is stamped after the instant it was
 * sent at, so everything up to just before the earliest of them is settled; with none under way, up to
 * now. What has once been promised is the lower bound of every later stamp: `notBefore` travels with each
 * append, so the promise holds also when the machine's clock is set back.
 */
class Horizon {
  /** Insertion order is order of sending: the first is the earliest. */
  readonly #underWay = new Map<symbol, Instant>();
  #now = 0 as Instant;

  #tick(): Instant {
    this.#now = Math.max(this.#now, readClock()) as Instant;
    return this.#now;
  }

  async during<Result>(append: (notBefore: Instant) => Promise<Result>): Promise<Result> {
    const token = Symbol('append');
    const sentAt = this.#tick();
    this.#underWay.set(token, sentAt);
    try {
      return await append(sentAt);
    } finally {
      this.#underWay.delete(token);
    }
  }

  consistentThrough(): Instant {
    const [earliest] = this.#underWay.values();
    return earliest ?? this.#tick();
  }
}
