import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { activityNamed, agentNamed, makeStatement, queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

const FORM = 'application/x-www-form-urlencoded';
const VERSION = 'X-Experience-API-Version';

let server: TestServer;
let inForm: Readonly<Record<string, string>>;

beforeAll(async () => {
  server = await startTestServer();
  const { key, secret } = server.admin;
  const encoded = Buffer.from(`${key}:${secret}`).toString('base64');
  inForm = { Authorization: `Basic ${encoded}`, [VERSION]: '1.0.3' };
});
afterAll(() => server.close());

/** As a browser without CORS sends it: nothing in the header but the type of the form. */
async function send(path: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  const form = new URLSearchParams({ ...inForm, ...fields });
  return server.anonymous().post(path).type(FORM).send(form.toString());
}

async function fetchStatement(id: string): Promise<Response> {
  return server.as(server.admin).get(STATEMENTS + queryOf({ statementId: id }));
}

describe('with credential and version in the form only', () => {
  test('PUT stores the statement that content holds, to the byte', async () => {
    const id = randomUUID();
    const { verb, object } = makeStatement();
    const content = JSON.stringify({
      actor: { ...agentNamed('ada'), name: 'Ada & Zoë + 😀 = 100 %' },
      verb,
      object,
    });
    const { status, headers } = await send(`${STATEMENTS}?method=PUT`, {
      statementId: id,
      content,
    });
    expect([status, headers['x-experience-api-version']]).toEqual([204, '1.0.3']);
    const found = await fetchStatement(id);
    expect(found.text.startsWith(content.slice(0, -1))).toBe(true);
  });

  test('a form that the browser calls text, as packages of Storyline send it, is taken', async () => {
    const id = randomUUID();
    const { actor, verb, object } = makeStatement();
    const content = JSON.stringify({ actor, verb, object });
    const form = new URLSearchParams({ ...inForm, statementId: id, content }).toString();
    const client = server.anonymous();
    const path = `${STATEMENTS}?method=PUT`;
    expect((await client.post(path).type('text/plain;charset=UTF-8').send(form)).status).toBe(204);
    expect((await fetchStatement(id)).status).toBe(200);
  });

  test('POST and GET do what they do when sent plainly', async () => {
    const [one, two] = [makeStatement(), makeStatement()];
    const content = JSON.stringify([one, two]);
    const posted = await send(`${STATEMENTS}?method=POST`, { content });
    expect([posted.status, posted.body]).toEqual([200, [one.id, two.id]]);
    const { status, body } = await send(`${STATEMENTS}?method=GET`, { limit: '1' });
    expect([status, body.statements.map(({ id }: { id: string }) => id)]).toEqual([200, [two.id]]);
    const next = await server.as(server.admin).get(body.more);
    expect(next.body.statements[0].id).toBe(one.id);
  });

  test('a document goes through all its methods, with If-Match and its type in the form', async () => {
    const path = (method: string): string => `/xapi/activities/state?method=${method}`;
    const key = {
      activityId: activityNamed(randomUUID()).id,
      agent: JSON.stringify(agentNamed('ada')),
      stateId: 's',
    };
    const text = { 'Content-Type': 'text/plain' };
    expect((await send(path('PUT'), { ...key, ...text, content: 'one' })).status).toBe(204);
    const found = await send(path('GET'), key);
    expect([found.status, found.text, found.headers['content-type']]).toEqual([
      200,
      'one',
      'text/plain',
    ]);
    const wrong = { ...key, 'If-Match': '"wrong"' };
    expect((await send(path('PUT'), { ...wrong, content: '{}' })).status).toBe(412);
    expect((await send(path('DELETE'), wrong)).status).toBe(412);
    const right = { ...key, 'If-Match': found.headers['etag']! };
    expect((await send(path('DELETE'), right)).status).toBe(204);
    expect((await send(path('GET'), key)).status).toBe(404);
  });

  test('a wrong secret is 401 and a version that is not served 400', async () => {
    const path = `${STATEMENTS}?method=GET`;
    expect((await send(path, { Authorization: 'Basic YWRtaW46d3Jvbmc=' })).status).toBe(401);
    expect((await send(path, { [VERSION]: '0.95' })).status).toBe(400);
  });
});

describe('refused with 400 and a version, and nothing stored', () => {
  const content = JSON.stringify(makeStatement());
  test.each([
    ['another parameter in the URL', 'method=POST&limit=1', { content }],
    ['no content', 'method=POST', {}],
    ['a method that is none', 'method=PATCH', { content }],
    ['a method in lower case', 'method=post', { content }],
    ['two methods', 'method=POST&method=PUT', { content }],
    ['xAPI 2.0 in the form', 'method=POST', { content, [VERSION]: '2.0.0' }],
    ['a parameter that the resource does not know', 'method=GET', { colour: 'red' }],
  ])('%s', async (_case, query, fields) => {
    const before = await server.countStatements();
    const { status, body, headers } = await send(`${STATEMENTS}?${query}`, { ...fields });
    expect([status, typeof body.error.message]).toEqual([400, 'string']);
    expect(headers['x-experience-api-version']).toBeDefined();
    expect(await server.countStatements()).toBe(before);
  });

  test('a body of another type, one that only says it is a form, and broken UTF-8', async () => {
    const client = server.as(server.admin);
    const path = `${STATEMENTS}?method=POST`;
    expect((await client.post(path).type('json').send(content)).status).toBe(400);
    expect((await client.post(path).type(FORM).send(content)).status).toBe(400);
    expect((await client.post(path).type(FORM).send('content=%FF')).status).toBe(400);
  });

  test('a request that is no POST, and any method parameter in 2.0', async () => {
    const path = `${STATEMENTS}?method=GET`;
    expect((await server.as(server.admin).get(path)).status).toBe(400);
    expect((await server.as(server.admin).put(path).send(content)).status).toBe(400);
    const current = server.as(server.admin, '2.0.0');
    expect((await current.get(path)).status).toBe(400);
    const posted = await current.post(path).type(FORM).send('limit=1');
    expect([posted.status, posted.body.error.message]).toEqual([
      400,
      expect.stringContaining('2.0'),
    ]);
  });
});

test('a stranger’s body is not read: plainly never, and as a form up to a mebibyte', async () => {
  const big = 'x'.repeat(2_000_000);
  const plain = await server
    .anonymous()
    .post(STATEMENTS)
    .set(VERSION, '1.0.3')
    .type('json')
    .set('Content-Length', String(500_000_000))
    .send('{')
    .then(
      ({ status }) => status,
      () => 'cut off',
    );
  expect(plain).toBe(401);
  expect((await send(`${STATEMENTS}?method=POST`, { content: big })).status).toBe(413);
});
