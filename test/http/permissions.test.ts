import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeStatement, queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS, walk } from './server.ts';

const CREDENTIALS = {
  writer: ['statements/write'],
  reader: ['statements/read'],
  ann: ['statements/write', 'statements/read/mine'],
  ben: ['statements/write', 'statements/read/mine'],
  auditor: ['all/read'],
  analyst: ['analytics/read'],
  hr: ['workforce/write'],
} as const;

const start = () => startTestServer({ credentials: CREDENTIALS });
let server: Awaited<ReturnType<typeof start>>;
const HEADCOUNT = {
  query: '{ workforce(period: {from: "2026-01-01", to: "2026-02-01"}) { slices { headcount } } }',
};
const VERSION = { 'X-Experience-API-Version': '1.0.3' };

beforeAll(async () => {
  server = await start();
});
afterAll(() => server.close());

describe('401: who asks is not known', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  test.each([
    ['no credential', undefined],
    ['a wrong secret', basic('admin:wrong')],
    ['a key that does not exist', basic('nobody:a-secret-for-tests-only')],
    ['a key in the wrong case', basic('Admin:a-secret-for-tests-only')],
    ['Basic without a colon', basic('admin')],
    ['Basic that is no base64', 'Basic %%%'],
    ['another scheme', 'Bearer abc'],
  ])('%s', async (_case, authorization) => {
    const before = await server.countStatements();
    for (const path of [STATEMENTS, '/graphql', '/workforce/people', '/analytics/refresh']) {
      const request = server.anonymous().post(path).set(VERSION);
      if (authorization !== undefined) void request.set('Authorization', authorization);
      const { status, headers, body } = await request.send(makeStatement());
      expect([path, status, headers['www-authenticate']]).toEqual([
        path,
        401,
        expect.stringMatching(/^Basic realm=/),
      ]);
      expect(body.error.code).toBe('UNAUTHENTICATED');
    }
    expect(await server.countStatements()).toBe(before);
  });

  test('a wrong secret stays wrong right after the right one', async () => {
    const { key, secret } = server.admin;
    for (const [tried, expected] of [
      [secret, 200],
      ['wrong', 401],
      [secret, 200],
      [`${secret} `, 401],
    ] as const)
      expect((await server.as({ key, secret: tried }).get(STATEMENTS)).status).toBe(expected);
  });
});

describe('403: the credential lacks the scope', () => {
  test.each([
    ['reader', 'post', STATEMENTS],
    ['auditor', 'post', STATEMENTS],
    ['writer', 'get', STATEMENTS],
    ['analyst', 'get', STATEMENTS],
    ['analyst', 'post', STATEMENTS],
    ['hr', 'get', STATEMENTS],
    ['writer', 'get', '/workforce/people'],
    ['analyst', 'put', '/workforce/people'],
    ['reader', 'post', '/analytics/refresh'],
    ['writer', 'post', '/graphql'],
  ] as const)('%s: %s %s', async (name, method, path) => {
    const before = await server.countStatements();
    const request = server.as(name)[method](path);
    const { status, text } = await (path === '/workforce/people' && method === 'put'
      ? request.type('text/csv').send('id,agents\np1,mailto:p1@example.org\n')
      : method === 'get'
        ? request
        : request.send(path === '/graphql' ? HEADCOUNT : makeStatement()));
    // GraphQL has its own form for errors, and its own JSON type, which superagent does not parse.
    const body = JSON.parse(text);
    const { code, message } = body.error ?? {
      code: body.errors[0].extensions.code,
      message: body.errors[0].message,
    };
    expect([status, code, message]).toEqual([403, 'FORBIDDEN', expect.stringContaining('scope')]);
    expect(await server.countStatements()).toBe(before);
  });

  test('what a scope grants is granted', async () => {
    expect((await server.as('writer').post(STATEMENTS).send(makeStatement())).status).toBe(200);
    expect((await server.as('reader').get(STATEMENTS)).status).toBe(200);
    expect((await server.as('auditor').get(STATEMENTS)).status).toBe(200);
    expect((await server.as('hr').get('/workforce/people')).status).toBe(200);
    expect((await server.as('analyst').post('/analytics/refresh')).status).toBe(200);
    expect((await server.as('analyst').post('/graphql').send(HEADCOUNT)).status).toBe(200);
  });
});

describe('statements/read/mine', () => {
  test('shows only what the credential itself stored, by list, by page, by id and by voided id', async () => {
    const [ofAnn, ofBen] = [makeStatement(), makeStatement()];
    await server.as('ann').post(STATEMENTS).send([ofAnn, makeStatement()]);
    await server.as('ben').post(STATEMENTS).send([ofBen, makeStatement()]);

    const mine = await walk(server.as('ann'), '?limit=1');
    expect(mine.map(({ authority }) => authority)).toEqual([
      expect.objectContaining({ account: expect.objectContaining({ name: 'ann' }) }),
      expect.objectContaining({ account: expect.objectContaining({ name: 'ann' }) }),
    ]);
    const statusOf = async (name: 'ann' | 'reader', id: string): Promise<number> =>
      (await server.as(name).get(STATEMENTS + queryOf({ statementId: id }))).status;
    expect(await statusOf('ann', ofAnn.id)).toBe(200);
    expect(await statusOf('ann', ofBen.id)).toBe(404);
    expect(await statusOf('reader', ofBen.id)).toBe(200);
  });

  test('is not widened by a more link of someone who reads all', async () => {
    await server.as('ben').post(STATEMENTS).send([makeStatement(), makeStatement()]);
    const { body } = await server.as('reader').get(`${STATEMENTS}?limit=1`);
    const { body: page } = await server.as('ann').get(body.more);
    for (const { authority } of page.statements) expect(authority.account.name).toBe('ann');
  });
});

test('the secret is in no answer', async () => {
  const { text, headers } = await server.as(server.admin).post(STATEMENTS).type('json').send('{');
  expect(text + JSON.stringify(headers)).not.toContain(server.admin.secret);
});
