import { afterAll, beforeAll, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { STATEMENTS, startTestServer, type TestServer } from './server.ts';

let server: TestServer;
let apart: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  apart = await startTestServer({ settings: { OPERATIONS_PORT: '0' } });
});
afterAll(async () => {
  await server.close();
  await apart.close();
});

async function readSamples(url: string): Promise<ReadonlyMap<string, number>> {
  const { status, text, headers } = await supertest(url).get('/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test('/metrics counts what was stored and what was answered, by area and not by path', async () => {
  const statement = {
    actor: { mbox: 'mailto:ana@example.org' },
    verb: { id: 'https://example.org/verbs/saw' },
    object: { id: 'https://example.org/things/1' },
  };
  await server.as(server.admin).post(STATEMENTS).send([statement, statement]).expect(200);
  await server.as(server.admin).post(STATEMENTS).send({}).expect(400);
  await server.as(server.admin).get('/workforce/people').expect(200);
  await server.as(server.admin).get('/secret-plans/of/ana').expect(404);
  await server.as(server.admin).post('/analytics/refresh').expect(200);
  const samples = await readSamples(server.url);
  const requests = (labels: string): number | undefined =>
    samples.get(`praxis_http_request_duration_seconds_count{${labels}}`);
  expect(samples.get('praxis_statements_stored_total')).toBe(2);
  expect(requests('area="xapi",method="POST",status="200"')).toBe(1);
  expect(requests('area="xapi",method="POST",status="400"')).toBe(1);
  expect(requests('area="workforce",method="GET",status="200"')).toBe(1);
  expect(requests('area="other",method="GET",status="404"')).toBe(1);
  expect(samples.get('praxis_ready')).toBe(1);
  expect(samples.get('praxis_warehouse_lag_seconds')).toBeGreaterThanOrEqual(0);
  expect([...samples.keys()].filter((name) => name.includes('plans'))).toEqual([]);
});

test('a port of its own answers /metrics, /health and /ready, and PORT then none of them', async () => {
  await readSamples(apart.operationsUrl);
  await supertest(apart.operationsUrl).get('/health').expect(200);
  await supertest(apart.operationsUrl).get('/xapi/about').expect(404);
  for (const path of ['/metrics', '/health', '/ready'])
    await supertest(apart.url).get(path).expect(404);
  await supertest(apart.url).get('/xapi/about').expect(200);
});
