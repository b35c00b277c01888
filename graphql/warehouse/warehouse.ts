import { rename, rm } from 'node:fs/promises';
import { BEGINNING, type Instant } from '../../statements/instant.ts';
import { PraxisError } from '../../statements/errors.ts';
import { Database, type DatabaseLimits } from './database.ts';
import { Projector, type Batch } from './projector.ts';
import type { Parameter, QueryRunner, Row } from './query-runner.ts';
import { SCHEMA_VERSION } from './schema.ts';
import {
  listRewritten,
  type LogEntry,
  type RecordChange,
  type StatementLog,
} from './statement-log.ts';

export interface WarehouseStatus {
  /** Everything stored at or before it is in the numbers. */
  readonly asOf: Instant;
  /** Of the last statement that was read. */
  readonly position: Instant;
  /** Moves with every statement and record that is read, and with the rules, and only then. */
  readonly dataVersion: string;
  readonly ruleSetVersion: string;
  readonly schemaVersion: string;
  /** The log is being read again with other rules; null when it is not. */
  readonly reprojection: Reprojection | null;
}

/** How far a new projection has read, in microseconds of log time; 0 of 0 until it knows where the log begins. */
export interface Reprojection {
  /** Of the rules that it reads with. */
  readonly ruleSetVersion: string;
  readonly done: number;
  readonly total: number;
}

/** How much of the log is read, in microseconds of log time; called when there is more to come. */
export type OnProgress = (done: number, total: number) => void;

const IN_MEMORY = ':memory:';
/** Statements of one transaction: large enough that its fixed costs do not count, small in memory. */
const BATCH_STATEMENTS = 5_000;
const BATCH_RECORDS = 20_000;

interface Contents {
  readonly database: Database;
  readonly projector: Projector;
}

/**
 * The numbers' side of Praxis: reads a statement log into the tables of `schema.ts` and answers queries
 * from them. One process has the file at a time.
 */
export class Warehouse implements QueryRunner {
  readonly #path: string;
  readonly #limits: DatabaseLimits;
  #contents: Contents;
  #asOf: Instant;
  #isClosed = false;
  /** Writers wait for one another in this chain, readers only while files are swapped. */
  #writing: Promise<unknown> = Promise.resolve();
  #swapping: Promise<undefined> | null = null;
  /** Up to where the last projection was asked for. */
  #upTo: Instant = BEGINNING;
  #reprojecting: Promise<void> | null = null;
  #reprojection: Reprojection | null = null;
  /** Of a reprojection that nobody waited for; told by the next `follow`. */
  #failure: Error | null = null;

  private constructor(path: string, limits: DatabaseLimits, contents: Contents) {
    this.#path = path;
    this.#limits = limits;
    this.#contents = contents;
    this.#asOf = contents.projector.position.statement;
  }

  /**
   * `path` of a file, or `:memory:`. A file that cannot be read, or is of another schema version, is
   * replaced by an empty one, which the next `project` fills from the log. A new projection that was broken off
   * stays, to be gone on with, while its rules are still waited for. `limits` are those of a file; while the log
   * is read again there are two.
   */
  static async open(path: string, limits: DatabaseLimits = {}): Promise<Warehouse> {
    if (path === IN_MEMORY) return new Warehouse(path, limits, await createContents(path, limits));
    const contents = (await resumeContents(path, limits)) ?? (await replaceContents(path, limits));
    if (!contents.projector.isOutdated) await removeDatabase(rebuildPath(path));
    return new Warehouse(path, limits, contents);
  }

  status(): WarehouseStatus {
    const { statement, record, ruleSetVersion } = this.#contents.projector.position;
    return {
      asOf: this.#asOf,
      position: statement,
      dataVersion: `${statement}.${record}.${ruleSetVersion}`,
      ruleSetVersion,
      schemaVersion: SCHEMA_VERSION,
      reprojection: this.#reprojection,
    };
  }

