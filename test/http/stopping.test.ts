import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { launchServer, sleep, startServerProcess } from '../../scripts/faults/server-process.ts';
import { makeStatement, queryOf } from './sample-statements.ts';
import { ADMIN, STATEMENTS } from './server.ts';

const HEADERS = {
  Authorization: `Basic ${Buffer.from(`${ADMIN.key}:${ADMIN.secret}`).toString('base64')}`,
  'X-Experience-API-Version': '1.0.3',
  'Content-Type': 'application/json',
};

let settings: Record<string, string>;
beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-stop-'));
  settings = { DATA_DIR: dataDir, ADMIN_KEY: ADMIN.key, ADMIN_SECRET: ADMIN.secret };
});
afterAll(() => rm(settings['DATA_DIR']!, { recursive: true, force: true }));

/** A POST whose head and half of whose body are sent; `finish` sends the rest and resolves with the status. */
async function beginPost(url: string, body: string): Promise<{ finish(): Promise<number> }> {
  const request: ClientRequest = httpRequest(`${url}${STATEMENTS}`, {
    method: 'POST',
    headers: { ...HEADERS, 'Content-Length': Buffer.byteLength(body) },
  });
  const answered = new Promise<number>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
  });
  // A failure before finish() is awaited there, not unhandled here.
  answered.catch(() => undefined);
  await new Promise<void>((resolve) => request.write(body.slice(0, 20), () => resolve()));
  return {
    finish: () => {
      request.end(body.slice(20));
      return answered;
    },
  };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'at %s a request under way is finished and kept, a new one is refused, and the exit code is 0',
  async (signal) => {
    const server = await startServerProcess(settings);
    const statement = makeStatement();
    // A first request, so that what is under way below is only the body, not the check of the secret.
    await fetch(`${server.url}${STATEMENTS}`, { headers: HEADERS });
    const underWay = await beginPost(server.url, JSON.stringify(statement));
    await sleep(100);

    server.signal(signal);
    while (
      await fetch(`${server.url}/health`).then(
        () => true,
        () => false,
      )
    )
      await sleep(10);
    expect(await underWay.finish()).toBe(200);
    expect(await server.exited).toBe(0);
    expect(server.output.at(-1)).toContain('stopped');

    const again = await startServerProcess(settings);
    const found = await fetch(again.url + STATEMENTS + queryOf({ statementId: statement.id }), {
      headers: HEADERS,
    });
    expect(found.status).toBe(200);
    expect(await again.stop()).toBe(0);
  },
);

test('a SIGTERM to the whole process group, as systemd sends it, stops both processes in order', async () => {
  const server = await startServerProcess(settings);
  while (!(await fetch(`${server.url}/ready`)).ok) await sleep(20);
  process.kill(-server.pid, 'SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.output.at(-1)).toContain('stopped');
  // Of a warehouse that went before it was asked to, the server would say so here.
  expect(server.output.filter((line) => line.includes('the warehouse'))).toEqual([]);
});

test('a second server on the same folder is refused, and the first goes on', async () => {
  const server = await startServerProcess(settings);
  const second = launchServer(settings);
  expect(await second.exited).toBe(1);
  expect(second.output).toEqual([expect.stringMatching(/Another Praxis process.*DATA_DIR/)]);
  const post = await fetch(server.url + STATEMENTS, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(makeStatement()),
  });
  expect(post.status).toBe(200);
  expect(await server.stop()).toBe(0);
});
