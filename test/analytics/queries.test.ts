import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from '../http/server.ts';
import { startBiServer, type BiName } from './bi-server.ts';

const QUERIES = '/analytics/queries';
const DEFINITION = {
  metrics: ['participation'],
  by: ['ROLE'],
  from: '2026-01-01',
  to: '2026-03-01',
  locations: ['Hall, "East"'],
};

let server: TestServer<BiName>;
beforeAll(async () => {
  server = await startBiServer();
});
afterAll(() => server.close());

function put(name: string, definition: object | string, as: BiName = 'author') {
  return server.as(as).put(`${QUERIES}/${name}`).type('application/json').send(definition);
}

describe('a saved query', () => {
  test('is new once, replaced after that, listed, answered in every format, and gone when deleted', async () => {
    expect((await put('halls', DEFINITION)).status).toBe(201);
    expect((await put('halls', DEFINITION)).status).toBe(204);
    const listed = await server.as('analyst').get(QUERIES);
    expect(listed.body).toEqual({
      queries: [{ name: 'halls', definition: DEFINITION }],
      cursor: null,
    });
    const json = await server.as('analyst').get(`${QUERIES}/halls`);
    expect(json.body.rows).toMatchObject([{ role: 'waiter', participation_headcount: 6 }]);
    const csv = await server.as('analyst').get(`${QUERIES}/halls?format=csv`);
    expect(csv.headers['content-disposition']).toBe('attachment; filename="halls.csv"');
    expect(csv.text).toMatch(/^role,bucket_from,.*\r\nwaiter,2026-01-01T00:00:00Z,/);
    expect((await server.as('author').delete(`${QUERIES}/halls`)).status).toBe(204);
    expect((await server.as('analyst').get(`${QUERIES}/halls`)).status).toBe(404);
    expect((await server.as('author').delete(`${QUERIES}/halls`)).status).toBe(404);
  });

  test('with `last` moves on, in its time zone, and keeps its columns', async () => {
    await put('year', { metrics: ['headcount'], last: 'P12M', timeZone: 'Europe/Paris' });
    const { body } = await server.as('analyst').get(`${QUERIES}/year`);
    const asOf = new Date(body.asOf);
    const month = new Intl.DateTimeFormat('en-CA', {
      timeZone: 'Europe/Paris',
      year: 'numeric',
      month: '2-digit',
    });
    const [year, name] = month.format(asOf).split('-').map(Number);
    const [row] = body.rows;
    // The month that has not ended is not in it.
    const local = (text: string): string =>
      new Intl.DateTimeFormat('sv-SE', {
        timeZone: 'Europe/Paris',
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(new Date(text));
    expect(local(row.bucket_to)).toBe(`${year}-${String(name).padStart(2, '0')}-01 00:00`);
    expect(local(row.bucket_from)).toBe(
      `${(year ?? 0) - 1}-${String(name).padStart(2, '0')}-01 00:00`,
    );
  });

  test('is paged', async () => {
    for (const name of ['a1', 'a2', 'a3']) await put(name, DEFINITION);
    const first = await server.as('analyst').get(`${QUERIES}?limit=2`);
    expect(first.body.queries).toHaveLength(2);
    const next = await server.as('analyst').get(`${QUERIES}?limit=2&cursor=${first.body.cursor}`);
    expect(next.body.queries[0].name).toBe('a3');
  });

  test('is no workforce collection, and moves no number', async () => {
    expect((await server.as(server.admin).get('/workforce/queries')).status).toBe(404);
  });

  test.each<[string, object | string, string]>([
    ['without a metric', { by: ['ROLE'] }, 'metrics'],
    ['with a member that is no parameter', { ...DEFINITION, formate: 'csv' }, 'formate'],
    ['with a format, which is the reader’s to choose', { ...DEFINITION, format: 'csv' }, 'format'],
    ['with a value of another type', { ...DEFINITION, roles: { a: 1 } }, 'roles'],
    ['by a dimension that there is not', { ...DEFINITION, by: ['SHOE'] }, 'by'],
  ])('%s is refused, and nothing is saved', async (_, definition, name) => {
    const { status, body } = await put('wrong', definition);
    expect([status, body.error.violations[0].path]).toEqual([400, name]);
    expect((await server.as('analyst').get(`${QUERIES}/wrong`)).status).toBe(404);
  });

  test('that no metric can answer is refused', async () => {
    const { status, body } = await put('wrong', { ...DEFINITION, metrics: 'flow', by: 'platform' });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('PLATFORM')]);
  });

  test('of no JSON, of no object, of a name with a slash, of another type is refused', async () => {
    expect((await put('wrong', '{')).status).toBe(400);
    expect((await put('wrong', '[]')).status).toBe(400);
    expect((await put('.hidden', DEFINITION)).status).toBe(400);
    const typed = await server.as('author').put(`${QUERIES}/x`).type('text/csv').send('a');
    expect(typed.status).toBe(415);
  });

  test('is saved by who may write, and asked with format alone', async () => {
    expect((await put('mine', DEFINITION, 'analyst')).status).toBe(403);
    await put('mine', DEFINITION);
    const { status, body } = await server.as('analyst').get(`${QUERIES}/mine?roles=cook`);
    expect([status, body.error.violations[0].path]).toEqual([400, 'roles']);
  });

  test('about people is answered to who may see them', async () => {
    await put('team', { metrics: ['headcount'], last: 'P1M', people: ['p00'] });
    expect((await server.as('analyst').get(`${QUERIES}/team`)).status).toBe(403);
    expect((await server.as('personnel').get(`${QUERIES}/team`)).status).toBe(200);
  });
});
