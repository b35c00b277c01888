import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import {
  BOUNDARY,
  bytesPart,
  declare,
  jsonPart,
  receiveParts,
  sendMultipart,
  sha256,
  upload,
  writeBody,
  type ReceivedPart,
  type SentPart,
} from './multipart.ts';
import { makeStatement, queryOf, referTo, verbNamed } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

/** Attachments as clients send and fetch them (1.0.3 Data §2.4.11, Communication §1.5.2 and §2.1.3). */
let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

const withAttachments = (
  attachments: readonly unknown[],
  members: Readonly<Record<string, unknown>> = {},
): ReturnType<typeof makeStatement> => makeStatement({ attachments, ...members });

async function fetchParts(
  query: Readonly<Record<string, unknown>>,
): Promise<readonly ReceivedPart[]> {
  return receiveParts(client.get(`${STATEMENTS}${queryOf({ ...query, attachments: true })}`));
}

/** The bytes of all attachments of one statement, as fetched. */
async function fetchBytes(id: string): Promise<readonly Buffer[]> {
  return (await fetchParts({ statementId: id })).slice(1).map(({ content }) => content);
}

const AWKWARD: readonly (readonly [string, Buffer])[] = [
  ['text', Buffer.from('a certificate')],
  ['nothing at all', Buffer.alloc(0)],
  ['line ends of all kinds, first and last', Buffer.from('\r\n\r\n\n\r--\r\n')],
  ['lines that look like the boundary', Buffer.from(`\r\n--a-boundar\r\n--a-\r\n-- a-boundary--`)],
  ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
  ['a third of a megabyte of noise', randomBytes(333_333)],
];

