import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseInstant } from '../../statements/instant.ts';
import { makeStatement, queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

const HEADER = 'x-experience-api-consistent-through';

let server: TestServer<'nothing'>;

beforeAll(async () => {
  server = await startTestServer({ credentials: { nothing: ['state'] } });
});
afterAll(() => server.close());

test('every answer of /statements carries Consistent-Through, errors too', async () => {
  const client = server.as(server.admin);
  const statement = makeStatement();
  const answers = {
    post: await client.post(STATEMENTS).send(statement),
    put: await client.put(STATEMENTS + queryOf({ statementId: statement.id })).send(statement),
    conflict: await client
      .post(STATEMENTS)
      .send({ ...statement, verb: { id: 'https://example.org/verbs/other' } }),
    list: await client.get(STATEMENTS),
    head: await client.head(STATEMENTS),
    one: await client.get(STATEMENTS + queryOf({ statementId: statement.id })),
    missing: await client.get(STATEMENTS + queryOf({ voidedStatementId: statement.id })),
    badQuery: await client.get(`${STATEMENTS}?limit=many`),
    badJson: await client.post(STATEMENTS).type('json').send('{'),
    tooLarge: await client.post(STATEMENTS).type('json').send('1'.repeat(9_000_000)),
    badMethod: await client.delete(STATEMENTS),
    noVersion: await server.anonymous().get(STATEMENTS),
    badVersion: await server.as(server.admin, '0.95').get(STATEMENTS),
    notSignedIn: await server.anonymous().set('X-Experience-API-Version', '1.0.3').get(STATEMENTS),
    notAllowed: await server.as('nothing').get(STATEMENTS),
  };
  const values = Object.entries(answers).map(([name, { headers }]) => [
    name,
    parseInstant(headers[HEADER] ?? '') !== null,
  ]);
  expect(Object.fromEntries(values)).toEqual(
    Object.fromEntries(Object.keys(answers).map((name) => [name, true])),
  );
});

test('it rises, also when nothing is stored, and has reached a statement that was acknowledged', async () => {
  const client = server.as(server.admin);
  const read = async (): Promise<number> =>
    parseInstant((await client.get(STATEMENTS)).headers[HEADER]!)!;
  const first = await read();
  await client.post(STATEMENTS).send(makeStatement());
  const { body, headers } = await client.get(`${STATEMENTS}?limit=1`);
  expect(parseInstant(headers[HEADER]!)).toBeGreaterThanOrEqual(
    parseInstant(body.statements[0].stored)!,
  );
  expect(await read()).toBeGreaterThan(first);
});

test('nothing appears later at or before what was promised', async () => {
  const client = server.as(server.admin);
  let writing = true;
  const write = async (): Promise<void> => {
    while (writing) await client.post(STATEMENTS).send([makeStatement(), makeStatement()]);
  };
  const writers = Array.from({ length: 8 }, write);
  const seen: { through: string; ids: string[] }[] = [];
  for (let round = 0; round < 15; round += 1) {
    const { headers, body } = await client.get(`${STATEMENTS}?limit=500`);
    const through = headers[HEADER]!;
    const ids = body.statements
      .filter(({ stored }: { stored: string }) => parseInstant(stored)! <= parseInstant(through)!)
      .map(({ id }: { id: string }) => id);
    seen.push({ through, ids });
  }
  writing = false;
  await Promise.all(writers);
  for (const { through, ids } of seen) {
    const { body } = await client.get(STATEMENTS + queryOf({ until: through, limit: 500 }));
    expect(body.statements.map(({ id }: { id: string }) => id)).toEqual(ids);
  }
});
