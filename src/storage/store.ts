/**
 * The Store port: all that Praxis asks of a database. Two kinds of adapter live below this folder;
 * `open-store.ts` alone names them, and `test/contract/` holds every one of them to this page.
 *
 * Rules that hold for all of it:
 * - What a promise acknowledges is durable: it survives `kill -9` of this process.
 * - A call changes everything it was asked to, or nothing.
 * - Instants and versions are stamped by the store, strictly increasing.
 * - Every list is bounded by the `limit` it is given.
 */
import type {
  Document,
  DocumentKey,
  DocumentScope,
  StoredDocument,
} from '../../statements/documents.ts';
import type { Instant } from '../../statements/instant.ts';
import type { PreparedStatement, StoredStatement } from '../../statements/prepared-statement.ts';
import type { StatementQuery } from '../../statements/query.ts';
import type { StatementId } from '../../statements/statement.ts';

export type { StatementQuery } from '../../statements/query.ts';

export interface Store
  extends
    StatementStore,
    AttachmentStore,
    DocumentStore,
    RecordStore,
    CredentialStore,
    ErasureStore {
  /** Settles when the store cannot go on, with the reason; from then on every call is refused. */
  readonly failed: Promise<Error>;
  /** Finishes what was acknowledged or is under way, then frees every handle. Idempotent. */
  close(): Promise<void>;
}

/** The part that the warehouse tails; an adapter can open it alone, in another thread. */
export interface LogReader {
  /** Statements stored after `after`, oldest first, voided ones too. */
  readLog(after: Instant, limit: number): Promise<readonly LogEntry[]>;
  /** Record changes after `after`, oldest first; only the newest change of each key is kept. */
  readRecordChanges(after: number, limit: number): Promise<readonly RecordChange[]>;
  close(): Promise<void>;
}

export interface LogEntry {
  readonly id: StatementId;
  readonly stored: Instant;
  readonly text: string;
}

// Statements ------------------------------------------------------------------------------------

export interface StatementStore extends Pick<LogReader, 'readLog'> {
  /**
   * Stores all statements of one request, or none. Voids their targets, and is voided by statements
   * that came before it; inherits and passes on keys along StatementRefs. When any id exists already
   * nothing is stored and the existing statements come back, for the caller to compare: same content
   * is no conflict (Data §2.2), and the caller then appends the rest. The staged attachments are kept,
   * once for each hash, before the first of the statements can be seen; when nothing was stored they
   * can be passed again.
   */
  append(
    statements: readonly PreparedStatement[],
    attachments?: readonly StagedAttachment[],
  ): Promise<AppendOutcome>;

  /** By id in lower case, voided or not. */
  getStatement(id: StatementId): Promise<StoredStatement | null>;

  /** One page of statements that are not voided. */
  queryStatements(query: StatementQuery): Promise<StatementPage>;

