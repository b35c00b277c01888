import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { makeStatement } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

let server: TestServer<'reader'>;

beforeAll(async () => {
  server = await startTestServer({ credentials: { reader: ['statements/read'] } });
  // A credential is known, and its posts are taken the short way, once it was checked.
  await server.as(server.admin).post(STATEMENTS).send(makeStatement());
  await server.as('reader').get(STATEMENTS);
});
afterAll(() => server.close());

/** Says nothing that is not said by its absence, but is beyond what is taken the short way. */
const BY_THE_ROUTES = { 'Content-Encoding': 'identity' };
const UNLIKE = ['date', 'x-request-id', 'x-experience-api-consistent-through'];

function describeAnswer({ status, headers, text }: Response): unknown {
  const named = Object.entries(headers as Record<string, string>).map(([name, value]) => [
    name,
    UNLIKE.includes(name) ? 'any' : value,
  ]);
  return { status, text, headers: Object.fromEntries(named) };
}

const statement = makeStatement();
const BODIES: Readonly<Record<string, string>> = {
  'a statement': JSON.stringify(statement),
  'the same again': JSON.stringify(statement),
  'another by the same id': JSON.stringify({ ...makeStatement(), id: statement.id }),
  'a batch': JSON.stringify([makeStatement(), makeStatement()]),
  'an empty batch': '[]',
  'no JSON': '{"actor":',
  'no statement': '"text"',
  'a statement without a verb': JSON.stringify({ ...makeStatement(), verb: undefined }),
  'an id that is no UUID': JSON.stringify({ ...makeStatement(), id: 'é' }),
  'an attachment without its bytes': JSON.stringify({
    ...makeStatement(),
    attachments: [
      {
        usageType: 'https://example.org/usage',
        display: { en: 'x' },
        contentType: 'text/plain',
        length: 1,
        sha2: '0'.repeat(64),
      },
    ],
  }),
};

test.each(Object.entries(BODIES))(
  '%s is answered in the same way with and without the routes, headers too',
  async (_name, body) => {
    const client = server.as(server.admin, '2.0.0');
    const post = (): ReturnType<typeof client.post> => client.post(STATEMENTS).type('json');
    const plain = await post().send(body);
    const routed = await post().set(BY_THE_ROUTES).send(body);
    expect(describeAnswer(plain)).toEqual(describeAnswer(routed));
  },
);

test('a credential that may not write, an unknown version and a body that is too large are refused as ever', async () => {
  const body = makeStatement();
  const answers = [
    await server.as('reader').post(STATEMENTS).send(body),
    await server.as(server.admin, '3.0').post(STATEMENTS).send(body),
    await server.as(server.admin).post(STATEMENTS).type('json').send('1'.repeat(9_000_000)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([403, 400, 413]);
});

test('a body that comes in pieces is stored once it is whole; one that breaks off stores nothing', async () => {
  const { hostname, port } = new URL(server.url);
  const { key, secret } = server.admin;
  const before = await server.countStatements();
  const body = JSON.stringify(makeStatement());
  const head = [
    `POST ${STATEMENTS} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    'X-Experience-API-Version: 1.0.3',
    `Authorization: Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    `Content-Length: ${body.length}`,
  ].join('\r\n');

  const broken = connect(Number(port), hostname);
  broken.write(`${head}\r\n\r\n${body.slice(0, 20)}`);
  await once(broken, 'connect');
  broken.end();
  await once(broken.resume(), 'close');

  const socket = connect(Number(port), hostname);
  socket.write(`${head}\r\n\r\n${body.slice(0, 20)}`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.write(body.slice(20));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(await server.countStatements()).toBe(before + 1);
});
