import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { makeStatement } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

/** Whatever is wrong with a request: the answer says what and where, nothing is stored, the server goes on. */
let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

async function expectNothingChanged<T>(act: () => Promise<T>): Promise<T> {
  const [statements, people] = [
    await server.countStatements(),
    (await client.get('/workforce/people')).text,
  ];
  const result = await act();
  expect(await server.countStatements()).toBe(statements);
  expect((await client.get('/workforce/people')).text).toBe(people);
  expect((await client.post(STATEMENTS).send(makeStatement())).status).toBe(200);
  return result;
}

/** superagent would write a Buffer under a JSON type as JSON. */
function asBytes(request: Test): Test {
  return request.serialize((sent) => sent);
}

const good = JSON.stringify(makeStatement());
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const withExtension = (text: string): string =>
  good.replace(/\}$/, `,"context":{"extensions":{"https://example.org/x":${text}}}}`);

describe('bodies that cannot be read', () => {
  test.each<[string, string | Buffer, number, RegExp]>([
    ['no body at all', '', 400, /JSON/],
    ['half a statement', good.slice(0, 60), 400, /JSON.*position 60|JSON.*end/],
    ['a comma too many', good.replace('"actor"', ',"actor"'), 400, /JSON.*position \d+/],
    ['single quotes', good.replaceAll('"', "'"), 400, /JSON.*position \d+/],
    ['two documents', good + good, 400, /JSON.*position \d+/],
    ['NaN', withExtension('NaN'), 400, /JSON/],
    ['a text', '"statement"', 400, /statement/],
    ['a number', '7', 400, /statement/],
    ['null', 'null', 400, /statement/],
    [
      'invalid UTF-8',
      Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0x7d])]),
      400,
      /UTF-8/,
    ],
    ['UTF-16', Buffer.from(good, 'utf16le'), 400, /JSON|UTF-8/],
    ['nesting 200 deep', withExtension(nested(200)), 400, /nested deeper than \d+/],
    ['nesting 100,000 deep', withExtension(nested(100_000)), 400, /nested deeper than \d+/],
    ['nesting 100,000 deep and no statement', nested(100_000), 400, /nested deeper|JSON/],
    ['10 MB', withExtension(`"${'x'.repeat(10_000_000)}"`), 413, /limit of 8388608 bytes/],
  ])('%s', async (_case, sent, expected, message) => {
    const { status, body } = await expectNothingChanged(async () =>
      asBytes(client.post(STATEMENTS).type('json')).send(sent),
    );
    expect([status, body.error.message]).toEqual([expected, expect.stringMatching(message)]);
  });

  test('a gzip body over the limit once inflated', async () => {
    const bomb = gzipSync(withExtension(`"${'x'.repeat(50_000_000)}"`));
    expect(bomb.length).toBeLessThan(100_000);
    const { status, body } = await expectNothingChanged(async () =>
      asBytes(client.post(STATEMENTS).type('json')).set('Content-Encoding', 'gzip').send(bomb),
    );
    expect([status, body.error.code]).toEqual([413, 'TOO_LARGE']);
  });

  test.each([
    ['gzip that is none', 'gzip', good, 400, /cannot be read/],
    ['gzip that is cut off', 'gzip', gzipSync(good).subarray(0, 60), 400, /cannot be read/],
    ['an encoding nobody knows', 'zip', good, 415, /Content-Encoding/],
  ])('%s', async (_case, encoding, sent, expected, message) => {
    const { status, body } = await expectNothingChanged(async () =>
      asBytes(client.post(STATEMENTS).type('json')).set('Content-Encoding', encoding).send(sent),
    );
    expect([status, body.error.message]).toEqual([expected, expect.stringMatching(message)]);
  });

  test('a good gzip body is stored', async () => {
    const statement = makeStatement();
    const { status, body } = await asBytes(client.post(STATEMENTS).type('json'))
      .set('Content-Encoding', 'gzip')
      .send(gzipSync(JSON.stringify(statement)));
    expect([status, body]).toEqual([200, [statement.id]]);
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])(
    'Content-Type %s',
    async (type) => {
      const { status, body } = await expectNothingChanged(async () =>
        client.post(STATEMENTS).set('Content-Type', type).send(good),
      );
      expect([status, body.error.message]).toEqual([
        400,
        expect.stringContaining('application/json'),
      ]);
    },
  );

  test('a body that ends before its Content-Length', async () => {
    const { key, secret } = server.admin;
    await expectNothingChanged(
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
            socket.end(
              `POST ${STATEMENTS} HTTP/1.1\r\nHost: x\r\nX-Experience-API-Version: 1.0.3\r\n` +
                `Authorization: Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}\r\n` +
                `Content-Type: application/json\r\nContent-Length: ${good.length + 10}\r\n\r\n${good}`,
            );
          });
          socket
            .resume()
            .once('close', () => resolve())
            .once('error', reject);
        }),
    );
  });
});