  /**
   * What all statements say of each of these activities, merged in the order of storing: an
   * ActivityDefinition as JSON by id; none for an activity that no statement defines.
   */
  getActivityDefinitions(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /**
   * Every statement stored at or before this instant is visible now, and none can appear there later.
   * Rises with the clock also when nothing is stored.
   */
  consistentThrough(): Promise<Instant>;
}

export type AppendOutcome =
  | { readonly kind: 'stored'; readonly stored: readonly Instant[] }
  | { readonly kind: 'exists'; readonly existing: readonly StoredStatement[] };

export interface StatementPage {
  readonly statements: readonly StoredStatement[];
  /**
   * Where the next page starts; null when this is the last. A page can be shorter than `limit`, even
   * empty, with a cursor: the store stops a long search at a budget, and the client goes on from there.
   */
  readonly cursor: Instant | null;
}

// Attachments -----------------------------------------------------------------------------------

/**
 * Bytes named by their hash, in two steps, since an attachment can be larger than memory: staged as they
 * arrive, kept by the `append` of the statements that declare them. What is staged nobody can open, and
 * what a process leaves staged when it dies is removed when the store is next opened, or in time. Bytes
 * kept by an append that then stored nothing may stay: only a statement with their hash can show them.
 */
export interface AttachmentStore {
  /**
   * Reads `content` to its end and has it on the disk when it resolves. Asks for the next chunk only when
   * the last one is taken. `sha2` is lower-case hex, and the caller's word: who vouches for it throws out
   * of `content`. Then nothing stays, and what was thrown is what this rejects with.
   */
  stageAttachment(sha2: string, content: AsyncIterable<Uint8Array>): Promise<StagedAttachment>;
  /** Removes what was staged and not kept; does nothing for what was kept, or is gone already. */
  discardAttachment(attachment: StagedAttachment): Promise<void>;
  /** Null when no such bytes are kept. `content` opens nothing before it is iterated. */
  openAttachment(sha2: string): Promise<StoredAttachment | null>;
}

export interface StagedAttachment {
  readonly sha2: string;
  /** The adapter's own name for what it staged; no two are the same. */
  readonly stagedAs: string;
}

export interface StoredAttachment {
  readonly sizeBytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

// Documents -------------------------------------------------------------------------------------

export interface DocumentStore {
  getDocument(key: DocumentKey): Promise<StoredDocument | null>;
  /**
   * Stores the document, or removes it when null, if what is stored now is still what was last updated
   * at `expected`; null expects none. False, and nothing changed, when it is not. An instant and not an
   * ETag is compared, since the same content can come back under another content type.
   */
  setDocument(
    key: DocumentKey,
    expected: Instant | null,
    document: Document | null,
  ): Promise<boolean>;
  /** Distinct ids in order, greater than `after`, of documents updated after `since`. */
  listDocumentIds(
    scope: DocumentScope,
    since: Instant | null,
    after: string | null,
    limit: number,
  ): Promise<readonly string[]>;
  /** Removes every document of the scope. */
  deleteDocuments(scope: DocumentScope): Promise<void>;
}

// Erasure ---------------------------------------------------------------------------------------

/**
 * What erasing a person needs, and nothing else may use: statements are immutable to everyone else. Each
 * step may be taken again after a crash, and then leaves what it left before.
 */
export interface ErasureStore {
  /** Statements that have an index key, voided ones and those that inherit it too, stored after `after`, oldest first. */
  listByKey(key: string, after: Instant, limit: number): Promise<readonly LogEntry[]>;
  /** Puts other texts in the place of stored ones, all or none; position, keys, voiding and references stay. */
  replaceTexts(texts: readonly StatementText[]): Promise<void>;
  /** What is found under `from` is found under `to` instead, beside what is there already. */
  renameKey(from: string, to: string): Promise<void>;
  /** Removes every document of an agent, its state and its profile, and says how many there were. */
  deleteAgentDocuments(agent: string): Promise<number>;
}

export interface StatementText {
  readonly id: StatementId;
  /** Whole, as it is to be returned. */
  readonly text: string;
}

// Workforce records -----------------------------------------------------------------------------

export interface RecordStore extends Pick<LogReader, 'readRecordChanges'> {
  /** Upserts all records, or none. A record equal to what is stored is left alone and makes no change. */
  putRecords(collection: string, records: readonly KeyedRecord[]): Promise<PutOutcome>;
  /** As `putRecords`, and deletes every record of the collection that is not named. */
  replaceRecords(collection: string, records: readonly KeyedRecord[]): Promise<PutOutcome>;
  getRecord(collection: string, key: string): Promise<KeyedRecord | null>;
  /** In key order, keys greater than `after`. */
  listRecords(
    collection: string,
    after: string | null,
    limit: number,
  ): Promise<readonly KeyedRecord[]>;
  /** False when there was none. */
  deleteRecord(collection: string, key: string): Promise<boolean>;
}

export interface KeyedRecord {
  /** The key columns, joined with U+001F in the order of `http.md`. */
  readonly key: string;
  /** JSON text with its members in the collection's column order, so that equal records are equal texts. */
  readonly json: string;
}

export interface PutOutcome {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
}

export interface RecordChange {
  readonly collection: string;
  readonly key: string;
  /** Null when deleted. */
  readonly json: string | null;
  /** Strictly increasing over all collections. */
  readonly version: number;
}

// Credentials -----------------------------------------------------------------------------------

export interface CredentialStore {
  /** False, and nothing changed, when the key exists. */
  createCredential(credential: Credential): Promise<boolean>;
  getCredential(key: string): Promise<Credential | null>;
  /** In key order. */
  listCredentials(after: string | null, limit: number): Promise<readonly Credential[]>;
  deleteCredential(key: string): Promise<boolean>;
}

export interface Credential {
  readonly key: string;
  /** scrypt, in the format of `src/auth/secret.ts`; the secret itself is nowhere. */
  readonly secretHash: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: Instant;
}

// Backup ----------------------------------------------------------------------------------------

/** What a backup holds; a restored store has the same. */
export interface BackupContents {
  /** Version of the schema. */
  readonly schema: number;
  /** Voided ones too. */
  readonly statements: number;
  /** Instant of the newest statement, 0 without any. */
  readonly lastStored: number;
  readonly documents: number;
  readonly records: number;
  readonly credentials: number;
  readonly attachments: number;
  readonly attachmentBytes: number;
}

export type OnProgress = (done: number, total: number) => void;
