import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import {
  activityNamed,
  makeStatement,
  makeVoider,
  queryOf,
  referTo,
  verbNamed,
  VOIDED,
} from './sample-statements.ts';
import { startTestServer, STATEMENTS, storeStatements, walk, type TestServer } from './server.ts';

let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

async function store(...statements: readonly unknown[]): Promise<void> {
  await storeStatements(client, statements);
}

async function statusOf(parameters: Readonly<Record<string, string>>): Promise<number> {
  return (await client.get(STATEMENTS + queryOf(parameters))).status;
}

async function expectVoided(id: string): Promise<void> {
  expect(await statusOf({ statementId: id })).toBe(404);
  expect(await statusOf({ voidedStatementId: id })).toBe(200);
}

async function expectNotVoided(id: string): Promise<void> {
  expect(await statusOf({ statementId: id })).toBe(200);
  expect(await statusOf({ voidedStatementId: id })).toBe(404);
}

test('a voided statement is found as a voided one only, and in no list', async () => {
  const target = makeStatement({ object: activityNamed(randomUUID()) });
  await store(target);
  await expectNotVoided(target.id);
  await store(makeVoider(target.id));
  await expectVoided(target.id);
  expect((await walk(client, '')).map(({ id }) => id)).not.toContain(target.id);
});

test('the voider may come first', async () => {
  const target = makeStatement();
  const voider = makeVoider(target.id);
  await store(voider);
  expect(await statusOf({ voidedStatementId: target.id })).toBe(404);
  await store(target);
  await expectVoided(target.id);
  await expectNotVoided(voider.id);
});

test.each([
  ['first', 0],
  ['last', 1],
])('voider and target may come in one batch, the voider %s', async (_place, at) => {
  const target = makeStatement();
  const voider = makeVoider(target.id);
  await store(...[target].toSpliced(1 - at, 0, voider));
  await expectVoided(target.id);
  await expectNotVoided(voider.id);
});

test('the id of the target may be written in another case', async () => {
  const target = makeStatement();
  await store(target);
  await store(makeVoider(target.id.toUpperCase()));
  await expectVoided(target.id);
});

test('a voiding statement cannot be voided', async () => {
  const target = makeStatement();
  const voider = makeVoider(target.id);
  await store(target, voider);
  await client.post(STATEMENTS).send(makeVoider(voider.id));
  await expectVoided(target.id);
  await expectNotVoided(voider.id);
});

test('a filter that matched the voided statement returns the one that voided it', async () => {
  const verb = verbNamed(randomUUID());
  const target = makeStatement({ verb });
  const voider = makeVoider(target.id);
  await store(target);
  await store(voider);
  expect((await walk(client, queryOf({ verb: verb.id }))).map(({ id }) => id)).toEqual([voider.id]);
});

test('a voided statement does not come back by being sent again', async () => {
  const target = makeStatement();
  await store(target, makeVoider(target.id));
  expect((await client.post(STATEMENTS).send(target)).status).toBe(200);
  await expectVoided(target.id);
});

test('the voided verb with an object that is no StatementRef is refused', async () => {
  const statement = makeStatement({ verb: { id: VOIDED } });
  const { status, body } = await client.post(STATEMENTS).send(statement);
  expect([status, body.error.message]).toEqual([400, expect.stringContaining('StatementRef')]);
  expect(await statusOf({ statementId: statement.id })).toBe(404);
});

test('a refused batch voids nothing', async () => {
  const target = makeStatement();
  await store(target);
  const { status } = await client
    .post(STATEMENTS)
    .send([makeVoider(target.id), makeStatement({ verb: { id: 'no IRI' } })]);
  expect(status).toBe(400);
  await expectNotVoided(target.id);
});

test('a reference to a voided statement stays', async () => {
  const target = makeStatement();
  const comment = makeStatement({ verb: verbNamed('commented'), object: referTo(target.id) });
  await store(target, comment, makeVoider(target.id));
  await expectNotVoided(comment.id);
});
