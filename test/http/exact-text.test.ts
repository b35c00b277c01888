import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import { queryOf } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

/** A statement with `value` as JSON text in an extension, spelt as no serialiser would. */
function textWith(id: string, value: string): string {
  return `{ "verb":{"id":"https://example.org/verbs/measured"},
\t"actor" : {"mbox":"mailto:ada@example.org"}, "id":"${id}",
"object":{"id":"https://example.org/activities/scale"},"result":{"extensions":{"https://example.org/value":${value}}}  }`;
}

test.each([
  ['1.0'],
  ['1e2'],
  ['-0'],
  ['0.10'],
  ['12345678901234567890'],
  ['1.7976931348623157e+308'],
  ['0.1000000000000000055511151231257827'],
  ['"\\u00e9\\u20AC\\ud83d\\ude00"'],
  ['"é€😀"'],
  ['"\\/ \\b\\f\\n\\r\\t"'],
  ['"\\u0000"'],
  ['"\\ud800"'],
  ['{"10":1,"2":2,"b":3,"a":4,"__proto__":5}'],
  ['[ 1 ,2,\n3 ]'],
  ['null'],
  ['"</script>\u2028"'],
])('%s comes back as it was sent, by id, in a list and in a batch', async (value) => {
  const [id, inBatch] = [randomUUID(), randomUUID()];
  const [text, batch] = [textWith(id, value), `[${textWith(inBatch, value)} ]`];
  expect((await client.post(STATEMENTS).type('json').send(text)).status).toBe(200);
  expect((await client.post(STATEMENTS).type('json').send(batch)).status).toBe(200);
  const one = await client.get(STATEMENTS + queryOf({ statementId: id, format: 'exact' }));
  const list = await client.get(`${STATEMENTS}?limit=2`);
  const sent = text.replace(/ *\}$/, '');
  expect(one.text).toContain(sent);
  expect(list.text).toContain(sent);
  expect(list.text).toContain(sent.replace(id, inBatch));
  expect(JSON.parse(one.text)).toMatchObject({ id, stored: expect.any(String) });
});

test('what the client may not set is cut out, and the text around it stays', async () => {
  const id = randomUUID();
  const text = textWith(id, '1.0').replace(
    `"id":"${id}"`,
    '"stored":"2001-01-01T00:00:00Z" , "authority":{"mbox":"mailto:eve@example.org"},"id":"' +
      `${id}"`,
  );
  expect((await client.post(STATEMENTS).type('json').send(text)).status).toBe(200);
  const answer = await client.get(STATEMENTS + queryOf({ statementId: id }));
  expect(answer.text).toContain('{"https://example.org/value":1.0}');
  expect(answer.text).not.toContain('2001');
  expect(answer.text).not.toContain('eve@');
  expect(answer.text.match(/"stored"/g)).toHaveLength(1);
  expect(answer.text.match(/"authority"/g)).toHaveLength(1);
});

test('numbers keep their text under format=ids and canonical too', async () => {
  const id = randomUUID();
  await client.post(STATEMENTS).type('json').send(textWith(id, '12345678901234567890.0'));
  for (const format of ['ids', 'canonical']) {
    const { text } = await client.get(STATEMENTS + queryOf({ statementId: id, format }));
    expect(text).toContain(':12345678901234567890.0}');
  }
});
