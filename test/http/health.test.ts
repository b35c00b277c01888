import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from './server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('/health answers as soon as the server listens, to anyone', async () => {
  const { status, body } = await server.anonymous().get('/health');
  expect([status, body]).toEqual([200, { status: 'ok' }]);
});

test('/ready answers 200 once store and warehouse are there, and 503 with the missing part until then', async () => {
  const deadline = Date.now() + 20_000;
  let answer = await server.anonymous().get('/ready');
  while (answer.status === 503 && Date.now() < deadline) {
    expect(answer.body.parts.warehouse).toBe('opening');
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer = await server.anonymous().get('/ready');
  }
  expect([answer.status, answer.body]).toEqual([
    200,
    { status: 'ready', parts: { store: 'ready', warehouse: 'ready' } },
  ]);
});

test('every answer carries the id of its request, the client’s when it sent one', async () => {
  const { headers } = await server.anonymous().get('/health').set('X-Request-Id', 'trace-7');
  expect(headers['x-request-id']).toBe('trace-7');
  const { headers: made } = await server.anonymous().get('/nowhere');
  expect(made['x-request-id']).toMatch(/^[\da-f-]{36}$/);
});
