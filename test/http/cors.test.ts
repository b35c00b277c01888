import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeStatement } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

const ORIGIN = { Origin: 'https://content.example.org' };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const listOf = (header: string | undefined): string[] =>
  (header ?? '').split(',').map((name) => name.trim().toLowerCase());

test.each(['/xapi/statements', '/xapi/activities/state', '/xapi/about'])(
  'a preflight of %s needs neither credential nor version, and allows what clients send',
  async (path) => {
    const { status, headers, text } = await server
      .anonymous()
      .options(path)
      .set(ORIGIN)
      .set('Access-Control-Request-Method', 'PUT')
      .set('Access-Control-Request-Headers', 'authorization,if-match,x-experience-api-version');
    expect([status, text, headers['access-control-allow-origin']]).toEqual([204, '', '*']);
    expect(listOf(headers['access-control-allow-methods'])).toEqual(
      expect.arrayContaining(['get', 'put', 'post', 'delete', 'head']),
    );
    expect(listOf(headers['access-control-allow-headers'])).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'if-match',
        'if-none-match',
        'x-experience-api-version',
      ]),
    );
    // With it a browser would send credentials of its own keeping to whoever asks.
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  },
);

test('answers, errors too, may be read by any origin, with the headers that xAPI is about', async () => {
  const client = server.as(server.admin);
  const answers = [
    await client.post(STATEMENTS).set(ORIGIN).send(makeStatement()),
    await client.get(`${STATEMENTS}?colour=red`).set(ORIGIN),
    await server.anonymous().get(STATEMENTS).set(ORIGIN).set('X-Experience-API-Version', '1.0.3'),
    await server.anonymous().get(STATEMENTS).set(ORIGIN),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 401, 400]);
  for (const { headers } of answers) {
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(listOf(headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining([
        'etag',
        'last-modified',
        'x-experience-api-version',
        'x-experience-api-consistent-through',
      ]),
    );
  }
});

test('other paths are open to no other origin', async () => {
  const { headers } = await server.as(server.admin).get('/workforce/people').set(ORIGIN);
  expect(headers['access-control-allow-origin']).toBeUndefined();
});
