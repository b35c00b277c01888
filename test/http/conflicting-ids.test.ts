import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import { agentNamed, makeStatement, queryOf, type SampleStatement } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

async function storeOne(members = {}): Promise<SampleStatement> {
  const statement = makeStatement(members);
  expect((await client.post(STATEMENTS).send(statement)).status).toBe(200);
  return statement;
}

async function textOf(id: string): Promise<string> {
  return (await client.get(STATEMENTS + queryOf({ statementId: id }))).text;
}

test('the same statement again answers 204 or 200, and is stored once and as it was', async () => {
  const statement = await storeOne();
  const [text, count] = [await textOf(statement.id), await server.countStatements()];
  const put = await client.put(STATEMENTS + queryOf({ statementId: statement.id })).send(statement);
  const post = await client.post(STATEMENTS).send(statement);
  const upperCase = await client
    .post(STATEMENTS)
    .send({ ...statement, id: statement.id.toUpperCase() });
  expect([put.status, post.status, upperCase.status]).toEqual([204, 200, 200]);
  expect(await server.countStatements()).toBe(count);
  expect(await textOf(statement.id)).toBe(text);
});

test('what the LRS returned can be sent again', async () => {
  const statement = await storeOne();
  const returned = JSON.parse(await textOf(statement.id));
  expect((await client.post(STATEMENTS).send(returned)).status).toBe(200);
});

test('another statement with a stored id answers 409 that names the id, and changes nothing', async () => {
  const statement = await storeOne();
  const text = await textOf(statement.id);
  const other = { ...statement, actor: agentNamed('eve') };
  const put = await client.put(STATEMENTS + queryOf({ statementId: statement.id })).send(other);
  const post = await client.post(STATEMENTS).send(other);
  expect([put.status, post.status]).toEqual([409, 409]);
  expect(post.body.error).toEqual({
    code: 'CONFLICT',
    message: expect.stringContaining(statement.id),
  });
  expect(await textOf(statement.id)).toBe(text);
});

test('one conflict in a batch keeps all of the batch out', async () => {
  const statement = await storeOne();
  const fresh = [makeStatement(), makeStatement()];
  const conflicting = { ...statement, actor: agentNamed('eve') };
  const { status } = await client.post(STATEMENTS).send([fresh[0], conflicting, fresh[1]]);
  expect(status).toBe(409);
  for (const { id } of fresh) expect(await textOf(id)).toContain('NOT_FOUND');
});

test('a batch of old and new statements stores the new ones', async () => {
  const statement = await storeOne();
  const fresh = makeStatement();
  const { status, body } = await client.post(STATEMENTS).send([statement, fresh]);
  expect([status, body]).toEqual([200, [statement.id, fresh.id]]);
  expect(JSON.parse(await textOf(fresh.id))).toMatchObject(fresh);
});

test('an id twice in one batch answers 400 that says where, and stores nothing', async () => {
  const [statement, other] = [makeStatement(), makeStatement()];
  const twice = { ...statement, id: statement.id.toUpperCase() };
  const { status, body } = await client.post(STATEMENTS).send([statement, other, twice]);
  expect(status).toBe(400);
  expect(body.error.violations).toEqual([expect.objectContaining({ path: '/2/id' })]);
  for (const { id } of [statement, other]) expect(await textOf(id)).toContain('NOT_FOUND');
});

test('one bad statement in a batch keeps all of the batch out', async () => {
  const batch = Array.from({ length: 10 }, () => makeStatement());
  const { status, body } = await client
    .post(STATEMENTS)
    .send(batch.map((one, index) => (index === 7 ? { ...one, actor: { mbox: 'ada' } } : one)));
  expect(status).toBe(400);
  expect(body.error.violations[0].path).toBe('/7/actor/mbox');
  for (const { id } of batch) expect(await textOf(id)).toContain('NOT_FOUND');
});

test('of two different statements sent with one id at the same moment, one is stored', async () => {
  for (let round = 0; round < 20; round += 1) {
    const id = randomUUID();
    const rivals = ['ada', 'eve'].map((name) => makeStatement({ id, actor: agentNamed(name) }));
    const answers = await Promise.all(rivals.map((one) => client.post(STATEMENTS).send(one)));
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(JSON.parse(await textOf(id)).actor).toEqual(rivals[winner]!.actor);
  }
});

test('the same statement sent twice at the same moment is stored once, and both are told so', async () => {
  const count = await server.countStatements();
  for (let round = 0; round < 20; round += 1) {
    const statement = makeStatement();
    const send = () =>
      client.put(STATEMENTS + queryOf({ statementId: statement.id })).send(statement);
    const answers = await Promise.all([send(), send()]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  }
  expect(await server.countStatements()).toBe(count + 20);
});
