import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  bytesPart,
  declare,
  jsonPart,
  receiveParts,
  sendMultipart,
  sha256,
  writeBody,
} from '../http/multipart.ts';
import { putRecords, startTestServer, STATEMENTS, walk, type TestServer } from '../http/server.ts';
import { runPraxis, type Run } from './run-praxis.ts';

let folder: string;
let server: TestServer;
const CERTIFICATE = Buffer.from('bytes of a certificate');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'praxis-backup-'));
  // What a backup is of; on MongoDB there is none.
  server = await startTestServer({ settings: { STORE: 'sqlite' } });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  readonly id: string;
  readonly [member: string]: unknown;
}

function makeStatement(members: object = {}): Sent {
  return {
    id: randomUUID(),
    actor: { mbox: 'mailto:ana@example.org' },
    verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
    object: { id: 'https://example.org/courses/1' },
    ...members,
  };
}

/** Writes until told to stop; `acknowledged` grows as it does. */
function startWriter(acknowledged: string[]): {
  stop(): Promise<void>;
  until(count: number): Promise<void>;
} {
  const client = server.as(server.admin);
  let stopped = false;
  async function write(): Promise<void> {
    while (!stopped) {
      const batch = Array.from({ length: 20 }, () => makeStatement());
      await client.post(STATEMENTS).send(batch).expect(200);
      acknowledged.push(...batch.map(({ id }) => id));
    }
  }
  const writing = Promise.all([write(), write()]);
  async function until(count: number): Promise<void> {
    while (acknowledged.length < count) await sleep(5);
  }
  return {
    // Who cannot write says so.
    until: (count) => Promise.race([until(count), writing]).then(() => undefined),
    stop: async () => {
      stopped = true;
      await writing;
    },
  };
}

function backup(target: string, dataDir = server.dataDir): Promise<Run> {
  return runPraxis(['backup', join(folder, target), '--data-dir', dataDir, '--json']);
}

test('a backup made while statements come in restores all that was acknowledged before it, with keys, records, attachments and numbers', async () => {
  const client = server.as(server.admin);
  const withBytes = makeStatement({ attachments: [declare(CERTIFICATE)] });
  await sendMultipart(
    client.post(STATEMENTS),
    writeBody([jsonPart(withBytes), bytesPart(CERTIFICATE)]),
  ).expect(200);
  await putRecords(client, {
    people: [{ id: 'ana', agents: ['mailto:ana@example.org'] }],
    assignments: [
      {
        personId: 'ana',
        from: '2026-01-01',
        role: 'Cashier',
        segment: 'FRONTLINE',
        department: 'Shop',
        location: 'Kiel',
      },
    ],
  });

  const acknowledged: string[] = [withBytes.id];
  const writer = startWriter(acknowledged);
  await writer.until(200);
  const before = [...acknowledged];
  const made = await backup('live');
  const during = acknowledged.length - before.length;
  await writer.stop();
  expect([made.stderr, made.code]).toEqual(['', 0]);
  expect(during).toBeGreaterThan(0);

  const dataDir = join(folder, 'restored');
  const restored = await runPraxis([
    'restore',
    join(folder, 'live'),
    '--data-dir',
    dataDir,
    '--json',
  ]);
  expect([restored.stderr, restored.code]).toEqual(['', 0]);
  expect(JSON.parse(restored.stdout)).toEqual(JSON.parse(made.stdout));
  expect(JSON.parse(restored.stdout)).toMatchObject({ attachments: 1, credentials: 1 });

  const other = await startTestServer({
    settings: { STORE: 'sqlite', DATA_DIR: dataDir, MIN_GROUP_SIZE: '1' },
  });
  const reader = other.as(other.admin);
  const stored = new Set((await walk(reader, '?limit=500')).map(({ id }) => id));
  expect(before.filter((id) => !stored.has(id))).toEqual([]);
  const parts = await receiveParts(
    reader.get(STATEMENTS).query({ statementId: withBytes.id, attachments: 'true' }),
  );
  expect(parts[1]?.content).toEqual(CERTIFICATE);
  await reader.post('/analytics/refresh').expect(200);
  const { body } = await reader.post('/graphql').send({
    query: `{ workforce(period: {from: "2026-01-01", to: "2027-01-01"}) { slices { headcount } } }`,
  });
  expect(body).toEqual({ data: { workforce: { slices: [{ headcount: 1 }] } } });
  await other.close();
}, 120_000);

test('a backup or a folder that is not as it was is refused, and nothing is left behind', async () => {
  expect((await backup('whole')).code).toBe(0);
  const again = await backup('whole');
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is there already')]);
  const used = await runPraxis([
    'restore',
    join(folder, 'whole'),
    '--data-dir',
    join(folder, 'whole'),
  ]);
  expect([used.code, used.stderr]).toEqual([2, expect.stringContaining('holds data already')]);

  await appendFile(join(folder, 'whole', 'attachments', sha256(CERTIFICATE)), '!');
  const dataDir = join(folder, 'empty');
  const damaged = await runPraxis(['restore', join(folder, 'whole'), '--data-dir', dataDir]);
  expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringContaining('is damaged')]);
  expect((await readdir(dataDir)).filter((name) => !name.startsWith('praxis.lock'))).toEqual([]);

  const nothing = await backup('of-nothing', dataDir);
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('no praxis.sqlite')]);
  expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
}, 60_000);

test('on MongoDB backup says what to use instead', async () => {
  const { code, stderr } = await runPraxis(['backup', join(folder, 'mongo')], { STORE: 'mongodb' });
  expect([code, stderr]).toEqual([2, expect.stringContaining('mongodump')]);
});
