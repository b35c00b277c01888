import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import type { BackupContents, OnProgress } from '../store.ts';
import { ATTACHMENTS_FOLDER } from './attachment-files.ts';
import { DATABASE_FILE, claimFolder, openReadOnly } from './connection.ts';

/**
 * A backup is a folder: the database as one file, the attachments, and what is in them as `backup.json`.
 * It is made beside a running server and has, of one instant, all that was acknowledged before it began.
 */
const MANIFEST = 'backup.json';
/** 40 MB between two words on the progress. */
const PAGES_A_STEP = 10_000;
const SHA2_BY_LENGTH: Readonly<Record<number, string>> = {
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

/**
 * Copies the store in `dataDir` into the new folder `target`, checks the copy, and only then gives it its
 * name. Throws Error with what is wrong, and then leaves nothing.
 */
export async function backupSqlite(
  dataDir: string,
  target: string,
  onProgress: OnProgress,
): Promise<BackupContents> {
  await refuseIfThere(target, `${target} is there already; name a folder that is not.`);
  const partial = `${resolve(target)}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const counted = await copyDatabase(dataDir, join(partial, DATABASE_FILE), onProgress);
    // After the database: bytes are there before a statement that declares them, and they stay.
    const attachments = await copyAttachments(dataDir, partial);
    const contents = { ...counted, ...attachments };
    checkDatabase(join(partial, DATABASE_FILE), contents);
    await writeFile(join(partial, MANIFEST), `${JSON.stringify(contents, null, 2)}\n`, {
      flush: true,
    });
    await rename(partial, target);
    return contents;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Puts a backup into `dataDir`, which must hold no data yet, and checks it against what the backup says of
 * itself. The database comes last: a server finds all of it, or nothing. The warehouse is made from it anew.
 */
export async function restoreSqlite(
  source: string,
  dataDir: string,
  onProgress: OnProgress,
): Promise<BackupContents> {
  const expected = await readManifest(source);
  await mkdir(dataDir, { recursive: true });
  const lock = claimFolder(dataDir);
  try {
    await refuseIfUsed(dataDir);
    await copyBack(source, dataDir, expected, onProgress);
    return expected;
  } finally {
    lock.close();
  }
}

async function copyBack(
  source: string,
  dataDir: string,
  expected: BackupContents,
  onProgress: OnProgress,
): Promise<void> {
  const partial = join(dataDir, `${DATABASE_FILE}.partial`);
  try {
    const { attachments } = await copyAttachments(source, dataDir);
    if (attachments !== expected.attachments)
      throw new Error(
        `${source} has ${attachments} attachments, and had ${expected.attachments} when it was made. Restore another backup.`,
      );
    await copyFile(join(source, DATABASE_FILE), partial, null);
    onProgress(1, 2);
    checkDatabase(partial, expected);
    await rename(partial, join(dataDir, DATABASE_FILE));
    onProgress(2, 2);
  } catch (error) {
    await rm(partial, { force: true });
    await rm(join(dataDir, ATTACHMENTS_FOLDER), { recursive: true, force: true });
    throw error;
  }
}

// Database --------------------------------------------------------------------------------------

type Counts = Omit<BackupContents, 'attachments' | 'attachmentBytes'>;

/** One read transaction holds one state of the file while others write on, so the copy needs no second try. */
async function copyDatabase(
  dataDir: string,
  target: string,
  onProgress: OnProgress,
): Promise<Counts> {
  const source = openReadOnly(dataDir);
  try {
    source.exec('BEGIN');
    const counts = count(source);
    await backup(source, target, {
      rate: PAGES_A_STEP,
      progress: ({ totalPages, remainingPages }) =>
        onProgress(totalPages - remainingPages, totalPages),
    });
    return counts;
  } finally {
    source.close();
  }
}

function count(database: DatabaseSync): Counts {
  const row = database
    .prepare(
      `SELECT (SELECT user_version FROM pragma_user_version) AS schema,
              (SELECT count(*) FROM statement) AS statements,
              (SELECT coalesce(max(stored), 0) FROM statement) AS lastStored,
              (SELECT count(*) FROM document) AS documents,
              (SELECT count(*) FROM record WHERE json IS NOT NULL) AS records,
              (SELECT count(*) FROM credential) AS credentials`,
    )
    .get();
  const read = (name: keyof Counts): number => Number(row?.[name]);
  return {
    schema: read('schema'),
    statements: read('statements'),
    lastStored: read('lastStored'),
    documents: read('documents'),
    records: read('records'),
    credentials: read('credentials'),
  };
}

function checkDatabase(path: string, expected: Counts): void {
  const database = new DatabaseSync(path);
  try {
    // One file, with no log beside it, until a server opens it.
    database.exec('PRAGMA journal_mode = DELETE');
    const faults = listFaults(database, 'integrity_check');
    if (faults.length > 0) throw new Error(`${path} is damaged: ${faults.join('; ')}.`);
    const found = Object.entries(count(database));
    const wanted = new Map<string, unknown>(Object.entries(expected));
    const other = found.find(([name, value]) => wanted.get(name) !== value);
    if (other !== undefined)
      throw new Error(
        `${path} has ${other[0]} ${other[1]}, and not ${String(wanted.get(other[0]))}: it is not what was copied.`,
      );
  } finally {
    database.close();
  }
}

function listFaults(
  database: DatabaseSync,
  check: 'integrity_check' | 'quick_check',
): readonly string[] {
  const found = database.prepare(`PRAGMA ${check}`).all();
  return found.flatMap((row) => Object.values(row).map(String)).filter((text) => text !== 'ok');
}

/** What is wrong with the file itself, also beside a running server; nothing when it is sound. */
export function findSqliteFaults(dataDir: string): readonly string[] {
  const database = openReadOnly(dataDir);
  try {
    return listFaults(database, 'quick_check');
  } finally {
    database.close();
  }
}

// Attachments -----------------------------------------------------------------------------------

async function copyAttachments(
  from: string,
  to: string,
): Promise<Pick<BackupContents, 'attachments' | 'attachmentBytes'>> {
  const folder = join(to, ATTACHMENTS_FOLDER);
  await mkdir(folder, { recursive: true });
  const entries = await readdir(join(from, ATTACHMENTS_FOLDER), { withFileTypes: true });
  // The folder among them is what is staged, and no statement has it yet.
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  let attachmentBytes = 0;
  for (const name of names)
    attachmentBytes += await copyFile(
      join(from, ATTACHMENTS_FOLDER, name),
      join(folder, name),
      SHA2_BY_LENGTH[name.length] ?? null,
    );
  return { attachments: names.length, attachmentBytes };
}

/** Returns the size. With an algorithm the content must have the hash that the file is named by. */
async function copyFile(from: string, to: string, algorithm: string | null): Promise<number> {
  const hash = algorithm === null ? null : createHash(algorithm);
  const file = await open(to, 'w');
  await pipeline(
    createReadStream(from, { highWaterMark: 1_048_576 }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash?.update(chunk);
        yield chunk;
      }
    },
    file.createWriteStream({ flush: true }),
  );
  if (hash !== null && hash.digest('hex') !== basename(from))
    throw new Error(`${from} is damaged: its content does not have the hash it is named by.`);
  return (await stat(to)).size;
}

// Folders ---------------------------------------------------------------------------------------

async function readManifest(source: string): Promise<BackupContents> {
  const text = await readFile(join(source, MANIFEST), 'utf8').catch(() => {
    throw new Error(`${source} is no backup: it has no ${MANIFEST}.`);
  });
  return JSON.parse(text) as BackupContents;
}

async function refuseIfUsed(dataDir: string): Promise<void> {
  const names = await readdir(dataDir);
  const used = names.find((name) => /^(praxis\.sqlite|warehouse|attachments)/.test(name));
  if (used !== undefined)
    throw new Error(
      `${dataDir} holds data already (${used}). Move it away, or restore into another folder.`,
    );
}

async function refuseIfThere(path: string, message: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found !== null) throw new Error(message);
}
