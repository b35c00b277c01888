import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeStatement, queryOf } from '../http/sample-statements.ts';
import { startTestServer, STATEMENTS, walk, type TestServer } from '../http/server.ts';
import { describeWithMongodb, MONGODB_URI } from './mongodb-uri.ts';
import { dropDatabase, makeDatabaseUri } from './place.ts';
import { startProxy, type Proxy } from './proxy.ts';

const LONGEST_WAIT_MS = 60_000;

describeWithMongodb('a server whose connection to MongoDB', () => {
  let uri: string;
  let proxy: Proxy;
  let server: TestServer;

  beforeAll(async () => {
    uri = makeDatabaseUri(MONGODB_URI);
    proxy = await startProxy(uri);
    server = await startTestServer({ settings: { STORE: 'mongodb', MONGODB_URI: proxy.uri } });
    await waitForReadiness(200);
  });
  afterAll(async () => {
    proxy.resume();
    await server.close();
    await proxy.close();
    await dropDatabase(uri);
  });

  async function waitForReadiness(status: number): Promise<void> {
    const until = performance.now() + LONGEST_WAIT_MS;
    while ((await server.anonymous().get('/ready')).status !== status)
      if (performance.now() > until) throw new Error(`/ready did not answer ${status}`);
  }

  const lose = { 'is cut': () => proxy.cut(), stalls: () => proxy.stall() };

  test.each(Object.entries(lose))(
    '%s says so, is not ready, keeps what it acknowledged, and goes on when it is back',
    async (_, loseIt) => {
      const client = server.as(server.admin);
      const sent = Array.from({ length: 12 }, () => makeStatement());
      const send = async (statement: object) => client.post(STATEMENTS).send(statement);
      const before = await Promise.all(sent.slice(0, 4).map(send));
      expect(before.map(({ status }) => status)).toEqual([200, 200, 200, 200]);

      // Some are on their way when it happens.
      const underWay = sent.slice(4, 8).map(send);
      loseIt();
      await waitForReadiness(503);
      const during = await Promise.all([...underWay, ...sent.slice(8).map(send)]);
      for (const { status, headers } of during.filter((each) => each.status !== 200))
        expect([status, Number(headers['retry-after'])]).toEqual([503, 5]);
      expect(during.slice(4).map(({ status }) => status)).toEqual([503, 503, 503, 503]);
      expect((await server.anonymous().get('/health')).status).toBe(200);
      expect((await server.anonymous().get('/metrics')).text).toContain('praxis_ready 0');

      proxy.resume();
      await waitForReadiness(200);
      const answers = [...before, ...during];
      const stored = new Set((await walk(client, '')).map(({ id }) => id));
      for (const [index, { status }] of answers.entries())
        if (status === 200) expect(stored).toContain(sent[index]!.id);
      // A client that was told to come back does, and nothing is there twice.
      for (const statement of sent)
        await client
          .put(STATEMENTS + queryOf({ statementId: statement.id }))
          .send(statement)
          .expect(204);
      const ids = (await walk(client, '')).map(({ id }) => id);
      for (const { id } of sent) expect(ids.filter((each) => each === id)).toHaveLength(1);
    },
    180_000,
  );
});
