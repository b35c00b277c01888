import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import {
  activityNamed,
  agentNamed,
  makeStatement,
  queryOf,
  referTo,
  verbNamed,
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

async function idsOf(parameters: Readonly<Record<string, unknown>>): Promise<string[]> {
  return (await walk(client, queryOf(parameters))).map(({ id }) => id);
}

function makeChain(): {
  target: ReturnType<typeof makeStatement>;
  links: ReturnType<typeof makeStatement>[];
} {
  const target = makeStatement({ verb: verbNamed(randomUUID()) });
  const first = makeStatement({ actor: agentNamed('bob'), object: referTo(target.id) });
  const second = makeStatement({ actor: agentNamed('cem'), object: referTo(first.id) });
  return { target, links: [first, second] };
}

test('a query for the target finds what refers to it, also through another', async () => {
  const { target, links } = makeChain();
  await store(target);
  for (const link of links) await store(link);
  const newestFirst = [...links.toReversed(), target].map(({ id }) => id);
  expect(await idsOf({ verb: target.verb.id })).toEqual(newestFirst);
});

test('whichever came first', async () => {
  const { target, links } = makeChain();
  for (const link of links.toReversed()) await store(link);
  expect(await idsOf({ verb: target.verb.id })).toEqual([]);
  await store(target);
  expect(await idsOf({ verb: target.verb.id })).toEqual([target, ...links].map(({ id }) => id));
});

test('in one batch too, in any order', async () => {
  const { target, links } = makeChain();
  await store(links[0], target, links[1]);
  expect((await idsOf({ verb: target.verb.id })).toSorted()).toEqual(
    [target, ...links].map(({ id }) => id).toSorted(),
  );
});

test('agent, activity and registration of the target are inherited as well as its verb', async () => {
  const registration = randomUUID();
  const [actor, object] = [agentNamed(randomUUID()), activityNamed(randomUUID())];
  const target = makeStatement({ actor, object, context: { registration } });
  const link = makeStatement({ actor: agentNamed('bob'), object: referTo(target.id) });
  await store(target, link);
  for (const query of [{ agent: actor }, { activity: object.id }, { registration }])
    expect(await idsOf(query)).toEqual([link.id, target.id]);
});

test('filters may be met by target and reference together', async () => {
  const { target, links } = makeChain();
  await store(target, ...links);
  expect(await idsOf({ verb: target.verb.id, agent: agentNamed('bob') })).toEqual([
    links[1]!.id,
    links[0]!.id,
  ]);
});

test('since and until are about the reference itself', async () => {
  const { target, links } = makeChain();
  await store(target);
  const { body } = await client.get(STATEMENTS + queryOf({ statementId: target.id }));
  await store(links[0]);
  expect(await idsOf({ verb: target.verb.id, since: body.stored })).toEqual([links[0]!.id]);
  expect(await idsOf({ verb: target.verb.id, until: body.stored })).toEqual([target.id]);
});

test('two statements that refer to each other are stored and found', async () => {
  const [one, two] = [makeStatement(), makeStatement()];
  const verb = verbNamed(randomUUID());
  await store({ ...one, verb, object: referTo(two.id) });
  await store({ ...two, object: referTo(one.id) });
  expect((await idsOf({ verb: verb.id })).toSorted()).toEqual([one.id, two.id].toSorted());
});
