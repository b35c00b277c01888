import { mkdirSync } from 'node:fs';
import type { Instant } from '../../../statements/instant.ts';
import { readClock } from '../../clock.ts';
import type { AppendOutcome, LogReader, PutOutcome, StatementPage, Store } from '../store.ts';
import { openAttachmentFiles, type AttachmentFiles } from './attachment-files.ts';
import { openReadOnly } from './connection.ts';
import { SqliteReader } from './reader.ts';
import { Thread } from './thread.ts';

const READERS = 2;
/**
 * How many statements the index may be behind the log. More makes it cheaper to keep, and lengthens the
 * pause while it catches up and what the first query after a burst has to read.
 */
const INDEX_LAG = 4_096;

/** The embedded store: one file in `dataDir`, one thread that writes it, two that read. */
export async function openSqliteStore(dataDir: string, indexLag = INDEX_LAG): Promise<Store> {
  mkdirSync(dataDir, { recursive: true });
  const { writer, readers, files } = await startParts(dataDir, indexLag);
  const read = <Result>(
    method: keyof SqliteReader,
    ...parameters: readonly unknown[]
  ): Promise<Result> => {
    const idlest = readers.reduce((best, reader) => (reader.load < best.load ? reader : best));
    return idlest.call<Result>(method, ...parameters);
  };
  const horizon = new Horizon();
  const threads = [writer, ...readers];
  const failed = Promise.race(threads.map((thread) => thread.failed));
  void failed.then((error) => threads.forEach((thread) => thread.stop(error)));
  let closed: Promise<void> | undefined;

  return {
    failed,

    append: async (statements, attachments = []) => {
      if (attachments.length > 0) await files.keep(attachments);
      return horizon.during((notBefore) =>
        writer.call<AppendOutcome>('append', statements, notBefore),
      );
    },
    stageAttachment: (sha2, content) => files.stage(sha2, content),
    discardAttachment: (attachment) => files.discard(attachment),
    openAttachment: (sha2) => files.open(sha2),
    getStatement: (id) => read('getStatement', id),
    queryStatements: (query) => read<StatementPage>('queryStatements', query),
    readLog: (after, limit) => read('readLog', after, limit),
    getActivityDefinitions: (ids) => read('getActivityDefinitions', ids),
    consistentThrough: () => Promise.resolve(horizon.consistentThrough()),

    getDocument: (key) => read('getDocument', key),
    setDocument: (key, expected, document) => writer.call('setDocument', key, expected, document),
    listDocumentIds: (scope, since, after, limit) =>
      read('listDocumentIds', scope, since, after, limit),
    deleteDocuments: (scope) => writer.call('deleteDocuments', scope),

    listByKey: (key, after, limit) => read('listByKey', key, after, limit),
    replaceTexts: (texts) => writer.call('replaceTexts', texts),
    renameKey: (from, to) => writer.call('renameKey', from, to),
    deleteAgentDocuments: (agent) => writer.call('deleteAgentDocuments', agent),

    putRecords: (collection, records) => writer.call<PutOutcome>('putRecords', collection, records),
    replaceRecords: (collection, records) =>
      writer.call<PutOutcome>('replaceRecords', collection, records),
    deleteRecord: (collection, key) => writer.call('deleteRecord', collection, key),
    getRecord: (collection, key) => read('getRecord', collection, key),
    listRecords: (collection, after, limit) => read('listRecords', collection, after, limit),
    readRecordChanges: (after, limit) => read('readRecordChanges', after, limit),

    createCredential: (credential) => writer.call('createCredential', credential),
    deleteCredential: (key) => writer.call('deleteCredential', key),
    getCredential: (key) => read('getCredential', key),
    listCredentials: (after, limit) => read('listCredentials', after, limit),

    // The writer last: alone with the file, SQLite folds the write-ahead log into it.
    close: () =>
      (closed ??= Promise.all(readers.map((reader) => reader.close())).then(() => writer.close())),
  };
}

interface Parts {
  readonly writer: Thread;
  readonly readers: readonly Thread[];
  readonly files: AttachmentFiles;
}

async function startParts(dataDir: string, indexLag: number): Promise<Parts> {
  // The writer first: it claims the folder and brings the schema up to date.
  const writer = await Thread.start({ role: 'writer', dataDir, indexLag });
  const readers: Thread[] = [];
  try {
    while (readers.length < READERS) readers.push(await Thread.start({ role: 'reader', dataDir }));
    return { writer, readers, files: await openAttachmentFiles(dataDir) };
  } catch (error) {
    await Promise.all([...readers, writer].map((thread) => thread.close()));
    throw error;
  }
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
 *
 * The writer is one line, and answers commits in their order: whatever is under way when a statement is
 * acknowledged will be stamped after it. So its own stamp is settled too, and who stored it finds it
 * inside the next promise.
 */
class Horizon {
  /** Insertion order is order of sending: the first is the earliest. */
  readonly #underWay = new Map<symbol, Instant>();
  #now = 0 as Instant;
  #acknowledged = 0 as Instant;

  #tick(): Instant {
    this.#now = Math.max(this.#now, readClock()) as Instant;
    return this.#now;
  }

  async during(append: (notBefore: Instant) => Promise<AppendOutcome>): Promise<AppendOutcome> {
    const token = Symbol('append');
    const sentAt = this.#tick();
    this.#underWay.set(token, sentAt);
    try {
      const outcome = await append(sentAt);
      const newest = outcome.kind === 'stored' ? outcome.stored.at(-1) : undefined;
      if (newest !== undefined && newest > this.#acknowledged) this.#acknowledged = newest;
      return outcome;
    } finally {
      this.#underWay.delete(token);
    }
  }

  consistentThrough(): Instant {
    const [earliest] = this.#underWay.values();
    return Math.max(this.#acknowledged, earliest ?? this.#tick()) as Instant;
  }
}
