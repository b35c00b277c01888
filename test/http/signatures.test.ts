import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type TestAgent from 'supertest/lib/agent.js';
import {
  bytesPart,
  declare,
  jsonPart,
  receiveParts,
  sendMultipart,
  writeBody,
} from './multipart.ts';
import { makeStatement, verbNamed } from './sample-statements.ts';
import { startTestServer, STATEMENTS, type TestServer } from './server.ts';

/** Signed statements: a JSON Web Signature of the statement, attached to it (1.0.3 Data §2.6). */
let server: TestServer;
let client: TestAgent;

beforeAll(async () => {
  server = await startTestServer();
  client = server.as(server.admin);
});
afterAll(() => server.close());

const USAGE = 'http://adlnet.gov/expapi/attachments/signature';
const DIGESTS: Readonly<Record<string, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
};
const signer = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Signing {
  readonly alg?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly payload?: unknown;
  readonly key?: KeyObject;
}

/** JWS in compact form (RFC 7515 §7.1) of the statement, or of what `signing` puts in its place. */
function makeSignature(statement: unknown, signing: Signing = {}): string {
  const { alg = 'RS256', header = {}, payload = statement, key = signer.privateKey } = signing;
  const signed = `${encode({ alg, ...header })}.${encode(payload)}`;
  const bytes = alg.startsWith('HS')
    ? createHmac('sha256', 'secret').update(signed).digest()
    : sign(DIGESTS[alg] ?? 'sha256', Buffer.from(signed), key);
  return `${signed}.${bytes.toString('base64url')}`;
}

/** DER of a value: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  const length =
    bytes.length < 128 ? [bytes.length] : [0x82, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), bytes]);
}

/** A self-signed X.509 certificate (RFC 5280 §4.1) of the key, as x5c carries it: DER in base64. */
function makeCertificate({ publicKey, privateKey }: typeof signer): string {
  const sha256WithRsa = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'));
  const name = der(
    0x30,
    der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('Signer')))),
  );
  const validity = der(
    0x30,
    der(0x17, Buffer.from('260101000000Z')),
    der(0x17, Buffer.from('460101000000Z')),
  );
  const body = der(
    0x30,
    der(0x02, Buffer.from([1])),
    sha256WithRsa,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', body, privateKey);
  return der(0x30, body, sha256WithRsa, der(0x03, Buffer.from([0]), signature)).toString('base64');
}

interface Answer {
  readonly status: number;
  readonly body: { readonly error?: { readonly message: string } };
}

async function post(
  statement: ReturnType<typeof makeStatement>,
  signature: string,
  attachment: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const declared = declare(signature, { usageType: USAGE, ...attachment });
  const body = writeBody([
    jsonPart({ ...statement, attachments: [declared] }),
    bytesPart(signature),
  ]);
  return sendMultipart(client.post(STATEMENTS), body);
}

test.each(['RS256', 'RS384', 'RS512'])(
  '%s without a certificate is stored and comes back',
  async (alg) => {
    const statement = makeStatement();
    const signature = makeSignature(statement, { alg });
    expect((await post(statement, signature)).status).toBe(200);
    const [, part] = await receiveParts(
      client.get(`${STATEMENTS}?statementId=${statement.id}&attachments=true`),
    );
    expect(part?.content.toString()).toBe(signature);
  },
);

test.each(['RS256', 'RS384', 'RS512'])(
  '%s with the certificate of the signer is stored',
  async (alg) => {
    const statement = makeStatement();
    const header = { x5c: [makeCertificate(signer)] };
    expect((await post(statement, makeSignature(statement, { alg, header }))).status).toBe(200);
  },
);

test('members that the LRS sets, and the attachments, are no part of what is compared', async () => {
  const statement = makeStatement();
  const payload = { ...statement, stored: '2020-01-01T00:00:00.000Z', version: '1.0.0' };
  expect((await post(statement, makeSignature(statement, { payload }))).status).toBe(200);
});

const cases: readonly (readonly [string, Signing, RegExp])[] = [
  [
    'the certificate of another than the signer',
    { header: { x5c: [makeCertificate(stranger)] } },
    /not made with the key of its x5c/,
  ],
  [
    'a certificate that is none',
    { header: { x5c: ['bm9uZQ=='] } },
    /x5c certificate cannot be read/,
  ],
  ['x5c that is no list', { header: { x5c: makeCertificate(signer) } }, /x5c must be an array/],
  ['an empty x5c', { header: { x5c: [] } }, /x5c must be an array/],
  ['a shared secret', { alg: 'HS256' }, /alg must be RS256, RS384 or RS512/],
  ['no algorithm', { header: { alg: 'none' } }, /alg must be RS256/],
  ['an algorithm in small letters', { header: { alg: 'rs256' } }, /alg must be RS256/],
  [
    'a payload that is no statement',
    { payload: 'statement' },
    /header or payload is no JSON object/,
  ],
  [
    'the payload of another statement',
    { payload: makeStatement({ verb: verbNamed('other') }) },
    /payload is another statement/,
  ],
];

test.each(cases)('%s is refused, and nothing stored', async (_case, signing, message) => {
  const before = await server.countStatements();
  const statement = makeStatement();
  const { status, body } = await post(statement, makeSignature(statement, signing));
  expect([status, body.error?.message]).toEqual([400, expect.stringMatching(message)]);
  expect(await server.countStatements()).toBe(before);
});

test.each(['no signature', 'a.b', 'a.b.c.d', '..', 'e30.e30.'])(
  '%j is no signature',
  async (bytes) => {
    expect((await post(makeStatement(), bytes)).status).toBe(400);
  },
);

test('the contentType of a signature is application/octet-stream', async () => {
  const statement = makeStatement();
  const { status, body } = await post(statement, makeSignature(statement), {
    contentType: 'text/plain',
  });
  expect([status, body.error?.message]).toEqual([
    400,
    expect.stringMatching(/contentType must be application\/octet-stream/),
  ]);
});

test('one signature does not serve two statements', async () => {
  const [signed, other] = [makeStatement(), makeStatement({ verb: verbNamed('unsigned') })];
  const signature = makeSignature(signed);
  const attachments = [declare(signature, { usageType: USAGE })];
  const body = writeBody([
    jsonPart([
      { ...signed, attachments },
      { ...other, attachments },
    ]),
    bytesPart(signature),
  ]);
  const { status, body: answer } = await sendMultipart(client.post(STATEMENTS), body);
  expect([status, answer.error.message]).toEqual([
    400,
    expect.stringContaining('/1/attachments/0'),
  ]);
});

test('a signature over the limit is 413', async () => {
  expect((await post(makeStatement(), 'x'.repeat(8_388_609))).status).toBe(413);
});
