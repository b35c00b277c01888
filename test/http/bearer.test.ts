import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type TestAgent from 'supertest/lib/agent.js';
import { startServerProcess } from '../../scripts/faults/server-process.ts';
import { ConfigError, readConfig } from '../../src/config.ts';
import {
  AUDIENCE,
  ISSUER,
  rightClaims,
  startIssuer,
  type Behaviour,
  type Claims,
  type Issuer,
} from '../auth/issuer.ts';
import { makeStatement } from './sample-statements.ts';
import { ADMIN, startTestServer, STATEMENTS, walk, type TestServer } from './server.ts';

const NOW = Math.floor(Date.now() / 1000);
const ALL = { scope: 'all' };
const SECRET = 'a-secret-that-is-shared-with-the-issuer';
const SETTINGS = { JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE };

let issuer: Issuer;
let server: TestServer;

async function start(): Promise<void> {
  issuer = await startIssuer();
  issuer.addKey('rsa', 'RS256');
  server = await startTestServer({ settings: { ...SETTINGS, JWKS_URI: issuer.jwksUri } });
}
async function stop(): Promise<void> {
  await server.close();
  await issuer.close();
}

function bearing(token: string): TestAgent {
  return server
    .anonymous()
    .set('Authorization', `Bearer ${token}`)
    .set('X-Experience-API-Version', '1.0.3');
}

async function statusFor(token: string): Promise<number> {
  return (await bearing(token).get(STATEMENTS)).status;
}

describe('with published keys', () => {
  const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;
  beforeAll(async () => {
    await start();
    issuer.addKey('other', 'RS256');
    for (const algorithm of algorithms) issuer.addKey(algorithm, algorithm);
  });
  afterAll(stop);

  test.each(algorithms)('%s is accepted', async (algorithm) => {
    expect(await statusFor(issuer.sign(algorithm, ALL))).toBe(200);
  });

  test.each<[string, Claims]>([
    ['an audience among others', { aud: ['other', AUDIENCE] }],
    ['an expiry within the tolerance of clocks', { exp: NOW - 5 }],
    ['scopes as a list, with strangers among them', { scope: ['openid', 7, 'statements/read'] }],
  ])('%s is accepted', async (_case, claims) => {
    expect(await statusFor(issuer.sign('rsa', { ...ALL, ...claims }))).toBe(200);
  });

  test.each<[string, () => string, RegExp]>([
    ['an expired token', () => issuer.sign('rsa', { ...ALL, exp: NOW - 3600 }), /expired/],
    ['a token without expiry', () => issuer.sign('rsa', { ...ALL, exp: undefined }), /exp /],
    [
      'a token of tomorrow',
      () => issuer.sign('rsa', { ...ALL, nbf: NOW + 86_400 }),
      /not valid yet/,
    ],
    ['another issuer', () => issuer.sign('rsa', { ...ALL, iss: `${ISSUER}/` }), /issuer/],
    ['no issuer', () => issuer.sign('rsa', { ...ALL, iss: undefined }), /issuer/],
    ['another audience', () => issuer.sign('rsa', { ...ALL, aud: 'other' }), /audience/],
    ['no audience', () => issuer.sign('rsa', { ...ALL, aud: undefined }), /audience/],
    ['no subject', () => issuer.sign('rsa', { ...ALL, sub: undefined }), /sub /],
    ['an empty subject', () => issuer.sign('rsa', { ...ALL, sub: '' }), /sub /],
    ['no kid', () => issuer.sign('rsa', ALL, { kid: undefined }), /kid/],
    ['an unknown kid', () => issuer.sign('rsa', ALL, { kid: 'nobody' }), /does not publish/],
    ['a critical header', () => issuer.sign('rsa', ALL, { crit: ['x'], x: 1 }), /critical/],
    ['another algorithm of the key', () => issuer.sign('rsa', ALL, { alg: 'PS256' }), /RS256/],
    [
      'an algorithm that the key is not for',
      () => issuer.sign('rsa', ALL, { alg: 'RS512' }),
      /key/,
    ],
    ['a key of another kid', () => issuer.sign('rsa', ALL, { kid: 'other' }), /signature/],
    ['changed claims', () => withClaims(issuer.sign('rsa'), rightClaims(ALL)), /signature/],
    ['no signature', () => withoutSignature(issuer.sign('rsa', ALL)), /no signature/],
    ['alg none', () => jwt.sign(rightClaims(ALL), '', { algorithm: 'none' }), /RS256/],
    ['alg none with a kid', () => unsigned({ alg: 'none', kid: 'rsa' }), /RS256/],
    ['alg None', () => unsigned({ alg: 'None', kid: 'rsa' }), /RS256/],
    ['HS256 with the public key as the secret', () => signedWithPublicKey(), /RS256/],
    ['no JWT', () => 'abc', /not a JWT/],
    ['parts that are no JSON', () => 'a.b.c', /not a JWT/],
    ['nothing', () => '', /Send a credential/],
  ])('%s is refused', async (_case, makeToken, message) => {
    const token = makeToken();
    const before = await server.countStatements();
    const { status, headers, body, text } = await bearing(token)
      .post(STATEMENTS)
      .send(makeStatement());
    expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(body.error.message).toMatch(message);
    const challenge = token === '' ? 'Bearer realm="Praxis LRS"' : 'error="invalid_token"';
    expect(headers['www-authenticate']).toMatch(/^Basic realm="Praxis LRS".*, Bearer realm=/);
    expect(headers['www-authenticate']).toContain(challenge);
    for (const expected of [ISSUER, AUDIENCE]) expect(text).not.toContain(expected);
    expect(await server.countStatements()).toBe(before);
  });

  test('without a credential both schemes are offered, without an error', async () => {
    const { status, headers } = await server.anonymous().get('/keys');
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toMatch(/Basic .*Bearer realm="Praxis LRS"$/);
  });

  test.each([undefined, '', 'openid email', 'ALL', 'statements/write'])(
    'scope %p does not let read',
    async (scope) => {
      const { status, body } = await bearing(issuer.sign('rsa', { scope })).get(STATEMENTS);
      expect([status, body.error.code]).toEqual([403, 'FORBIDDEN']);
    },
  );

  test('every part of the server takes tokens, each with its own scope', async () => {
    for (const [path, scope] of [
      ['/keys', 'admin'],
      ['/workforce/people', 'workforce/read'],
    ] as const) {
      expect((await bearing(issuer.sign('rsa', { scope })).get(path)).status).toBe(200);
      expect((await bearing(issuer.sign('rsa', ALL)).get(path)).status).toBe(403);
    }
  });

  test('the authority is the subject at the issuer, and read/mine shows only its statements', async () => {
    const scope = 'statements/write statements/read/mine';
    const ann = bearing(issuer.sign('rsa', { scope, sub: 'ann' }));
    const ben = bearing(issuer.sign('rsa', { scope, sub: 'ben' }));
    const [ofAnn, ofBen, ofAdmin] = [makeStatement(), makeStatement(), makeStatement()];
    await ann.post(STATEMENTS).send(ofAnn);
    await ben.post(STATEMENTS).send(ofBen);
    await server.as(ADMIN).post(STATEMENTS).send(ofAdmin);

    const mine = await walk(ann, '');
    expect(mine.map(({ id }) => id)).toEqual([ofAnn.id]);
    expect(mine[0]!.authority).toEqual({
      objectType: 'Agent',
      account: { homePage: ISSUER, name: 'ann' },
    });
    for (const { id } of [ofBen, ofAdmin])
      expect((await ann.get(`${STATEMENTS}?statementId=${id}`)).status).toBe(404);
    // A key that is named as a subject is somebody else.
    const admin = bearing(issuer.sign('rsa', { scope, sub: ADMIN.key }));
    expect(await walk(admin, '')).toEqual([]);
  });
});

