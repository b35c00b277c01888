import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, STATEMENTS, walk, type TestServer } from './server.ts';

/** Statements of a real MOOC (test/data/README.md), or of the file that MOOC_STATEMENTS names. */
const PATH =
  process.env['MOOC_STATEMENTS'] ??
  join(import.meta.dirname, '..', 'data', 'mooc-sample.ndjson.gz');
const BATCH_SIZE = 500;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('the statements of a real MOOC come back as they were sent, in the order they were sent', async () => {
  const lines = gunzipSync(readFileSync(PATH)).toString('utf8').trim().split('\n');
  const client = server.as(server.admin);
  for (let at = 0; at < lines.length; at += BATCH_SIZE) {
    const batch = lines.slice(at, at + BATCH_SIZE);
    const { status, text } = await client
      .post(STATEMENTS)
      .type('json')
      .send(`[${batch.join(',')}]`);
    expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  }

  const found = await walk(client, '?ascending=true&limit=100');
  const added = ['stored', 'authority', 'version'];
  const withoutAdditions = found.map((statement) =>
    Object.fromEntries(Object.entries(statement).filter(([name]) => !added.includes(name))),
  );
  expect(withoutAdditions).toEqual(lines.map((line) => JSON.parse(line)));
  for (const { stored, authority, version } of found)
    expect([Date.parse(stored) > 0, authority, version]).toEqual([
      true,
      found[0]!.authority,
      '1.0.0',
    ]);
});
