/** A thread that owns one connection: the writer, or one of the readers. */
import {
  parentPort,
  receiveMessageOnPort,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { claimFolder, openReadOnly, openWritable } from './connection.ts';
import { CLOSE, type Call, type Reply, type WorkerSettings } from './messages.ts';
import { SqliteReader } from './reader.ts';
import { SqliteWriter } from './writer.ts';

/** What one transaction takes at most, so that the first of its callers does not wait for all of them. */
const GROUP_CALLS = 512;

type Methods = Readonly<Record<string, (...parameters: readonly unknown[]) => unknown>>;

const settings = workerData as WorkerSettings;
if (parentPort === null) throw new Error('worker.ts runs as a worker thread only');
const port: MessagePort = parentPort;

if (settings.role === 'writer') runWriter(settings.dataDir, settings.indexLag);
else runReader(settings.dataDir);
port.postMessage([]);

/**
 * Group commit. While a transaction commits, calls gather on the port; the next transaction takes them
 * all. One fsync serves all of them, and nobody is answered before it.
 */
function runWriter(dataDir: string, indexLag: number): void {
  const lock = claimFolder(dataDir);
  const database = openWritable(dataDir);
  const writer = new SqliteWriter(database, indexLag);
  port.on('message', (message: readonly Call[] | typeof CLOSE) => {
    if (message === CLOSE) {
      database.close();
      lock.close();
      port.close();
      return;
    }
    const group = [...message];
    while (group.length < GROUP_CALLS) {
      // CLOSE cannot be among these: it is sent when every call has its answer.
      const more = receiveMessageOnPort(port) as { message: readonly Call[] } | undefined;
      if (more === undefined) break;
      group.push(...more.message);
    }
    port.postMessage(commit(database, writer, group));
  });
}

function commit(
  database: DatabaseSync,
  writer: SqliteWriter,
  group: readonly Call[],
): readonly Reply[] {
  try {
    database.exec('BEGIN IMMEDIATE');
    const replies = group.map((call) => ({ id: call.id, result: invoke(writer, call) }));
    writer.keepIndex();
    database.exec('COMMIT');
    return replies;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    writer.forget();
    // One call of them is at fault, which hardly ever happens: each is tried by itself. When the disk is
    // full or gone none is at fault, none is stored, and each caller is told so.
    return group.length === 1 || isStorageFault(error)
      ? group.map(({ id }) => failure(id, error))
      : group.flatMap((call) => commit(database, writer, [call]));
  }
}

function runReader(dataDir: string): void {
  const database = openReadOnly(dataDir);
  const reader = new SqliteReader(database);
  port.on('message', (message: readonly Call[] | typeof CLOSE) => {
    if (message === CLOSE) {
      database.close();
      port.close();
      return;
    }
    for (const call of message) port.postMessage([tryRead(reader, call)]);
  });
}

function tryRead(reader: SqliteReader, call: Call): Reply {
  try {
    return { id: call.id, result: invoke(reader, call) };
  } catch (error) {
    return failure(call.id, error);
  }
}

function invoke(owner: SqliteWriter | SqliteReader, { method, parameters }: Call): unknown {
  const run = (owner as unknown as Methods)[method];
  if (run === undefined) throw new Error(`no method ${method}`);
  return Reflect.apply(run, owner, parameters);
}

function failure(id: number, error: unknown): Reply {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { id, error: { code: isStorageFault(error) ? 'UNAVAILABLE' : 'INTERNAL', message } };
}

/** SQLITE_BUSY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN: the request is fine, the disk is not. */
function isStorageFault(error: unknown): boolean {
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  return [5, 10, 13, 14].includes(errcode & 0xff);
}