describe('what is sent', () => {
  test.each(AWKWARD)('%s is stored and comes back to the byte', async (_name, bytes) => {
    const statement = withAttachments([declare(bytes)]);
    const body = writeBody([jsonPart(statement), bytesPart(bytes)]);
    const { status, body: ids } = await sendMultipart(client.post(STATEMENTS), body);
    expect([status, ids]).toEqual([200, [statement.id]]);
    const [fetched] = await fetchBytes(statement.id);
    expect(fetched?.equals(bytes)).toBe(true);
  });

  test('a PUT carries attachments as a POST does', async () => {
    const statement = withAttachments([declare('put')]);
    const body = writeBody([jsonPart(statement), bytesPart('put')]);
    const path = `${STATEMENTS}?statementId=${statement.id}`;
    expect((await sendMultipart(client.put(path), body)).status).toBe(204);
    expect(await fetchBytes(statement.id)).toEqual([Buffer.from('put')]);
  });

  test('a batch, with parts in another order than the statements', async () => {
    const verb = verbNamed('batch-of-attachments');
    const batch = ['one', 'two', 'three'].map((text) => withAttachments([declare(text)], { verb }));
    const parts = ['three', 'one', 'two'].map((text) => bytesPart(text));
    const { status } = await sendMultipart(
      client.post(STATEMENTS),
      writeBody([jsonPart(batch), ...parts]),
    );
    expect(status).toBe(200);
    for (const [index, text] of ['one', 'two', 'three'].entries())
      expect(await fetchBytes(batch[index]!.id)).toEqual([Buffer.from(text)]);
  });

  test.each([
    ['sha224', '2'],
    ['sha384', '3'],
    ['sha512', '5'],
  ])('hashes are %s too, in either case', async (algorithm, bytes) => {
    const sha2 = createHash(algorithm).update(bytes).digest('hex').toUpperCase();
    const statement = withAttachments([declare(bytes, { sha2 })]);
    const body = writeBody([
      jsonPart(statement),
      bytesPart(bytes, { 'X-Experience-API-Hash': sha2.toLowerCase() }),
    ]);
    expect((await sendMultipart(client.post(STATEMENTS), body)).status).toBe(200);
    expect(await fetchBytes(statement.id)).toEqual([Buffer.from(bytes)]);
  });

  test('attachments of a SubStatement are attachments', async () => {
    const { actor, verb, object, attachments } = withAttachments([declare('inner')]);
    const statement = makeStatement({
      object: { objectType: 'SubStatement', actor, verb, object, attachments },
    });
    const body = writeBody([jsonPart(statement), bytesPart('inner')]);
    expect((await sendMultipart(client.post(STATEMENTS), body)).status).toBe(200);
    expect(await fetchBytes(statement.id)).toEqual([Buffer.from('inner')]);
  });

  test('with a fileUrl the bytes may be sent or left out, in a multipart body or in plain JSON', async () => {
    const fileUrl = 'https://example.org/certificate';
    const [sent, left, plain] = ['sent beside', 'left out', 'plain'].map((text) =>
      withAttachments([declare(text, { fileUrl })]),
    );
    const post = (parts: readonly SentPart[]): Promise<{ status: number }> =>
      sendMultipart(client.post(STATEMENTS), writeBody(parts));
    expect((await post([jsonPart(sent), bytesPart('sent beside')])).status).toBe(200);
    expect((await post([jsonPart(left)])).status).toBe(200);
    expect((await client.post(STATEMENTS).send(plain)).status).toBe(200);
    expect(await fetchBytes(sent!.id)).toEqual([Buffer.from('sent beside')]);
    expect(await fetchBytes(left!.id)).toEqual([]);
    expect(await fetchBytes(plain!.id)).toEqual([]);
  });

  test('a multipart body without attachments is statements', async () => {
    const body = writeBody([jsonPart([makeStatement(), makeStatement()])]);
    expect((await sendMultipart(client.post(STATEMENTS), body)).body).toHaveLength(2);
  });

  test('length is the client’s word', async () => {
    const statement = withAttachments([declare('four', { length: 4_000_000 })]);
    const body = writeBody([jsonPart(statement), bytesPart('four')]);
    expect((await sendMultipart(client.post(STATEMENTS), body)).status).toBe(200);
  });

  test('the same request again changes nothing and is answered alike', async () => {
    const statement = withAttachments([declare('again')]);
    const body = writeBody([jsonPart(statement), bytesPart('again')]);
    const answers = [
      await sendMultipart(client.post(STATEMENTS), body),
      await sendMultipart(client.post(STATEMENTS), body),
    ];
    expect(answers.map((answer) => [answer.status, answer.body])).toEqual([
      [200, [statement.id]],
      [200, [statement.id]],
    ]);
    expect(await fetchBytes(statement.id)).toEqual([Buffer.from('again')]);
  });

  test('a body in gzip', async () => {
    const statement = withAttachments([declare('zipped')]);
    const body = gzipSync(writeBody([jsonPart(statement), bytesPart('zipped')]));
    const { status } = await sendMultipart(
      client.post(STATEMENTS).set('Content-Encoding', 'gzip'),
      body,
    );
    expect(status).toBe(200);
    expect(await fetchBytes(statement.id)).toEqual([Buffer.from('zipped')]);
  });

  test('a multipart document is a document', async () => {
    const path = `/xapi/activities/state${queryOf({
      activityId: 'https://example.org/a',
      agent: { mbox: 'mailto:ada@example.org' },
      stateId: 'multipart',
    })}`;
    const body = writeBody([bytesPart('kept')]);
    expect((await sendMultipart(client.put(path), body)).status).toBe(204);
    expect((await client.get(path)).headers['content-type']).toBe(
      `multipart/mixed; boundary=${BOUNDARY}`,
    );
  });
});

/** One statement with one attachment, and its body cut in other ways. */
const bytes = Buffer.from('some bytes');
const parts = (): readonly SentPart[] => [
  jsonPart(withAttachments([declare(bytes)])),
  bytesPart(bytes),
];
const asText = (body: Buffer): string => body.toString('latin1');

