import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import { expectContract } from './openapi.ts';
import { agentNamed, makeStatement, queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS } from './server.ts';

const start = () =>
  startTestServer({
    credentials: {
      auditor: ['all/read'],
      mine: ['statements/read/mine'],
      writer: ['statements/write'],
      player: ['state', 'profile'],
    },
  });
let server: Awaited<ReturnType<typeof start>>;
let client: TestAgent;

beforeAll(async () => {
  server = await start();
  client = server.as(server.admin);
});
afterAll(() => server.close());

const pathOf = (agent: unknown): string => `/xapi/agents${queryOf({ agent })}`;

test.each([
  ['mbox', { mbox: 'mailto:nobody@example.org' }],
  ['mbox_sha1sum', { mbox_sha1sum: 'cd9b00a5611f94eaa7b1661edab976068e364975' }],
  ['openid', { openid: 'https://nobody.example.org/' }],
  ['account', { account: { homePage: 'https://example.org', name: 'nobody' } }],
])('an unknown agent with an %s is a Person with just that', async (name, identifier) => {
  const { status, body } = expectContract(await client.get(pathOf(identifier)));
  const [value] = Object.values(identifier);
  expect([status, body]).toEqual([200, { objectType: 'Person', [name]: [value] }]);
  const named = await client.get(pathOf({ ...identifier, name: 'No One' }));
  expect(named.body.name).toEqual(['No One']);
});

test('the names of an agent are those that statements give it, wherever they name it', async () => {
  const agent = agentNamed(randomUUID());
  const other = agentNamed('bob');
  const [actor, object, member, instructor] = ['Actor', 'Object', 'Member', 'Instructor'].map(
    (name) => ({ ...agent, name }),
  );
  await client
    .post(STATEMENTS)
    .send([
      makeStatement({ actor }),
      makeStatement({ actor: other, object }),
      makeStatement({ actor: { objectType: 'Group', name: 'Crew', member: [other, member] } }),
      makeStatement({ actor: { ...other, name: 'Bob' }, context: { instructor } }),
      makeStatement({ actor }),
    ]);
  const { body } = expectContract(await client.get(pathOf({ ...agent, name: 'Given' })));
  expect(body.name[0]).toBe('Given');
  expect(body.name.toSorted()).toEqual(['Actor', 'Given', 'Instructor', 'Member', 'Object']);
  expect(body.mbox).toEqual([agent.mbox]);
});

test('HEAD answers what GET answers, without the body; other methods are 405', async () => {
  const path = pathOf(agentNamed('ada'));
  const [head, found] = [await client.head(path), await client.get(path)];
  expect([head.status, head.text]).toEqual([200, undefined]);
  expect(head.headers['content-length']).toBe(found.headers['content-length']);
  expect(expectContract(await client.put(path).send({})).status).toBe(405);
});

describe('refused', () => {
  test.each([
    ['no agent', '/xapi/agents', 'XAPI-00243'],
    ['an agent that is no agent', pathOf({ name: 'Ada' }), 'XAPI-00249'],
    ['a group', pathOf({ objectType: 'Group', mbox: 'mailto:crew@example.org' }), 'XAPI-00249'],
    ['another parameter', `${pathOf(agentNamed('ada'))}&since=now`, 'XAPI-00324'],
  ])('%s', async (_case, path, rule) => {
    const { status, body } = expectContract(await client.get(path));
    expect(status).toBe(400);
    expect(body.error.violations.map((each: { rule: string }) => each.rule)).toContain(rule);
  });

  test.each([
    ['auditor', 200],
    ['mine', 403],
    ['writer', 403],
    ['player', 403],
  ] as const)('%s is answered %i', async (name, status) => {
    const { status: found } = expectContract(await server.as(name).get(pathOf(agentNamed('ada'))));
    expect(found).toBe(status);
  });
});
