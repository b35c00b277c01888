import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { declare, jsonPart, openUpload, upload, writeBody } from './multipart.ts';
import { makeStatement } from './sample-statements.ts';
import { ADMIN, STATEMENTS } from './server.ts';

/** Attachments against a server in a process of its own, whose memory can be read and which can be killed. */
const MEBIBYTE = 1_048_576;
const BLOCK = randomBytes(MEBIBYTE);
const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

interface Server {
  readonly url: string;
  readonly admin: typeof ADMIN;
  readonly process: ChildProcess;
}

let dataDir: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'praxis-large-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) await end(child);
  await rm(dataDir, { recursive: true, force: true });
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
  const env = { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, [MAIN], {
    env: { ...env, ADMIN_KEY: ADMIN.key, ADMIN_SECRET: ADMIN.secret, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, url } = JSON.parse(line);
    if (msg !== 'listening') continue;
    child.stdout.resume();
    return { url, admin: ADMIN, process: child };
  }
  throw new Error('the server ended before it listened');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The most memory the process ever held, as Linux counts it. */
async function peakBytes({ process: { pid } }: Server): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

interface Large {
  readonly id: string;
  readonly sha2: string;
  chunks(stopAfter?: number): AsyncGenerator<Buffer>;
}

/** A statement with an attachment of so many blocks, as a body that is made as it is sent. */
function makeLarge(blocks: number): Large {
  const hash = createHash('sha256');
  for (let n = 0; n < blocks; n += 1) hash.update(BLOCK);
  const sha2 = hash.digest('hex');
  const statement = makeStatement({ attachments: [declare('', { sha2 })] });
  const [head, tail] = writeBody([
    jsonPart(statement),
    {
      headers: { 'Content-Transfer-Encoding': 'binary', 'X-Experience-API-Hash': sha2 },
      content: 'HERE',
    },
  ])
    .toString('latin1')
    .split('HERE') as [string, string];
  async function* chunks(stopAfter = blocks): AsyncGenerator<Buffer> {
    yield Buffer.from(head, 'latin1');
    for (let n = 0; n < stopAfter; n += 1) yield BLOCK;
    if (stopAfter < blocks) await new Promise(() => undefined);
    yield Buffer.from(tail, 'latin1');
    await Promise.resolve();
  }
  return { id: statement.id, sha2, chunks };
}

async function fetchStatement(
  { url }: Server,
  query: string,
  read: (chunk: Uint8Array) => void,
): Promise<number> {
  const { key, secret } = ADMIN;
  const response = await fetch(`${url}${STATEMENTS}${query}`, {
    headers: {
      Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
      'X-Experience-API-Version': '1.0.3',
    },
  });
  const reader = response.body!.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) read(next.value);
  return response.status;
}

const folder = (name = ''): Promise<string[]> => readdir(join(dataDir, 'attachments', name));

/** Waits, as long as the test may run, until it holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('400 MiB go in and come out, and the server holds but a fraction of them', async () => {
  const server = await start();
  const large = makeLarge(400);
  const before = await peakBytes(server);
  expect(await upload(server, large.chunks())).toEqual({ status: 200, body: [large.id] });
  let sizeBytes = 0;
  const status = await fetchStatement(
    server,
    `?statementId=${large.id}&attachments=true`,
    (chunk) => (sizeBytes += chunk.length),
  );
  expect(status).toBe(200);
  expect(sizeBytes).toBeGreaterThan(400 * MEBIBYTE);
  expect((await peakBytes(server)) - before).toBeLessThan(150 * MEBIBYTE);
  expect(await folder()).toEqual([large.sha2, 'staged'].sort());
  expect(await folder('staged')).toEqual([]);
}, 120_000);

test('a server killed within an upload has nothing of it, and takes it when it is sent again', async () => {
  const server = await start();
  const large = makeLarge(20);
  upload(server, large.chunks(10)).catch(() => undefined);
  await until(async () => (await folder('staged')).length === 1);
  await end(server.process);
  expect(await folder('staged')).toHaveLength(1);

  const again = await start();
  expect(await folder('staged')).toEqual([]);
  expect(await fetchStatement(again, `?statementId=${large.id}`, () => undefined)).toBe(404);
  expect((await upload(again, large.chunks())).status).toBe(200);
  await end(again.process);
  expect(await folder()).toContain(large.sha2);
  expect(await fetchStatement(await start(), `?statementId=${large.id}`, () => undefined)).toBe(
    200,
  );
}, 120_000);

test('an upload that the client breaks off leaves nothing', async () => {
  const server = await start();
  const request = openUpload(server);
  request.on('error', () => undefined);
  const large = makeLarge(20);
  const chunks = large.chunks(5);
  for (let n = 0; n < 6; n += 1) request.write((await chunks.next()).value);
  await until(async () => (await folder('staged')).length === 1);
  request.destroy();
  await until(async () => (await folder('staged')).length === 0);
  expect(await fetchStatement(server, `?statementId=${large.id}`, () => undefined)).toBe(404);
}, 60_000);

test('a client that falls silent within an upload is cut off, and leaves nothing', async () => {
  const server = await start({ MAX_IDLE_SECONDS: '1' });
  await expect(upload(server, makeLarge(20).chunks(5))).rejects.toThrow();
  await until(async () => (await folder('staged')).length === 0);
}, 60_000);

test.each([
  ['its Content-Length says so', { 'Content-Length': String(3 * MEBIBYTE) }],
  ['it turns out so', {}],
])(
  'a body over MAX_ATTACHMENT_BYTES is 413 when %s',
  async (_case, headers) => {
    const server = await start({ MAX_ATTACHMENT_BYTES: String(2 * MEBIBYTE) });
    const { status, body } = await upload(server, makeLarge(3).chunks(2.5), headers);
    expect([status, body]).toEqual([
      413,
      { error: { code: 'TOO_LARGE', message: expect.stringContaining('limit of 2097152 bytes') } },
    ]);
    expect(await folder('staged')).toEqual([]);
  },
  60_000,
);

test('the statements of a multipart body have the limit of any other statements', async () => {
  const server = await start({ MAX_BODY_BYTES: '2048' });
  const long = makeStatement({
    context: { extensions: { 'https://example.org/x': 'x'.repeat(3_000) } },
  });
  async function* chunks(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(writeBody([jsonPart(long)]));
  }
  expect((await upload(server, chunks())).status).toBe(413);
}, 60_000);
