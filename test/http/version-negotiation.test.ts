import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeStatement, queryOf, agentNamed } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test.each([
  ['1.0.3', '1.0.3'],
  ['1.0.0', '1.0.3'],
  ['1.0', '1.0.3'],
  ['2.0.0', '2.0.0'],
  ['2.0', '2.0.0'],
])('a request of version %s is answered in version %s', async (asked, answered) => {
  const { status, headers } = await server.as(server.admin, asked).get(STATEMENTS);
  expect([status, headers['x-experience-api-version']]).toEqual([200, answered]);
});

test.each(['0.95', '1.1.0', '2.1.0', '3.0.0', 'latest', '1.0.3.4'])(
  'a request of version %s is refused with the versions there are',
  async (asked) => {
    const before = await server.countStatements();
    const { status, headers, body } = await server
      .as(server.admin, asked)
      .post(STATEMENTS)
      .send(makeStatement());
    expect(status).toBe(400);
    expect(body.error.message).toMatch(/1\.0\.3.*2\.0\.0/);
    expect(headers['x-experience-api-version']).toMatch(/^(1\.0\.3|2\.0\.0)$/);
    expect(await server.countStatements()).toBe(before);
  },
);

test('a request without a version is refused, and the answer names one', async () => {
  const { key, secret } = server.admin;
  const { status, headers, body } = await server.anonymous().get(STATEMENTS).auth(key, secret);
  expect([status, body.error.message]).toEqual([
    400,
    expect.stringContaining('X-Experience-API-Version'),
  ]);
  expect(headers['x-experience-api-version']).toMatch(/^(1\.0\.3|2\.0\.0)$/);
});

test('about names both versions, needs no credential and no version', async () => {
  const { status, body } = await server.anonymous().get('/xapi/about');
  expect([status, body.version]).toEqual([200, ['1.0.3', '2.0.0']]);
  expect((await server.anonymous().head('/xapi/about')).status).toBe(200);
  const refused = await server.anonymous().post('/xapi/about').send({});
  expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, HEAD']);
});

test('contextAgents are of 2.0 only', async () => {
  const statement = makeStatement({
    context: { contextAgents: [{ objectType: 'contextAgent', agent: agentNamed('bob') }] },
  });
  expect((await server.as(server.admin, '1.0.3').post(STATEMENTS).send(statement)).status).toBe(
    400,
  );
  expect((await server.as(server.admin, '2.0.0').post(STATEMENTS).send(statement)).status).toBe(
    200,
  );
});

test('what was stored in one version is read in the other', async () => {
  for (const [written, read] of [
    ['1.0.3', '2.0.0'],
    ['2.0.0', '1.0.3'],
  ] as const) {
    const statement = makeStatement();
    await server.as(server.admin, written).post(STATEMENTS).send(statement);
    const { body } = await server
      .as(server.admin, read)
      .get(STATEMENTS + queryOf({ statementId: statement.id }));
    expect(body).toMatchObject(statement);
  }
});

test.each([
  ['1.0.3', '1.0.9', 200],
  ['1.0.3', '0.9.9', 400],
  ['1.0.3', '1.1.0', 400],
  ['1.0.3', '2.0.0', 400],
  ['2.0.0', '1.0.3', 200],
  ['2.0.0', '2.0.0', 200],
  ['2.0.0', '1.1.0', 400],
])(
  'to a request of %s a statement of version %s is answered %d',
  async (asked, version, expected) => {
    const { status } = await server
      .as(server.admin, asked)
      .post(STATEMENTS)
      .send(makeStatement({ version }));
    expect(status).toBe(expected);
  },
);