describe('how it is written', () => {
  test.each<[string, Buffer, string?]>([
    ['a quoted boundary', writeBody(parts(), 'a b:c'), 'multipart/mixed; boundary="a b:c"'],
    ['a boundary of dashes', writeBody(parts(), '----'), 'multipart/mixed; boundary=----'],
    [
      'a boundary of 70 odd characters',
      writeBody(parts(), `'()+_,-./:=?${'x'.repeat(58)}`),
      `multipart/mixed; boundary="'()+_,-./:=?${'x'.repeat(58)}"`,
    ],
    [
      'types and parameters in capitals, and others beside them',
      writeBody(parts()),
      `Multipart/Mixed; charset=utf-8; BOUNDARY=${BOUNDARY}; x=y`,
    ],
    ['an empty line first', Buffer.concat([Buffer.from('\r\n'), writeBody(parts())])],
    [
      'a preamble and an epilogue',
      Buffer.concat([
        Buffer.from('This is a multipart message.\r\n'),
        writeBody(parts()),
        Buffer.from('and this its end'),
      ]),
    ],
    ['no line end after the last boundary', writeBody(parts()).subarray(0, -2)],
    [
      'padding after the boundary',
      Buffer.from(asText(writeBody(parts())).replaceAll(`${BOUNDARY}\r\n`, `${BOUNDARY} \t\r\n`)),
    ],
    [
      'no space after a header’s colon',
      Buffer.from(asText(writeBody(parts())).replaceAll(': ', ':')),
    ],
    [
      'a header that goes on in the next line',
      Buffer.from(asText(writeBody(parts())).replace('API-Hash: ', 'API-Hash:\r\n ')),
    ],
    [
      'header names in capitals',
      Buffer.from(
        asText(writeBody(parts()))
          .replace('X-Experience-API-Hash', 'X-EXPERIENCE-API-HASH')
          .replace('Content-Transfer-Encoding: binary', 'content-transfer-encoding: BINARY'),
      ),
    ],
  ])('%s is accepted', async (...[, body, type]) => {
    const { status, body: answer } = await sendMultipart(client.post(STATEMENTS), body, type);
    expect([status, answer]).toEqual([200, [expect.any(String)]]);
    expect(await fetchBytes(answer[0])).toEqual([bytes]);
  });

  test.each([1, 7, 73])('it may arrive %d bytes at a time', async (size) => {
    const body = writeBody(parts());
    async function* chunks(): AsyncGenerator<Buffer> {
      for (let at = 0; at < body.length; at += size) {
        yield body.subarray(at, at + size);
        await new Promise(setImmediate);
      }
    }
    const { body: ids } = await upload(server, chunks());
    expect(ids).toEqual([expect.any(String)]);
    const [id] = ids as string[];
    expect(await fetchBytes(id!)).toEqual([bytes]);
  });
});

