import { setTimeout as sleep } from 'node:timers/promises';
import {
  Collection,
  GridFSBucket,
  MongoClient,
  MongoServerError,
  type Binary,
  type Db,
  type ObjectId,
} from 'mongodb';
import type { Instant } from '../../../statements/instant.ts';
import type { StatementId } from '../../../statements/statement.ts';
import type { Entry } from './entry.ts';

const DEFAULT_DATABASE = 'praxis';
/** Long enough for an election to be seen through, short enough for a client to be told in time. */
const SELECTION_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 10_000;

/** One link of the chain, see write-log.ts. `_id` counts 1, 2, 3 … */
export interface LinkDocument {
  readonly _id: number;
  /** Unique to the group of calls that the link holds, so that its writer knows it again. */
  readonly group: string;
  readonly kind: Entry['kind'];
  /** The stamps that are this link's own. */
  readonly first: Instant;
  readonly last: Instant;
  /** Whether applying it may change what is known of activities. */
  readonly defines: boolean;
  readonly applied: boolean;
  /** Gone once applied; null when it lies in parts. */
  readonly body?: Binary | null;
  /** Their names, in order. */
  readonly parts: readonly string[];
  readonly appliedAt?: Date;
}

/** A piece of a link's body that is too large for one document; there before the link is. */
export interface PartDocument {
  readonly _id: string;
  readonly bytes: Binary;
  readonly at: Date;
}

export interface StatementDocument {
  readonly _id: StatementId;
  readonly stored: Instant;
  /** Exactly what is returned. */
  readonly text: string;
  /** Index keys, inherited ones too, as `hashKey` writes them. */
  readonly keys: readonly string[];
  readonly refersTo?: StatementId;
  readonly voids: boolean;
  /** The first stamp of the link that voided it. */
  readonly voidedAt?: Instant;
  /** The link that last put another text in place of the first. */
  readonly textLink?: number;
}

/** A reference to a statement that was not there when its referrer came. */
export interface WaitingDocument {
  /** target and referrer. */
  readonly _id: string;
  readonly target: StatementId;
  readonly referrer: StatementId;
  readonly voids: boolean;
}

export interface ActivityDocument {
  readonly _id: string;
  readonly definition: string;
  /** The link that was last merged into it. */
  readonly link: number;
}

export interface RecordDocument {
  /** collection and key. */
  readonly _id: string;
  readonly collection: string;
  readonly key: string;
  /** Null once deleted: the warehouse learns of a deletion as of any change. */
  readonly json: string | null;
  readonly version: number;
}

export interface DocumentDocument {
  readonly _id: string;
  /** Resource, activity and agent: what every list is of. */
  readonly scope: string;
  readonly agent: string;
  readonly registration: string;
  readonly id: string;
  readonly contentType: string;
  readonly content: Binary;
  readonly etag: string;
  readonly updated: Instant;
}

export interface CredentialDocument {
  readonly _id: string;
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
}

export interface AttachmentDocument {
  /** The hash. */
  readonly _id: string;
  /** The GridFS file with the bytes. */
  readonly file: ObjectId;
  readonly sizeBytes: number;
}

/** Written before the first byte of a staged attachment, so that no byte is without an owner. */
export interface StagingDocument {
  /** The file's. */
  readonly _id: ObjectId;
  readonly sha2: string;
  readonly at: Date;
}

export interface Database {
  readonly client: MongoClient;
  readonly links: Collection<LinkDocument>;
  readonly parts: Collection<PartDocument>;
  readonly statements: Collection<StatementDocument>;
  readonly waiting: Collection<WaitingDocument>;
  readonly activities: Collection<ActivityDocument>;
  readonly records: Collection<RecordDocument>;
  readonly documents: Collection<DocumentDocument>;
  readonly credentials: Collection<CredentialDocument>;
  readonly attachments: Collection<AttachmentDocument>;
  readonly staging: Collection<StagingDocument>;
  /** Files of attachments, staged and kept. */
  readonly bucket: GridFSBucket;
  readonly files: Collection<{ readonly _id: ObjectId; readonly length: number }>;
  readonly chunks: Collection<{ readonly _id: ObjectId; readonly files_id: ObjectId }>;
}

