import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { BEGINNING } from '../../statements/instant.ts';
import { openLogReader, openStore, type StoreSettings } from '../../src/storage/open-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { migrate } from '../../src/storage/sqlite/schema.ts';
import { appendNew, prepare } from './prepared-statements.ts';

let dataDir: string;
let settings: StoreSettings;
/** Ended after each test, also one that fails: what stays open would keep the whole run from ending. */
const children: ChildProcess[] = [];
const stores: Store[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'praxis-sqlite-'));
  settings = { store: 'sqlite', dataDir };
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await rm(dataDir, { recursive: true });
});

async function open(): Promise<Store> {
  const store = await openStore(settings);
  stores.push(store);
  return store;
}

/** Another process, with an open `store` on our folder, `prepare()`, and `say(value)` to tell us. */
async function runProcess(
  script: string,
): Promise<ChildProcess & { stdout: NodeJS.ReadableStream }> {
  const code = `
    import { openStore } from '${new URL('../../src/storage/open-store.ts', import.meta.url).href}';
    import { prepare } from '${new URL('./prepared-statements.ts', import.meta.url).href}';
    const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
    const workers = [];
    process.on('worker', (worker) => workers.push(worker));
    const store = await openStore(${JSON.stringify(settings)});
    ${script}`;
  const file = join(dataDir, 'process.mjs');
  await writeFile(file, code);
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  });
  children.push(child);
  return child;
}

/** What it said until it ended; a line that a kill cut short was not said. */
async function readLines(child: { stdout: NodeJS.ReadableStream }): Promise<unknown[]> {
  const lines = (await text(child.stdout)).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as unknown);
}

describe('one process writes', () => {
  test('a second store on the folder is refused with what to do', async () => {
    const store = await open();
    await expect(open()).rejects.toThrow(/DATA_DIR/);
    await appendNew(store, prepare());
    await store.close();
  });

  test('so is one in another process; when that is killed, all it acknowledged is there', async () => {
    const child = await runProcess(`
      const write = async () => {
        for (;;) {
          const { id } = prepare();
          await store.append([prepare({ id })]);
          say(id);
        }
      };
      for (let n = 0; n < 8; n++) void write();`);
    const lines = readLines(child);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    await expect(open()).rejects.toThrow(/DATA_DIR/);
    child.kill('SIGKILL');
    const acknowledged = await lines;

    const store = await open();
    const log = await store.readLog(BEGINNING, 1_000_000);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(log.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged));
    await store.close();
  });

  test('a closed store leaves one database file and no write-ahead log', async () => {
    const store = await open();
    await appendNew(store, prepare());
    await store.close();
    expect((await readdir(dataDir)).sort()).toEqual([
      'attachments',
      'praxis.lock',
      'praxis.sqlite',
    ]);
  });
});

describe('a thread that dies', () => {
  test.each([
    { thread: 'writer', index: 0 },
    { thread: 'reader', index: 1 },
  ])('the $thread: pending calls and all later ones are UNAVAILABLE', async ({ index }) => {
    const child = await runProcess(`
      const outcome = (call) => call.then(() => 'done', (error) => error.code);
      const waiting = [];
      for (let n = 0; n < 200; n++) {
        waiting.push(outcome(store.append([prepare()])), outcome(store.readLog(0, 1)));
      }
      await new Promise((resolve) => setImmediate(resolve));
      await workers[${index}].terminate();
      const pending = new Set(await Promise.all(waiting));
      const { message } = await store.failed;
      const later = await Promise.all([
        outcome(store.append([prepare()])),
        outcome(store.getStatement(prepare().id)),
        outcome(store.getStatement(prepare().id)),
        outcome(store.getStatement(prepare().id)),
      ]);
      await Promise.all([store.close(), store.close()]);
      say({ pending: [...pending].filter((each) => each !== 'done'), message, later });`);
    const [told] = await readLines(child);
    expect(told).toEqual({
      pending: ['UNAVAILABLE'],
      message: expect.stringMatching(/./),
      later: Array(4).fill('UNAVAILABLE'),
    });
  });
});

describe('the schema', () => {
  test('an older file gains what it lacks and keeps what it has', () => {
    const database = new DatabaseSync(':memory:');
    const first = 'CREATE TABLE a (x INTEGER) STRICT';
    migrate(database, [first]);
    database.exec('INSERT INTO a VALUES (7)');
    migrate(database, [first, 'ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 1']);
    expect(database.prepare('SELECT x, y FROM a').all()).toEqual([{ x: 7, y: 1 }]);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
    database.close();
  });

  test('a step that fails leaves the file as it was', () => {
    const database = new DatabaseSync(':memory:');
    const steps = ['CREATE TABLE a (x INTEGER) STRICT', 'CREATE TABLE b (x INTEGER); nonsense'];
    expect(() => migrate(database, steps)).toThrow(/syntax/);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    expect(database.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'a' }]);
    database.close();
  });

  test('a file of a newer version is refused, not written to, and not kept locked', async () => {
    const path = join(dataDir, 'praxis.sqlite');
    const setVersion = (version: number): void => {
      const database = new DatabaseSync(path);
      database.exec(`PRAGMA user_version = ${version}`);
      database.close();
    };
    setVersion(9999);
    await expect(open()).rejects.toThrow(/newer.*9999/);
    await rm(path);
    await (await open()).close();
  });

  test('a file that is no database is an error, not an empty store', async () => {
    await writeFile(join(dataDir, 'praxis.sqlite'), 'not a database'.repeat(1000));
    await expect(open()).rejects.toThrow(/not a database/);
  });
});

describe('settings', () => {
  test('a log cannot be read where no store has been', async () => {
    await expect(openLogReader(settings)).rejects.toThrow(/praxis\.sqlite/);
  });

  test('an unknown store is refused with those that are known', async () => {
    const unknown = { ...settings, store: 'sqlight' } as unknown as StoreSettings;
    await expect(openStore(unknown)).rejects.toThrow(/sqlight.*known: sqlite, mongodb/);
  });
});