describe('what is refused, with nothing stored', () => {
  const [json, content] = parts() as [SentPart, SentPart];
  const whole = writeBody([json, content]);
  const cases: readonly (readonly [string, Buffer, RegExp, string?])[] = [
    ['a part too few', writeBody([json]), /\/attachments\/0 has neither a fileUrl nor a part/],
    [
      'a part too many',
      writeBody([json, content, bytesPart('x')]),
      /Part 3 .*no statement declares/,
    ],
    [
      'other bytes than the hash says',
      writeBody([json, { ...content, content: 'some byteS' }]),
      /Part 2 .*do not have the SHA-2/,
    ],
    [
      'a hash that nobody declared',
      writeBody([json, bytesPart(bytes, { 'X-Experience-API-Hash': sha256('x') })]),
      /Part 2 .*no statement declares/,
    ],
    [
      'no hash',
      writeBody([json, bytesPart(bytes, { 'X-Experience-API-Hash': undefined })]),
      /Part 2 .*X-Experience-API-Hash/,
    ],
    [
      'no Content-Transfer-Encoding',
      writeBody([json, bytesPart(bytes, { 'Content-Transfer-Encoding': undefined })]),
      /Part 2 .*Content-Transfer-Encoding/,
    ],
    [
      'base64',
      writeBody([json, bytesPart(bytes, { 'Content-Transfer-Encoding': 'base64' })]),
      /Part 2 .*Content-Transfer-Encoding/,
    ],
    ['the statements not first', writeBody([content, json]), /first part must be the statements/],
    [
      'statements under another type',
      writeBody([{ ...json, headers: { 'Content-Type': 'text/plain' } }, content]),
      /first part must be the statements/,
    ],
    [
      'a first part that is no JSON',
      writeBody([{ ...json, content: '{"actor":' }, content]),
      /JSON/,
    ],
    ['no parts', Buffer.from(`--${BOUNDARY}--\r\n`), /first part must be the statements/],
    ['an empty body', Buffer.alloc(0), /boundary --a-boundary is not in the body/],
    ['no boundary in the Content-Type', whole, /names no boundary/, 'multipart/mixed'],
    ['another boundary', whole, /boundary --b is not in/, 'multipart/mixed; boundary=b'],
    [
      'a boundary of 71 characters',
      writeBody([json, content], 'x'.repeat(71)),
      /boundary is not alone|names no boundary|not in the body/,
      `multipart/mixed; boundary="${'x'.repeat(71)}"`,
    ],
    [
      'form data',
      whole,
      /application\/json or multipart\/mixed/,
      `multipart/form-data; boundary=${BOUNDARY}`,
    ],
    ['no last boundary', whole.subarray(0, -BOUNDARY.length - 8), /closing boundary/],
    ['an end within the headers', whole.subarray(0, whole.indexOf('X-Exp')), /no empty line/],
    [
      'line feeds alone',
      Buffer.from(asText(whole).replaceAll('\r\n', '\n')),
      /not valid multipart/,
    ],
    [
      'a line that is no header',
      Buffer.from(asText(whole).replace('X-Experience-API-Hash:', 'X-Experience-API-Hash')),
      /is no header/,
    ],
    [
      'text after a boundary',
      Buffer.from(asText(whole).replace(`${BOUNDARY}\r\n`, `${BOUNDARY}s\r\n`)),
      /not alone on its line/,
    ],
    [
      'a header without end',
      writeBody([json, bytesPart(bytes, { 'X-Long': 'x'.repeat(100_000) })]),
      /longer than|too many headers/,
    ],
    [
      'headers without number',
      writeBody([
        json,
        bytesPart(
          bytes,
          Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`X-${n}`, 'x'])),
        ),
      ]),
      /too many headers/,
    ],
    [
      'more parts than any batch has attachments',
      writeBody([json, ...Array.from({ length: 1_000 }, () => content)]),
      /more than 1000 parts/,
    ],
    [
      'a statement that breaks a rule',
      writeBody([jsonPart({ ...makeStatement(), verb: {} }), content]),
      /verb/,
    ],
  ];

  test.each(cases)('%s', async (...[, body, message, type]) => {
    const before = await server.countStatements();
    const { status, body: answer } = await sendMultipart(client.post(STATEMENTS), body, type);
    expect([status, answer.error.message]).toEqual([400, expect.stringMatching(message)]);
    expect(await server.countStatements()).toBe(before);
  });

  test('plain JSON whose attachment has no fileUrl', async () => {
    const { status, body } = await client.post(STATEMENTS).send(withAttachments([declare('gone')]));
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(/neither a fileUrl/)]);
  });

  test('gzip that is none', async () => {
    const { status, body } = await sendMultipart(
      client.post(STATEMENTS).set('Content-Encoding', 'gzip'),
      whole,
    );
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(/inflated/)]);
  });

  test('an encoding that nobody knows', async () => {
    const { status } = await sendMultipart(
      client.post(STATEMENTS).set('Content-Encoding', 'zip'),
      whole,
    );
    expect(status).toBe(415);
  });

  test('another statement under the same id', async () => {
    const { id } = withAttachments([]);
    const send = (text: string): Promise<{ status: number }> =>
      sendMultipart(
        client.post(STATEMENTS),
        writeBody([
          jsonPart(withAttachments([declare(text)], { id, verb: verbNamed(text) })),
          bytesPart(text),
        ]),
      );
    expect((await send('first')).status).toBe(200);
    expect((await send('second')).status).toBe(409);
    expect(await fetchBytes(id)).toEqual([Buffer.from('first')]);
  });
});

