import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { startTestServer, type TestServer } from '../http/server.ts';
import { expectContract } from '../http/openapi.ts';

type Name = 'reader' | 'writer' | 'analyst';

let server: TestServer<Name>;

beforeAll(async () => {
  server = await startTestServer<Name>({
    credentials: {
      reader: ['workforce/read'],
      writer: ['workforce/write'],
      analyst: ['analytics/read'],
    },
  });
});
afterAll(() => server.close());

async function put(
  collection: string,
  body: string | Buffer,
  type = 'text/csv',
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const request = server.as('writer').put(`/workforce/${collection}`).type(type).set(headers);
  return expectContract(await request.serialize((value: unknown) => value as string).send(body));
}

async function get(path: string, accept = 'application/json'): Promise<Response> {
  return expectContract(
    await server.as('reader').get(`/workforce/${path}`).set('Accept', accept).buffer(true),
  );
}

async function remove(path: string): Promise<Response> {
  return expectContract(await server.as('writer').delete(`/workforce/${path}`));
}

const KPIS = 'id,name,unit,valuePerUnit\r\nk1,"Errors, all",errors,-40\r\nk2,Sales,EUR,1\r\n';

describe('GET of one record', () => {
  test('gives it by the values of its key, and says what a key is when there is none', async () => {
    await put('observations', 'kpiId,personId,at,value\nk9,p 9/1,2026-01-31T00:00:00Z,4\n');
    const found = await get('observations/k9/p%209%2F1/2026-01-31T00:00:00Z');
    expect(found.body).toMatchObject({ kpiId: 'k9', personId: 'p 9/1', value: 4 });
    const missing = await get('observations/k9/nobody/2026-01-31T00:00:00Z');
    await remove('observations/k9/p%209%2F1/2026-01-31T00:00:00Z');
    expect(missing.status).toBe(404);
    expect(missing.body.error.message).toMatch(/Its key is kpiId, personId, at/);
    expect((await server.as('analyst').get('/workforce/people/p1')).status).toBe(403);
  });
});

describe('PUT', () => {
  test('counts what it created, updated and left as it was', async () => {
    const first = await put('kpis', KPIS);
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ created: 2, updated: 0, unchanged: 0, deleted: 0 });
    const second = await put('kpis', KPIS.replace('-40', '-50'), 'text/csv; charset=UTF-8');
    expect(second.body).toEqual({ created: 0, updated: 1, unchanged: 1, deleted: 0 });
  });

  test('stores nothing of a file with a bad row, and says where it is', async () => {
    const file = '{"id":"s1","name":"A"}\n{"id":"urn:s2","name":"B"}\n';
    const { status, body } = await put('skills', file, 'application/x-ndjson');
    expect(status).toBe(400);
    expect(body.error.code).toBe('INVALID');
    expect(body.error.violations).toEqual([
      {
        rule: 'skills.id',
        path: 'line 1, column id',
        message: 'must be an IRI with its scheme, as https://example.org/courses/1; "s1" is not',
      },
    ]);
    expect((await get('skills')).body).toEqual({ records: [], cursor: null });
  });

  test('inflates gzip', async () => {
    const file = gzipSync('id,name\nurn:zipped,Zipped\n');
    const { body } = await put('skills', file, 'text/csv', { 'Content-Encoding': 'gzip' });
    expect(body.created).toBe(1);
    await remove('skills/urn:zipped');
  });

  test('refuses a body that inflates past the limit, however small it was sent', async () => {
    const bomb = gzipSync(Buffer.alloc(65 * 2 ** 20, 'a'));
    const { status } = await put('skills', bomb, 'text/csv', { 'Content-Encoding': 'gzip' });
    expect(status).toBe(413);
  });

  test.each([
    ['application/json', '[]'],
    ['text/csv; charset=latin1', KPIS],
  ])('refuses %s and names both formats', async (type, body) => {
    const answer = await put('kpis', body, type);
    expect(answer.status).toBe(415);
    expect(answer.body.error.message).toContain('text/csv or application/x-ndjson');
  });

  test('refuses bytes that are not UTF-8', async () => {
    const { status, body } = await put('kpis', Buffer.from([0x69, 0xff]));
    expect([status, body.error.code]).toEqual([400, 'MALFORMED']);
  });
});

