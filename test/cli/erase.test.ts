import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ADMIN, startTestServer, type TestServer } from '../http/server.ts';
import { runPraxis, type Run } from './run-praxis.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server
    .as(ADMIN)
    .put('/workforce/people')
    .type('text/csv')
    .send('id,agents\np/1,mailto:ann@example.org\n')
    .expect(200);
});
afterAll(() => server.close());

function erase(...args: readonly string[]): Promise<Run> {
  const { key, secret } = server.admin;
  const env = { PRAXIS_URL: server.url, PRAXIS_KEY: key, PRAXIS_SECRET: secret };
  return runPraxis(['erase', ...args], env);
}

test('a person is erased only by who says that it is meant, and then is not there to be erased', async () => {
  expect(await erase('p/1')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(await erase('p/1', '--yes', '--json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"records":1'),
  });
  expect(await erase('p/1', '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing was erased'),
  });
}, 60_000);