describe('the key set', () => {
  beforeEach(start);
  afterEach(stop);

  test('is fetched once for many tokens, and again when the issuer signs with a new key', async () => {
    const tokens = Array.from({ length: 8 }, () => issuer.sign('rsa', ALL));
    expect(await Promise.all(tokens.map(statusFor))).toEqual(tokens.map(() => 200));
    expect(issuer.fetches()).toBe(1);

    issuer.removeKey('rsa');
    issuer.addKey('rotated', 'ES256');
    expect(await statusFor(issuer.sign('rotated', ALL))).toBe(200);
    expect(issuer.fetches()).toBe(2);
  });

  test('is not fetched without end for made-up kids, and they lock nobody out', async () => {
    issuer.addKey('second', 'ES256');
    for (let kid = 0; kid < 30; kid += 1)
      expect(await statusFor(issuer.sign('rsa', ALL, { kid: `made-up-${kid}` }))).toBe(401);
    expect(issuer.fetches()).toBeLessThanOrEqual(10);
    expect(await statusFor(issuer.sign('rsa', ALL))).toBe(200);
    expect(await statusFor(issuer.sign('second', ALL))).toBe(200);
  });

  test.each<Behaviour>(['error', 'silent', 'html', 'no keys'])(
    'that cannot be had (%s) is no fault of the token: 503, and 200 once it can',
    async (how) => {
      issuer.behave(how);
      const { status, headers, body } = await bearing(issuer.sign('rsa', ALL)).get(STATEMENTS);
      expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE']);
      expect(headers['retry-after']).toMatch(/^\d+$/);
      expect((await server.as(ADMIN).get(STATEMENTS)).status).toBe(200);
      issuer.behave('well');
      expect(await statusFor(issuer.sign('rsa', ALL))).toBe(200);
      // What is known stays known while the issuer is away.
      issuer.behave('error');
      expect(await statusFor(issuer.sign('rsa', ALL))).toBe(200);
    },
  );
});