describe('what is fetched', () => {
  const verb = verbNamed('fetched-with-attachments');
  const shared = Buffer.from('shared by all');
  const statements = ['a', 'b', 'c'].map((text) =>
    withAttachments(
      [declare(shared, { contentType: 'text/plain; charset=ascii' }), declare(text)],
      { verb },
    ),
  );

  beforeAll(async () => {
    const body = writeBody([
      jsonPart(statements),
      bytesPart(shared),
      ...['a', 'b', 'c'].map((text) => bytesPart(text)),
    ]);
    expect((await sendMultipart(client.post(STATEMENTS), body)).status).toBe(200);
  });

  test('a page: the JSON first, then each hash once, with the headers of its own', async () => {
    const [first, ...rest] = await fetchParts({ verb: verb.id, ascending: true });
    expect(first?.headers).toEqual({ 'content-type': 'application/json' });
    const page = JSON.parse(first!.content.toString());
    expect(page.statements.map(({ id }: { id: string }) => id)).toEqual(
      statements.map(({ id }) => id),
    );
    expect(rest).toHaveLength(4);
    expect(rest[0]).toEqual({
      headers: {
        'content-type': 'text/plain; charset=ascii',
        'content-transfer-encoding': 'binary',
        'x-experience-api-hash': sha256(shared),
      },
      content: shared,
    });
    expect(rest.slice(1).map(({ content }) => content.toString())).toEqual(['a', 'b', 'c']);
  });

  test('pages along more carry what their own statements declare', async () => {
    const found: string[][] = [];
    let path = `${STATEMENTS}${queryOf({ verb: verb.id, ascending: true, attachments: true, limit: 2 })}`;
    while (path !== '') {
      const [json, ...rest] = await receiveParts(client.get(path));
      found.push(rest.map(({ content }) => content.toString()));
      path = JSON.parse(json!.content.toString()).more;
    }
    expect(found).toEqual([
      ['shared by all', 'a', 'b'],
      ['shared by all', 'c'],
    ]);
  });

  test('a voided statement keeps its attachments', async () => {
    const statement = withAttachments([declare('voided')]);
    await sendMultipart(
      client.post(STATEMENTS),
      writeBody([jsonPart(statement), bytesPart('voided')]),
    );
    const voider = makeStatement({
      verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
      object: referTo(statement.id),
    });
    expect((await client.post(STATEMENTS).send(voider)).status).toBe(200);
    const found = await fetchParts({ voidedStatementId: statement.id });
    expect(found.slice(1).map(({ content }) => content.toString())).toEqual(['voided']);
  });

  test('nothing found is multipart too', async () => {
    const found = await fetchParts({ verb: verbNamed('nobody-did').id });
    expect(found.map(({ content }) => JSON.parse(content.toString()))).toEqual([
      { statements: [], more: '' },
    ]);
  });

  test.each([{}, { attachments: false }])(
    'without attachments=true it is JSON: %j',
    async (query) => {
      const path = `${STATEMENTS}${queryOf({ statementId: statements[0]!.id, ...query })}`;
      const { headers, body } = await client.get(path);
      expect(headers['content-type']).toMatch(/^application\/json/);
      expect(body.attachments).toEqual(statements[0]!.attachments);
    },
  );

  test('HEAD says how long the answer would be', async () => {
    const path = `${STATEMENTS}${queryOf({ statementId: statements[0]!.id, attachments: true })}`;
    const [head, get] = [await client.head(path), await client.get(path)];
    expect(head.headers['content-type']).toMatch(/^multipart\/mixed; boundary=/);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  test('a contentType that fits no header is no media type, and is refused', async () => {
    const contentType = 'text/plain\r\n; x="\r\n\r\nno content"';
    const statement = withAttachments([declare('injected', { contentType })]);
    const body = writeBody([jsonPart(statement), bytesPart('injected')]);
    expect((await sendMultipart(client.post(STATEMENTS), body)).status).toBe(400);
  });
});