/**
 * Connects. Majority and journal: what a write acknowledges survives the loss of any one member, and a
 * read sees nothing that an election could take back.
 */
export async function openDatabase(uri: string): Promise<Database> {
  const client = new MongoClient(uri, {
    appName: 'praxis-lrs',
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS,
    connectTimeoutMS: SELECTION_TIMEOUT_MS,
    socketTimeoutMS: SOCKET_TIMEOUT_MS,
    waitQueueTimeoutMS: SOCKET_TIMEOUT_MS,
    ignoreUndefined: true,
  });
  try {
    await client.connect();
    const name = databaseName(uri);
    const database = collectionsOf(client, name);
    await prepareCollections(client.db(name), database);
    return database;
  } catch (error) {
    await client.close();
    throw error;
  }
}

function databaseName(uri: string): string {
  const [, name = ''] = /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]*)/.exec(uri) ?? [];
  return name === '' ? DEFAULT_DATABASE : decodeURIComponent(name);
}

function collectionsOf(client: MongoClient, name: string): Database {
  const database = client.db(name);
  return {
    client,
    links: database.collection('link'),
    parts: database.collection('part'),
    statements: database.collection('statement'),
    waiting: database.collection('waiting'),
    activities: database.collection('activity'),
    records: database.collection('record'),
    documents: database.collection('document'),
    credentials: database.collection('credential'),
    attachments: database.collection('attachment'),
    staging: database.collection('staging'),
    bucket: new GridFSBucket(database, { bucketName: 'content' }),
    files: database.collection('content.files'),
    chunks: database.collection('content.chunks'),
  };
}

const ATTEMPTS = 10;
const ATTEMPT_PAUSE_MS = 200;

/**
 * Creates what is missing. Processes that start side by side can stand in each other's way; who finds
 * something half made looks again.
 */
async function prepareCollections(db: Db, database: Database): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await createCollections(db, database);
      await createIndexes(database);
      return;
    } catch (error) {
      if (!(error instanceof MongoServerError) || attempt === ATTEMPTS) throw error;
      await sleep(ATTEMPT_PAUSE_MS);
    }
  }
}

async function createCollections(db: Db, database: Database): Promise<void> {
  const existing = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = new Set(existing.map(({ name }) => name));
  for (const each of Object.values(database))
    if (each instanceof Collection && !names.has(each.collectionName))
      await db.createCollection(each.collectionName);
}

/**
 * Every index there is beside `_id`, and what asks for it. None of ours is unique: what must be unique is
 * an `_id`, which holds on a sharded cluster too, where `_id` (hashed) is the shard key.
 */
async function createIndexes(database: Database): Promise<void> {
  await Promise.all([
    // GridFS's own.
    database.chunks.createIndex({ files_id: 1, n: 1 }, { unique: true }, {}),
    // The log in order, queries without filters, the warehouse's tail.
    database.statements.createIndex({ stored: 1 }),
    // Queries by verb, agent, activity, registration: the keys' statements in order of the log.
    database.statements.createIndex({ keys: 1, stored: 1 }),
    // Who refers to a statement, when keys are passed on.
    database.statements.createIndex({ refersTo: 1 }, { sparse: true }, {}),
    database.waiting.createIndex({ target: 1 }),
    // What a dead writer left; holds the few links that are not applied yet.
    database.links.createIndex({ applied: 1 }, { partialFilterExpression: { applied: false } }, {}),
    database.parts.createIndex({ at: 1 }),
    database.records.createIndex({ version: 1 }),
    database.records.createIndex({ collection: 1, key: 1 }),
    database.documents.createIndex({ scope: 1, id: 1 }),
    // Erasure.
    database.documents.createIndex({ agent: 1 }),
    database.staging.createIndex({ at: 1 }),
  ]);
}