describe('GET', () => {
  const ids = Array.from({ length: 7 }, (_, index) => `p${index}`);

  beforeAll(async () => {
    const rows = ids.map((id) => `${id},mailto:${id}@example.org;openid:https://id.org/${id}`);
    await put('people', ['id,agents', ...rows].join('\n'));
  });

  test('pages through all records in key order', async () => {
    const found: string[] = [];
    let path = 'people?limit=3';
    for (;;) {
      const { body, headers } = await get(path);
      found.push(...body.records.map(({ id }: { id: string }) => id));
      if (body.cursor === null) {
        expect(headers['link']).toBeUndefined();
        break;
      }
      expect(body.records).toHaveLength(3);
      path = /^<\/workforce\/(.*)>; rel="next"$/.exec(headers['link'] ?? '')?.[1] ?? '';
    }
    expect(found).toEqual(ids);
  });

  test.each(['text/csv', 'application/x-ndjson'])(
    'gives %s that can be sent back and changes nothing',
    async (type) => {
      for (const collection of ['people', 'kpis']) {
        const { text, headers } = await get(collection, type);
        expect(headers['content-type']).toContain(type);
        const { body } = await put(collection, text, type);
        const count = collection === 'people' ? ids.length : 2;
        expect(body).toEqual({ created: 0, updated: 0, unchanged: count, deleted: 0 });
      }
    },
  );

  test('refuses CSV rather than break a value that holds the list separator', async () => {
    const record = {
      id: 'urn:c',
      name: 'C',
      skills: ['urn:a;b'],
      delivery: 'FORMAL',
      author: 'SME',
    };
    await put('courses', JSON.stringify(record), 'application/x-ndjson');
    const { status, body } = await get('courses', 'text/csv');
    expect(status).toBe(409);
    expect(body.error.message).toContain('skills of id urn:c');
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1&limit=2', 'cursor=%21', 'page=2'])(
    'refuses ?%s',
    async (query) => {
      expect((await get(`people?${query}`)).status).toBe(400);
    },
  );

  test('has a HEAD', async () => {
    const answer = expectContract(await server.as('reader').head('/workforce/people'));
    expect(answer.status).toBe(200);
  });
});

describe('DELETE', () => {
  test('takes a composite key by its segments, in any spelling of it, once', async () => {
    await put('observations', 'kpiId,personId,at,value\nk/1,p 1,2026-01-31,3\n');
    const path = 'observations/k%2F1/p%201/2026-01-31T01%3A00%3A00%2B01%3A00';
    expect((await remove(path)).status).toBe(204);
    expect((await remove(path)).status).toBe(404);
    expect((await get('observations')).body.records).toEqual([]);
  });

  test.each(['observations/k1/p1', 'observations/k1/p1/yesterday', 'people/p1/p2'])(
    'knows nothing of %s',
    async (path) => {
      expect((await remove(path)).status).toBe(404);
    },
  );
});

describe('rules', () => {
  const rule = (id: string, verb: string) => ({ id, kind: 'APPLIED', when: { verbs: [verb] } });
  const file = (...rules: readonly object[]) => rules.map((one) => JSON.stringify(one)).join('\n');
  const type = 'application/x-ndjson';

  test('are replaced as an ordered set, and deleted by id', async () => {
    const [z, a, m] = [rule('z', 'urn:z'), rule('a', 'urn:a'), rule('m', 'urn:m')];
    expect((await put('rules', file(z, a, m), type)).body.created).toBe(3);
    expect((await get('rules')).body.records).toEqual([z, a, m]);
    expect((await put('rules', file(z, m), type)).body).toEqual({
      created: 0,
      updated: 1,
      unchanged: 1,
      deleted: 1,
    });
    expect((await remove('rules/z')).status).toBe(204);
    expect((await get('rules', type)).text).toBe(`${JSON.stringify(m)}\n`);
    expect((await remove('rules/z')).status).toBe(404);
  });

  test('are no CSV', async () => {
    expect((await put('rules', 'id\nz')).status).toBe(415);
    expect((await get('rules', 'text/csv')).headers['content-type']).toContain('application/json');
  });

  test.each([
    [{ kind: 'APPLIED', when: { verbs: ['urn:a'] } }, /^line 1$/, /id/],
    [{ id: 'a' }, /^line 1$/, /says nothing/],
    [{ id: 'a', kind: 'LEARNED', when: { verbs: ['urn:a'] } }, /column kind$/, /ENGAGED/],
    [{ id: 'a', kind: 'APPLIED', when: { verb: 'urn:a' } }, /column when$/, /"verb"/],
    [{ id: 'a', kind: 'APPLIED', when: { verbs: [1] } }, /column when$/, /^verbs\/0 /],
  ])('that break the schema are refused: %j', async (broken, path, message) => {
    const { status, body } = await put('rules', file(broken), type);
    expect(status).toBe(400);
    expect(body.error.violations).toContainEqual({
      rule: expect.stringMatching(/^rules/),
      path: expect.stringMatching(path),
      message: expect.stringMatching(message),
    });
  });
});

describe('the way in', () => {
  test('names the known collections when one is unknown', async () => {
    const { status, body } = await server.as('reader').get('/workforce/persons');
    expect(status).toBe(404);
    expect(body.error.message).toContain('people, assignments, skills');
  });

  test('is closed without a credential and without the scope', async () => {
    const asked = [
      [await server.anonymous().get('/workforce/people'), 401],
      [await server.as('analyst').get('/workforce/people'), 403],
      [await server.as('reader').put('/workforce/people').type('text/csv').send('id'), 403],
      [await server.as('reader').delete('/workforce/people/p1'), 403],
    ] as const;
    for (const [answer, status] of asked) expect(expectContract(answer).status).toBe(status);
  });

  test('names the methods there are when another is used', async () => {
    const one = await server.as('writer').post('/workforce/people').send({});
    expect([one.status, one.headers['allow']]).toEqual([405, 'GET, HEAD, PUT']);
    const other = expectContract(await server.as('writer').post('/workforce/people/p1'));
    expect([other.status, other.headers['allow']]).toEqual([405, 'GET, HEAD, DELETE']);
  });
});

describe('what cannot be read', () => {
  test('a body that is not the gzip it says it is', async () => {
    const answer = await server
      .as('writer')
      .put('/workforce/people')
      .type('text/csv')
      .set('Content-Encoding', 'gzip')
      .send('id,agents\n');
    expect(expectContract(answer).status).toBe(400);
    expect(answer.body.error.code).toBe('MALFORMED');
  });

  test('a key that is not percent-encoded UTF-8', async () => {
    const answer = await server.as('writer').delete('/workforce/people/%E0%A4%A');
    expect(expectContract(answer).status).toBe(400);
  });
});
