import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import {
  activityNamed,
  makeStatement,
  queryOf,
  type SampleStatement,
} from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

function withoutId({ actor, verb, object }: SampleStatement): Omit<SampleStatement, 'id'> {
  return { actor, verb, object };
}

async function fetchStatement(
  id: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await client.get(STATEMENTS + queryOf({ statementId: id }));
  return { status, body };
}

describe('storing', () => {
  test('PUT stores a statement under the id of the request and answers 204 without a body', async () => {
    const { id, ...statement } = makeStatement();
    const response = await client.put(STATEMENTS + queryOf({ statementId: id })).send(statement);
    expect([response.status, response.text]).toEqual([204, '']);
    expect(await fetchStatement(id)).toMatchObject({ status: 200, body: { ...statement, id } });
  });

  test('POST of one statement answers a list of its one id', async () => {
    const statement = makeStatement();
    const { status, body } = await client.post(STATEMENTS).send(statement);
    expect([status, body]).toEqual([200, [statement.id]]);
    expect(await fetchStatement(statement.id)).toMatchObject({ status: 200, body: statement });
  });

  test('POST makes an id for a statement that has none', async () => {
    const statement = withoutId(makeStatement());
    const { status, body } = await client.post(STATEMENTS).send(statement);
    expect([status, body]).toEqual([200, [expect.stringMatching(UUID)]]);
    expect(await fetchStatement(body[0])).toMatchObject({ status: 200, body: statement });
  });

  test('POST of a batch answers the ids in the order sent', async () => {
    const batch = Array.from({ length: 25 }, () => makeStatement());
    const { status, body } = await client.post(STATEMENTS).send(batch);
    expect([status, body]).toEqual([200, batch.map(({ id }) => id)]);
    for (const statement of batch)
      expect(await fetchStatement(statement.id)).toMatchObject({ status: 200, body: statement });
  });

  test('the statements of a batch are stored in the order sent', async () => {
    const object = activityNamed(randomUUID());
    const batch = Array.from({ length: 5 }, () => makeStatement({ object }));
    await client.post(STATEMENTS).send(batch);
    const { body } = await client.get(
      STATEMENTS + queryOf({ activity: object.id, ascending: true }),
    );
    expect(body.statements.map(({ id }: { id: string }) => id)).toEqual(batch.map(({ id }) => id));
    const stored: string[] = body.statements.map((one: { stored: string }) => one.stored);
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored.toSorted()).toEqual(stored);
  });

  test('an empty batch stores nothing and answers an empty list', async () => {
    const before = await server.countStatements();
    const { status, body } = await client.post(STATEMENTS).send([]);
    expect([status, body]).toEqual([200, []]);
    expect(await server.countStatements()).toBe(before);
  });

  test('HEAD answers what GET answers, without the body', async () => {
    const statement = makeStatement();
    await client.post(STATEMENTS).send(statement);
    const path = STATEMENTS + queryOf({ statementId: statement.id });
    const [head, get] = [await client.head(path), await client.get(path)];
    expect([head.status, head.text]).toEqual([200, undefined]);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect((await client.head(STATEMENTS + queryOf({ statementId: randomUUID() }))).status).toBe(
      404,
    );
  });
});

describe('what the LRS adds', () => {
  test('stored, authority, version, and a timestamp equal to stored when there was none', async () => {
    const statement = makeStatement();
    await client.post(STATEMENTS).send(statement);
    const { body } = await fetchStatement(statement.id);
    expect(body).toEqual({
      ...statement,
      stored: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}Z$/),
      timestamp: body['stored'],
      version: '1.0.0',
      authority: {
        objectType: 'Agent',
        account: { homePage: expect.any(String), name: server.admin.key },
      },
    });
  });

  test('a statement of xAPI 2.0 without a version is given 2.0.0', async () => {
    const statement = makeStatement();
    await server.as(server.admin, '2.0.0').post(STATEMENTS).send(statement);
    expect((await fetchStatement(statement.id)).body['version']).toBe('2.0.0');
  });

  test('a version and a timestamp that the client sent stay as they are', async () => {
    const statement = makeStatement({
      version: '1.0.2',
      timestamp: '2026-03-01T10:11:12.123+02:00',
    });
    await client.post(STATEMENTS).send(statement);
    expect((await fetchStatement(statement.id)).body).toMatchObject(statement);
  });

  test('a client cannot choose stored', async () => {
    const before = Date.now();
    const statement = makeStatement();
    await client.post(STATEMENTS).send({ ...statement, stored: '2001-01-01T00:00:00.000Z' });
    const { body } = await fetchStatement(statement.id);
    expect(Date.parse(String(body['stored']))).toBeGreaterThanOrEqual(before - 1);
  });

  test('a client cannot claim another’s authority', async () => {
    const statement = makeStatement({
      authority: { objectType: 'Agent', mbox: 'mailto:boss@example.org' },
    });
    await client.post(STATEMENTS).send(statement);
    expect((await fetchStatement(statement.id)).body['authority']).toMatchObject({
      account: { name: server.admin.key },
    });
  });

  test('a statement by its id carries Last-Modified', async () => {
    const statement = makeStatement();
    await client.post(STATEMENTS).send(statement);
    const { headers, body } = await server
      .as(server.admin, '2.0.0')
      .get(STATEMENTS + queryOf({ statementId: statement.id }));
    const seconds = Math.floor(Date.parse(body.stored) / 1000);
    expect(Date.parse(headers['last-modified']!)).toBe(seconds * 1000);
  });
});

describe('PUT refuses', () => {
  test.each([
    ['a request without statementId', '', 'statementId'],
    ['a statementId that is no UUID', '?statementId=seven', 'statementId'],
    ['a parameter it does not know', `?statementId=${randomUUID()}&colour=red`, 'colour'],
  ])('%s', async (_case, query, named) => {
    const before = await server.countStatements();
    const statement = withoutId(makeStatement());
    const { status, body } = await client.put(STATEMENTS + query).send(statement);
    expect([status, body.error.message]).toEqual([400, expect.stringContaining(named)]);
    expect(await server.countStatements()).toBe(before);
  });

  test('a statement whose id is not the statementId', async () => {
    const [statement, other] = [makeStatement(), randomUUID()];
    const { status } = await client
      .put(STATEMENTS + queryOf({ statementId: other }))
      .send(statement);
    expect(status).toBe(400);
    expect((await fetchStatement(statement.id)).status).toBe(404);
    expect((await fetchStatement(other)).status).toBe(404);
  });

  test('an array, also of one statement', async () => {
    const statement = makeStatement();
    const { status } = await client
      .put(STATEMENTS + queryOf({ statementId: statement.id }))
      .send([statement]);
    expect(status).toBe(400);
    expect((await fetchStatement(statement.id)).status).toBe(404);
  });
});