describe('statements that break a rule', () => {
  const { actor, verb, object } = makeStatement();
  test.each<[string, unknown, string]>([
    ['no actor', { verb, object }, '/actor'],
    ['an actor that is a list', { actor: [actor], verb, object }, '/actor'],
    ['a mailbox that is none', { actor: { mbox: 'ada@example.org' }, verb, object }, '/actor/mbox'],
    ['a verb id that is no IRI', { actor, verb: { id: 'did' }, object }, '/verb/id'],
    ['an unknown property', { actor, verb, object, colour: 'red' }, '/colour'],
    [
      'a score over 1',
      { actor, verb, object, result: { score: { scaled: 1.01 } } },
      '/result/score/scaled',
    ],
    [
      'a text for a number',
      { actor, verb, object, result: { score: { raw: '7' } } },
      '/result/score/raw',
    ],
    [
      'a text for a boolean',
      { actor, verb, object, result: { success: 'true' } },
      '/result/success',
    ],
    [
      'null outside extensions',
      { actor, verb, object, result: { response: null } },
      '/result/response',
    ],
    [
      'a duration that is none',
      { actor, verb, object, result: { duration: '7 minutes' } },
      '/result/duration',
    ],
    [
      'a timestamp that is none',
      { actor, verb, object, timestamp: '2026-02-30T25:00:00Z' },
      '/timestamp',
    ],
    ['an id that is no UUID', { id: '7', actor, verb, object }, '/id'],
    [
      'a slash in an extension key, escaped in the pointer',
      { actor, verb, object, context: { extensions: { 'no/iri': 1 } } },
      '/context/extensions/no~1iri',
    ],
  ])('%s', async (_case, statement, path) => {
    const { status, body } = await expectNothingChanged(async () =>
      client.post(STATEMENTS).send([makeStatement(), statement]),
    );
    expect(status).toBe(400);
    expect(body.error.violations.map((one: { path: string }) => one.path)).toContain(`/1${path}`);
    for (const violation of body.error.violations)
      expect(violation).toEqual({
        rule: expect.stringMatching(/./),
        path: expect.any(String),
        message: expect.stringMatching(/\w/),
      });
  });

  test.each([
    [
      'at the top',
      good.replace(/\}$/, ',"verb":{"id":"https://example.org/verbs/other"}}'),
      /verb.*twice/,
    ],
    ['deep down', withExtension('{"a":{"b":1,"b":1}}'), /b.*twice/],
    ['behind an escape', withExtension('{"a":1,"\\u0061":1}'), /a.*twice/],
  ])('a name twice in one object, %s', async (_case, text, message) => {
    const { status, body } = await expectNothingChanged(async () =>
      client.post(STATEMENTS).type('json').send(text),
    );
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(message)]);
  });
});

describe('places and methods that are not there', () => {
  test.each([
    '/xapi/statement',
    '/xapi/statements/more',
    '/nowhere',
    '/xapi/',
    '/..%2f..%2fetc%2fpasswd',
  ])('GET %s answers 404', async (path) => {
    const { status, body } = await client.get(path);
    expect([status, body.error?.code]).toEqual([404, 'NOT_FOUND']);
  });

  test.each([
    ['delete', STATEMENTS, 'GET, HEAD, PUT, POST'],
    ['patch', STATEMENTS, 'GET, HEAD, PUT, POST'],
    ['delete', '/xapi/about', 'GET, HEAD'],
    ['post', '/workforce/people', 'GET, HEAD, PUT'],
    ['get', '/analytics/refresh', 'POST'],
  ] as const)('%s %s answers 405 with Allow', async (method, path, allow) => {
    const { status, headers, body } = await client[method](path);
    expect([status, headers['allow'], body.error.code]).toEqual([405, allow, 'METHOD_NOT_ALLOWED']);
  });
});

describe('workforce files with a bad row', () => {
  test('every bad row is named by line and column, and no row is stored', async () => {
    const file = [
      'id,name,agents,hiredOn',
      'p1,Ada,mailto:ada@example.org,2020-01-01',
      'p2,Bob,bob@example.org,2020-01-01',
      'p3,Cem,mailto:cem@example.org,yesterday',
      '',
    ].join('\n');
    const { status, body } = await expectNothingChanged(async () =>
      client.put('/workforce/people').type('text/csv').send(file),
    );
    expect(status).toBe(400);
    const places = body.error.violations.map(({ path }: { path: string }) => path);
    expect(places).toEqual([
      expect.stringMatching(/line 3.*agents/),
      expect.stringMatching(/line 4.*hiredOn/),
    ]);
  });

  test.each([
    ['a column nobody knows', 'text/csv', 'id,agents,colour\np1,mailto:a@b.org,red\n', 400],
    ['a row with too many fields', 'text/csv', 'id,agents\np1,mailto:a@b.org,red\n', 400],
    ['a key twice', 'text/csv', 'id,agents\np1,mailto:a@b.org\np1,mailto:c@b.org\n', 400],
    [
      'an NDJSON line that is no JSON',
      'application/x-ndjson',
      '{"id":"p1","agents":["mailto:a@b.org"]}\n{',
      400,
    ],
    ['invalid UTF-8', 'text/csv', Buffer.from([0x69, 0x64, 0x0a, 0xff, 0x0a]), 400],
    ['another type', 'application/json', '[]', 415],
  ])('%s', async (_case, type, file, expected) => {
    const { status, body } = await expectNothingChanged(async () =>
      asBytes(client.put('/workforce/people').set('Content-Type', type)).send(file),
    );
    expect([status, body.error.message]).toEqual([expected, expect.stringMatching(/\w/)]);
  });
});

describe('GraphQL requests that are wrong', () => {
  test.each<[string, object | string, RegExp]>([
    ['a field nobody knows', { query: '{ skills { id colour } }' }, /colour/],
    ['a syntax error', { query: '{ skills { id ' }, /Syntax Error/],
    ['a missing argument', { query: '{ workforce { asOf } }' }, /period/],
    [
      'a date that is none',
      { query: '{ workforce(period: {from: "soon", to: "later"}) { asOf } }' },
      /[Dd]ate/,
    ],
    ['no query', { variables: {} }, /query/i],
    ['no JSON', '{', /JSON/],
  ])('%s answers 4xx and says so', async (_case, query, message) => {
    const { status, text } = await expectNothingChanged(async () =>
      client
        .post('/graphql')
        .type('json')
        .set('Accept', 'application/graphql-response+json')
        .send(query),
    );
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(JSON.parse(text).errors?.[0]?.message ?? JSON.parse(text).error?.message).toMatch(
      message,
    );
  });
});