describe('with a shared secret', () => {
  beforeAll(async () => {
    issuer = await startIssuer();
    issuer.addKey('rsa', 'RS256');
    server = await startTestServer({ settings: { ...SETTINGS, JWT_SECRET: SECRET } });
  });
  afterAll(stop);

  test('HS256 is accepted, and nothing else', async () => {
    const sign = (algorithm: 'HS256' | 'HS512', secret: string): string =>
      jwt.sign(rightClaims(ALL), secret, { algorithm });
    expect(await statusFor(sign('HS256', SECRET))).toBe(200);
    expect(await statusFor(sign('HS256', `${SECRET}x`))).toBe(401);
    expect(await statusFor(sign('HS512', SECRET))).toBe(401);
    expect(await statusFor(issuer.sign('rsa', ALL))).toBe(401);
    expect(await statusFor(unsigned({ alg: 'none' }))).toBe(401);
  });
});

test('without an issuer in the settings no token is accepted, and Bearer is not offered', async () => {
  server = await startTestServer();
  const { status, headers, body } = await bearing(unsigned({ alg: 'none' })).get(STATEMENTS);
  expect([status, headers['www-authenticate']]).toEqual([
    401,
    'Basic realm="Praxis LRS", charset="UTF-8"',
  ]);
  expect(body.error.message).toMatch(/not set up/);
  await server.close();
});

test.each<[string, Record<string, string>, RegExp]>([
  [
    'both kinds of key',
    { ...SETTINGS, JWT_SECRET: SECRET, JWKS_URI: 'https://a.example' },
    /exclude/,
  ],
  ['a secret alone', { JWT_SECRET: SECRET }, /JWT_ISSUER/],
  ['no audience', { JWT_ISSUER: ISSUER, JWT_SECRET: SECRET }, /JWT_AUDIENCE/],
  ['no key', SETTINGS, /JWKS_URI/],
  ['a short secret', { ...SETTINGS, JWT_SECRET: 'too-short' }, /^JWT_SECRET (?!.*too-short)/],
  [
    'an issuer that is no URL',
    { ...SETTINGS, JWT_ISSUER: 'me', JWT_SECRET: SECRET },
    /^JWT_ISSUER .*URL/,
  ],
  ['a file as JWKS_URI', { ...SETTINGS, JWKS_URI: 'file:///keys' }, /^JWKS_URI /],
  [
    'an issuer whose subjects would pass for keys',
    {
      ...SETTINGS,
      PUBLIC_URL: 'https://a.example',
      JWT_ISSUER: 'https://a.example',
      JWT_SECRET: SECRET,
    },
    /PUBLIC_URL/,
  ],
])('%s in the settings is refused', (_case, settings, message) => {
  expect(() => readConfig(settings)).toThrow(ConfigError);
  expect(() => readConfig(settings)).toThrow(message);
});

test('no token is in the log, accepted or refused, at the most talkative level', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-bearer-'));
  const provider = await startIssuer();
  provider.addKey('rsa', 'RS256');
  const child = await startServerProcess({
    ...SETTINGS,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    JWKS_URI: provider.jwksUri,
  });
  try {
    const right = provider.sign('rsa', ALL);
    const wrong = provider.sign('rsa', { ...ALL, exp: NOW - 3600 });
    const unknown = provider.sign('rsa', ALL, { kid: 'unknown' });
    const ask = async (token: string): Promise<number> => {
      const headers = { Authorization: `Bearer ${token}`, 'X-Experience-API-Version': '1.0.3' };
      return (await fetch(`${child.url}${STATEMENTS}`, { headers })).status;
    };
    expect(await ask(right)).toBe(200);
    expect(await ask(wrong)).toBe(401);
    provider.behave('error');
    expect(await ask(unknown)).toBe(503);
    await child.stop();
    const log = child.output.join('\n');
    expect(log).toContain('JWKS_URI cannot be fetched');
    for (const token of [right, wrong, unknown])
      for (const part of token.split('.').slice(1)) expect(log).not.toContain(part);
  } finally {
    await child.stop();
    await provider.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});

// Tokens that no library makes -------------------------------------------------------------------

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function unsigned(header: object): string {
  return `${encode(header)}.${encode(rightClaims(ALL))}.`;
}

function withClaims(token: string, claims: object): string {
  const [header, , signature] = token.split('.');
  return [header, encode(claims), signature].join('.');
}

function withoutSignature(token: string): string {
  return `${token.split('.').slice(0, 2).join('.')}.`;
}

/** Algorithm confusion: who takes the public key for an HMAC secret takes this. */
function signedWithPublicKey(): string {
  const pem = issuer.publicKeyOf('rsa').export({ format: 'pem', type: 'spki' });
  const content = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode(rightClaims(ALL))}`;
  return `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`;
}