  /** Runs beside projections and sees the last one that was committed. */
  async query(
    sql: string,
    parameters: Readonly<Record<string, Parameter>> = {},
    signal?: AbortSignal,
  ): Promise<readonly Row[]> {
    while (this.#swapping !== null) await this.#swapping;
    this.#assertOpen();
    return await this.#contents.database.query(sql, parameters, signal);
  }

  /**
   * Reads all record changes, and the statements up to `upTo`, which must be an instant that nothing can
   * be stored before any more (`consistentThrough`). When the rules have changed everything is read again, and
   * this waits for it.
   */
  async project(log: StatementLog, upTo: Instant, onProgress?: OnProgress): Promise<void> {
    await this.follow(log, upTo, onProgress);
    while (this.#reprojecting !== null) {
      await this.#reprojecting.catch((error: unknown) => {
        this.#failure = null;
        throw error;
      });
      await this.follow(log, upTo, onProgress);
    }
  }

  /**
   * As `project`, but when the rules have changed the old numbers go on, by the old rules, while the log is
   * read again beside them; they are replaced when that is done. A failure of that is thrown by the next call,
   * which tries again.
   */
  async follow(log: StatementLog, upTo: Instant, onProgress?: OnProgress): Promise<void> {
    await this.#exclusively(async () => {
      const { projector } = this.#contents;
      if (upTo > this.#upTo) this.#upTo = upTo;
      await this.#readRecords(projector, log);
      if (projector.isOutdated) this.#startReprojection(log, onProgress);
      if (projector.isOutdated && !projector.canGoOn) return;
      await this.#readStatements(projector, log, upTo, onProgress);
      if (upTo > this.#asOf) this.#asOf = upTo;
    });
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Reads the whole log into new tables. Queries are answered from the old ones until it is done. */
  async rebuild(log: StatementLog, upTo: Instant, onProgress?: OnProgress): Promise<void> {
    while (this.#reprojecting !== null) await this.#reprojecting;
    await this.#exclusively(async () => {
      await this.#rebuild(log, upTo, onProgress);
      this.#asOf = upTo;
    });
  }

  /** Applies workforce records as if they came from the log. */
  applyRecords(changes: readonly RecordChange[]): Promise<void> {
    return this.#exclusively(() => this.#contents.projector.applyRecords(changes));
  }

  /** Stops what is being read after its next transaction, and waits for queries under way. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#writing;
    // It stops after its next transaction and has a file of its own, so whatever it fails with is of no account now.
    await this.#reprojecting?.catch(() => undefined);
    await this.#contents.database.close();
  }

  async #exclusively<T>(write: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    const mine = this.#writing.then(() => {
      this.#assertOpen();
      return write();
    });
    // A writer that failed has told its caller; the next one must still have its turn.
    this.#writing = mine.then(
      () => undefined,
      () => undefined,
    );
    return await mine;
  }

  #assertOpen(): void {
    if (this.#isClosed)
      throw new PraxisError('UNAVAILABLE', 'The warehouse is closing; try again in a few seconds.');
  }

  async #readRecords(projector: Projector, log: StatementLog): Promise<void> {
    for (;;) {
      const changes = await log.readRecordChanges(projector.position.record, BATCH_RECORDS);
      if (changes.length === 0) return;
      // Before the position passes them: a crash in between reads them again.
      await this.#readRewritten(projector, log, listRewritten(changes));
      await projector.applyRecords(changes);
      this.#assertOpen();
    }
  }

  /** What has not been read yet will be read as it is now. */
  async #readRewritten(
    projector: Projector,
    log: StatementLog,
    statements: readonly Instant[],
  ): Promise<void> {
    const known = statements.filter((stored) => stored <= projector.position.statement);
    for (let start = 0; start < known.length; start += BATCH_STATEMENTS) {
      const entries: LogEntry[] = [];
      for (const stored of known.slice(start, start + BATCH_STATEMENTS)) {
        const [entry] = await log.readLog((stored - 1) as Instant, 1);
        if (entry?.stored === stored) entries.push(entry);
      }
      const batch = projector.readBatch(entries);
      if (batch !== null) await projector.replaceBatch(batch);
      this.#assertOpen();
    }
  }

  /** The next batch is read and parsed while the database works on the last one. */
  async #readStatements(
    projector: Projector,
    log: StatementLog,
    upTo: Instant,
    onProgress?: OnProgress,
    isOfUse: () => boolean = () => true,
  ): Promise<void> {
    const start = projector.position.statement;
    const readAfter = async (after: Instant): Promise<Batch | null> => {
      const entries = await log.readLog(after, BATCH_STATEMENTS);
      return projector.readBatch(entries.filter(({ stored }) => stored <= upTo));
    };
    let batch = await readAfter(start);
    const first = batch?.first ?? upTo;
    while (batch !== null && isOfUse()) {
      // Both have ended before either can fail the whole: two transactions must not meet on the writer.
      const [applied, next] = await Promise.allSettled([
        projector.applyBatch(batch),
        readAfter(batch.last),
      ]);
      if (applied.status === 'rejected') throw applied.reason;
      if (next.status === 'rejected') throw next.reason;
      this.#assertOpen();
      if (next.value !== null) onProgress?.(batch.last - first, upTo - first);
      batch = next.value;
    }
  }

  #startReprojection(log: StatementLog, onProgress?: OnProgress): void {
    if (this.#reprojecting !== null) return;
    const done = (): void => {
      this.#reprojecting = null;
      this.#reprojection = null;
    };
    const ruleSetVersion = this.#contents.projector.wantedVersion;
    this.#reprojection = { ruleSetVersion, done: 0, total: 0 };
    this.#reprojecting = this.#reproject(log, onProgress).finally(done);
    this.#reprojecting.catch((error: unknown) => {
      this.#failure = new Error('The log could not be read again by the new rules', {
        cause: error,
      });
    });
  }

  /** Ends without a change when its rules are replaced meanwhile. A file that it leaves is gone on with. */
  async #reproject(log: StatementLog, onProgress?: OnProgress): Promise<void> {
    const version = this.#contents.projector.wantedVersion;
    const isWanted = (): boolean => this.#contents.projector.wantedVersion === version;
    const fresh = await this.#openReprojection(log, version);
    const { projector } = fresh;
    try {
      const [first] = await log.readLog(BEGINNING, 1);
      const begin = first?.stored ?? this.#upTo;
      const tell = (): void => {
        const done = Math.max(0, projector.position.statement - begin);
        this.#reprojection = { ruleSetVersion: version, done, total: this.#upTo - begin };
        onProgress?.(done, this.#upTo - begin);
      };
      tell();
      await this.#readStatements(projector, log, this.#upTo, tell, isWanted);
      await this.#exclusively(async () => {
        await this.#readRecords(projector, log);
        if (isWanted() && !projector.isOutdated) await this.#finish(fresh, log);
      });
    } finally {
      if (this.#contents !== fresh) await fresh.database.close();
    }
  }

  async #finish(fresh: Contents, log: StatementLog): Promise<void> {
    await this.#readStatements(fresh.projector, log, this.#upTo);
    await this.#swap(fresh);
    if (this.#upTo > this.#asOf) this.#asOf = this.#upTo;
  }

  /** What was begun with these rules, or tables with nothing but the records. */
  async #openReprojection(log: StatementLog, version: string): Promise<Contents> {
    const path = rebuildPath(this.#path);
    const begun = path === IN_MEMORY ? null : await resumeContents(path, this.#limits);
    if (begun !== null) {
      await this.#readRecords(begun.projector, log);
      const { position, canGoOn, isOutdated } = begun.projector;
      if (position.ruleSetVersion === version && canGoOn && !isOutdated) return begun;
      await begun.database.close();
    }
    await removeDatabase(path);
    const fresh = await createContents(path, this.#limits);
    await this.#readRecords(fresh.projector, log);
    return fresh;
  }

  async #rebuild(log: StatementLog, upTo: Instant, onProgress?: OnProgress): Promise<void> {
    const path = rebuildPath(this.#path);
    await removeDatabase(path);
    const fresh = await createContents(path, this.#limits);
    try {
      await this.#readRecords(fresh.projector, log);
      await this.#readStatements(fresh.projector, log, upTo, onProgress);
    } catch (error) {
      await fresh.database.close();
      await removeDatabase(path);
      throw error;
    }
    await this.#swap(fresh);
  }

  /** Queries wait for this moment: a file has one path, and DuckDB keeps its write-ahead log beside that. */
  async #swap(fresh: Contents): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#swapping = promise;
    try {
      await this.#contents.database.close();
      this.#contents = this.#path === IN_MEMORY ? fresh : await this.#moveInPlace(fresh);
    } finally {
      this.#swapping = null;
      resolve(undefined);
    }
  }

  async #moveInPlace(fresh: Contents): Promise<Contents> {
    // Closing writes the write-ahead log into the file, so that one rename moves all of it.
    await fresh.database.close();
    await rename(rebuildPath(this.#path), this.#path);
    const contents = await resumeContents(this.#path, this.#limits);
    if (contents === null)
      throw new Error(`the rebuilt warehouse ${this.#path} cannot be read back`);
    return contents;
  }
}

function rebuildPath(path: string): string {
  return path === IN_MEMORY ? IN_MEMORY : `${path}.rebuild`;
}

async function createContents(path: string, limits: DatabaseLimits): Promise<Contents> {
  const database = await Database.open(path, limits);
  return { database, projector: await Projector.create(database) };
}

/** Null when the file is no warehouse of this schema version. */
async function resumeContents(path: string, limits: DatabaseLimits): Promise<Contents | null> {
  const database = await openReadable(path, limits);
  if (database === null) return null;
  const projector = await Projector.resume(database);
  if (projector !== null) return { database, projector };
  await database.close();
  return null;
}

async function replaceContents(path: string, limits: DatabaseLimits): Promise<Contents> {
  await removeDatabase(path);
  return await createContents(path, limits);
}

/** Null when DuckDB cannot read the file. Not when another process has it: that one is in use, not broken. */
async function openReadable(path: string, limits: DatabaseLimits): Promise<Database | null> {
  try {
    return await Database.open(path, limits);
  } catch (error) {
    if (error instanceof Error && /lock|permission/i.test(error.message)) throw error;
    return null;
  }
}

async function removeDatabase(path: string): Promise<void> {
  if (path === IN_MEMORY) return;
  await rm(path, { force: true });
  await rm(`${path}.wal`, { force: true });
}
