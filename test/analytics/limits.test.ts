import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeWarehouse, PERIOD } from '../../scripts/bench/sample-warehouse.ts';
import { startTestServer, type TestServer } from '../http/server.ts';

const EVENTS = 10_000;
const BETWEEN = `from=${PERIOD.from}&to=${PERIOD.to}`;
/** 20,000 people × 545 days × 200 courses: minutes of work, on any machine. */
const SLOW = `/analytics/workforce?metrics=participation&by=location,department,manager,course&grain=day&${BETWEEN}`;
const QUICK = `/analytics/workforce?metrics=headcount&${BETWEEN}`;

async function startSlowServer(settings: Readonly<Record<string, string>>): Promise<TestServer> {
  const server = await startTestServer({
    settings,
    prepare: (dataDir) => makeWarehouse(join(dataDir, 'warehouse.duckdb'), EVENTS),
  });
  const { status } = await server.as(server.admin).post('/analytics/refresh');
  if (status !== 200) throw new Error(`the warehouse answered ${status}`);
  return server;
}

describe('a report that takes longer than it may', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startSlowServer({ QUERY_TIMEOUT_SECONDS: '1', REPORTS_AT_ONCE: '1' });
  }, 60_000);
  afterAll(() => server.close());

  // The warehouse has one place: were the query still at work, the next report could not be answered.
  test('is stopped in the warehouse, says what to do, and the next one has its turn', async () => {
    const { status, body } = await server.as(server.admin).get(SLOW);
    expect([status, body.error.code]).toEqual([504, 'TIMEOUT']);
    expect(body.error.message).toContain('shorter period');
    const next = await server.as(server.admin).get(QUICK);
    expect([next.status, next.body.rows[0].headcount]).toEqual([200, 20000]);
  });

  test('is stopped behind GraphQL too', async () => {
    const { status, body } = await server
      .as(server.admin)
      .post('/graphql')
      .send({
        query: `{ workforce(period: {from: "${PERIOD.from}", to: "${PERIOD.to}"}, grain: DAY,
        by: [LOCATION, DEPARTMENT, MANAGER, COURSE]) { slices { participation { rate } } } }`,
      });
    expect([status, body.errors[0].extensions.code]).toEqual([504, 'TIMEOUT']);
    expect((await server.as(server.admin).get(QUICK)).status).toBe(200);
  });
});

describe('more reports than can be answered at once', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startSlowServer({
      QUERY_TIMEOUT_SECONDS: '600',
      REPORTS_AT_ONCE: '1',
      REPORTS_WAITING: '1',
    });
  }, 60_000);
  afterAll(() => server.close());

  test('wait, beyond a bound are told when to come back, and have their turn when a client goes', async () => {
    const [first, second, third] = [start(server), start(server), start(server)];
    // Of three one runs, one waits, and one is refused, whichever came first.
    const refused = await Promise.race([first.status, second.status, third.status]);
    expect(refused).toBe(503);
    const late = await server.as(server.admin).get(QUICK);
    expect([late.status, late.body.error.code]).toEqual([503, 'UNAVAILABLE']);
    expect(late.headers['retry-after']).toBe('5');
    const graphql = await ask('{ skills { id } }');
    expect([graphql.status, graphql.headers['retry-after']]).toEqual([503, '5']);
    // What asks nothing of the warehouse waits for nobody.
    expect((await ask('{ __schema { queryType { name } } }')).status).toBe(200);
    expect((await server.as(server.admin).get('/xapi/statements')).status).toBe(200);

    for (const { leave } of [first, second, third]) leave();
    // Its turn comes within the time of this test only if what ran for them is stopped.
    let answer = await server.as(server.admin).get(QUICK);
    while (answer.status === 503) answer = await server.as(server.admin).get(QUICK);
    expect([answer.status, answer.body.rows[0].headcount]).toEqual([200, 20000]);
  });

  function ask(query: string) {
    return server.as(server.admin).post('/graphql').send({ query });
  }
});

/** A client that hangs up when told to: its status then never comes. */
function start(server: TestServer): { status: Promise<number>; leave: () => void } {
  const { key, secret } = server.admin;
  const request = httpRequest(`${server.url}${SLOW}`, { auth: `${key}:${secret}` });
  const status = new Promise<number>((resolve) => {
    request.once('response', (response) => resolve(response.resume().statusCode ?? 0));
  });
  request.on('error', () => undefined);
  request.end();
  return { status, leave: () => request.destroy() };
}
