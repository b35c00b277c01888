import type { Instant } from '../../../statements/instant.ts';
import type { Credential, LogReader, Store } from '../store.ts';
import {
  discardAttachment,
  keepAttachments,
  openAttachment,
  stageAttachment,
  sweepStaged,
} from './attachments.ts';
import { Committer, type Changed } from './committer.ts';
import {
  createCredential,
  deleteCredential,
  getCredential,
  listCredentials,
} from './credentials.ts';
import { openDatabase } from './database.ts';
import { getDocument, listDocumentIds, setDocument } from './documents.ts';
import { hashKey, type ChangeEntry } from './entry.ts';
import { reach, unavailable } from './failures.ts';
import { MongodbReader } from './reader.ts';
import type { WriteLog } from './write-log.ts';

/** A promise of consistency may be this old: an older promise still holds, it only promises less. */
const PROMISE_MS = 1_000;

/** The scale-out store: any number of processes on one database. */
export async function openMongodbStore(uri: string): Promise<Store> {
  const database = await openDatabase(uri);
  const { committer, log } = await Committer.open(database);
  const reader = new MongodbReader(database, log);
  const promise = new ConsistencyPromise(log, committer);
  await sweepStaged(database);

  let isClosed = false;
  async function call<Result>(run: () => Promise<Result>): Promise<Result> {
    if (isClosed) throw unavailable();
    return reach(run);
  }
  const change = (entry: ChangeEntry): Promise<Changed> => call(() => committer.change(entry));
  let closed: Promise<void> | undefined;
  async function close(): Promise<void> {
    isClosed = true;
    await committer.close();
    await log.close();
    await database.client.close();
  }

  return {
    // A database that is lost can come back; this process waits for it.
    failed: new Promise(() => undefined),

    append: (statements, attachments = []) =>
      attachments.length === 0
        ? call(() => committer.append(statements))
        : call(async () => {
            await keepAttachments(database, attachments);
            return committer.append(statements);
          }),
    stageAttachment: (sha2, content) => call(() => stageAttachment(database, sha2, content)),
    discardAttachment: (staged) => call(() => discardAttachment(database, staged)),
    openAttachment: (sha2) => call(() => openAttachment(database, sha2)),
    getStatement: (id) => call(() => reader.getStatement(id)),
    queryStatements: (query) => call(() => reader.queryStatements(query)),
    readLog: (after, limit) => call(() => reader.readLog(after, limit)),
    getActivityDefinitions: (ids) => call(() => reader.getActivityDefinitions(ids)),
    consistentThrough: () => call(() => promise.make()),

    getDocument: (key) => call(() => getDocument(database, key)),
    setDocument: (key, expected, document) =>
      call(async () => setDocument(database, key, expected, document, await committer.stamp())),
    listDocumentIds: (scope, since, after, limit) =>
      call(() => listDocumentIds(database, scope, since, after, limit)),
    deleteDocuments: async (scope) => {
      await change({ kind: 'documents', scope });
    },

    listByKey: (key, after, limit) => call(() => reader.listByKey(key, after, limit)),
    replaceTexts: async (texts) => {
      await change({ kind: 'texts', texts });
    },
    renameKey: async (from, to) => {
      if (from !== to) await change({ kind: 'rename', from: hashKey(from), to: hashKey(to) });
    },
    deleteAgentDocuments: async (agent) =>
      (await change({ kind: 'agent-documents', agent })).removed,

    putRecords: async (collection, records) =>
      (await change({ kind: 'records', how: 'put', collection, records })).put,
    replaceRecords: async (collection, records) =>
      (await change({ kind: 'records', how: 'replace', collection, records })).put,
    deleteRecord: async (collection, key) => {
      const records = [{ key, json: '' }];
      return (
        (await change({ kind: 'records', how: 'delete', collection, records })).put.deleted === 1
      );
    },
    getRecord: (collection, key) => call(() => reader.getRecord(collection, key)),
    listRecords: (collection, after, limit) =>
      call(() => reader.listRecords(collection, after, limit)),
    readRecordChanges: (after, limit) => call(() => reader.readRecordChanges(after, limit)),

    createCredential: (credential: Credential) =>
      call(() => createCredential(database, credential)),
    getCredential: (key) => call(() => getCredential(database, key)),
    listCredentials: (after, limit) => call(() => listCredentials(database, after, limit)),
    deleteCredential: (key) => call(() => deleteCredential(database, key)),

    close: () => (closed ??= close()),
  };
}

/** Reads the log of a store that other processes write; does what they left undone, as they would. */
export async function openMongodbLogReader(uri: string): Promise<LogReader> {
  const database = await openDatabase(uri);
  const { committer, log } = await Committer.open(database);
  const reader = new MongodbReader(database, log);
  return {
    readLog: (after, limit) => reader.readLog(after, limit),
    readRecordChanges: (after, limit) => reader.readRecordChanges(after, limit),
    close: async () => {
      await committer.close();
      await log.close();
      await database.client.close();
    },
  };
}

/**
 * What Consistent-Through promises: the last instant of the chain. Whatever comes later is stamped after
 * it, by any process. When nothing is stored for a while, an empty link moves it on.
 */
class ConsistencyPromise {
  readonly #log: WriteLog;
  readonly #committer: Committer;
  #moving: Promise<Instant> | null = null;

  constructor(log: WriteLog, committer: Committer) {
    this.#log = log;
    this.#committer = committer;
  }

  async make(): Promise<Instant> {
    if (this.#log.committedMsAgo < PROMISE_MS) return this.#log.head.last;
    this.#moving ??= this.#committer.stamp().finally(() => {
      this.#moving = null;
    });
    await this.#moving;
    return this.#log.head.last;
  }
}
