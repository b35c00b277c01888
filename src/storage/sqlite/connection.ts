import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { join } from 'node:path';
import { migrate } from './schema.ts';

export const DATABASE_FILE = 'praxis.sqlite';
const BUSY_TIMEOUT_MS = 10_000;

/** The one connection that writes. FULL: a commit is on the disk, not only in the system's cache, before it returns. */
export function openWritable(dataDir: string): DatabaseSync {
  const database = new DatabaseSync(fileOf(dataDir), { timeout: BUSY_TIMEOUT_MS });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -131072;
    PRAGMA wal_autocheckpoint = 8000;
  `);
  migrate(database);
  return database;
}

/** WAL lets any number of these read, each from a snapshot, without waiting for the writer. */
export function openReadOnly(dataDir: string): DatabaseSync {
  if (!existsSync(fileOf(dataDir)))
    throw new Error(
      `There is no ${DATABASE_FILE} in ${dataDir} yet. Start the server on it first.`,
    );
  const database = new DatabaseSync(fileOf(dataDir), { timeout: BUSY_TIMEOUT_MS, readOnly: true });
  database.exec('PRAGMA cache_size = -32768; PRAGMA mmap_size = 1073741824');
  return database;
}

/**
 * Claims the folder for this process. That there is one writer is what makes `stored` rise and
 * Consistent-Through hold, so a second one is refused, not awaited. The claim is a lock on a file of its
 * own, which the operating system drops when the process ends, however it ends.
 */
export function claimFolder(dataDir: string): DatabaseSync {
  const lock = new DatabaseSync(join(dataDir, 'praxis.lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked/.test(error.message))
      throw new Error(
        `Another Praxis process uses ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
      );
    throw error;
  }
  return lock;
}

function fileOf(dataDir: string): string {
  return join(dataDir, DATABASE_FILE);
}

/** Prepares each SQL text once for a connection; preparing costs more than most statements run for. */
export function rememberStatements(database: DatabaseSync): (text: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (text) => {
    let statement = prepared.get(text);
    if (statement === undefined) prepared.set(text, (statement = database.prepare(text)));
    return statement;
  };
}
