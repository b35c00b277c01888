import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServerProcess } from '../../scripts/faults/server-process.ts';
import { SCOPES } from '../../src/auth/scopes.ts';
import { runPraxis, type Run } from '../cli/run-praxis.ts';
import { contract } from './openapi.ts';
import { makeStatement } from './sample-statements.ts';
import { ADMIN, startTestServer, STATEMENTS, type Credential, type TestServer } from './server.ts';

let server: TestServer<'writer'>;
beforeAll(async () => {
  server = await startTestServer({ credentials: { writer: ['statements/write'] } });
});
afterAll(() => server.close());

async function createKey(name: string, scopes: readonly string[]): Promise<Credential> {
  const { status, body } = await server.as(ADMIN).post('/keys').send({ name, scopes });
  expect(status).toBe(201);
  return body;
}

async function listKeys(): Promise<readonly { readonly key: string }[]> {
  return (await server.as(ADMIN).get('/keys?limit=1000')).body.keys;
}

describe('creating', () => {
  test('answers a credential that works at once, for what its scopes grant and no more', async () => {
    const { status, headers, body } = await server
      .as(ADMIN)
      .post('/keys')
      .send({ name: 'Player', scopes: ['statements/write', 'statements/write'] });
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    expect(body).toEqual({
      key: expect.stringMatching(/^key-[\da-f]{16}$/),
      secret: expect.stringMatching(/^[\w-]{43}$/),
      name: 'Player',
      scopes: ['statements/write'],
      createdAt: expect.any(String),
    });
    expect((await server.as(body).post(STATEMENTS).send(makeStatement())).status).toBe(200);
    expect((await server.as(body).get(STATEMENTS)).status).toBe(403);
  });

  test.each<[string, unknown, string]>([
    ['an unknown scope', { name: 'n', scopes: ['all', 'root'] }, '/scopes/1'],
    ['a scope that is no text', { name: 'n', scopes: [1] }, '/scopes/0'],
    ['no scope', { name: 'n', scopes: [] }, '/scopes'],
    ['scopes as a text', { name: 'n', scopes: 'all' }, '/scopes'],
    ['no name', { scopes: ['all'] }, '/name'],
    ['a blank name', { name: ' ', scopes: ['all'] }, '/name'],
    ['a name that is too long', { name: 'n'.repeat(201), scopes: ['all'] }, '/name'],
    ['a secret of the sender', { name: 'n', scopes: ['all'], secret: 's' }, '/secret'],
  ])('refuses %s and creates nothing', async (_case, sent, path) => {
    const before = await listKeys();
    const { status, body } = await server.as(ADMIN).post('/keys').send(Object(sent));
    expect([status, body.error.code]).toEqual([400, 'INVALID']);
    expect(body.error.violations.map((one: { path: string }) => one.path)).toEqual([path]);
    if (path.startsWith('/scopes'))
      for (const scope of SCOPES) expect(body.error.violations[0].message).toContain(scope);
    expect(await listKeys()).toEqual(before);
  });

  test.each<[string, string, string, number]>([
    ['what is no JSON', 'application/json', '{"name":', 400],
    ['a list', 'application/json', '[]', 400],
    ['another type', 'text/plain', '{}', 415],
    ['a body that is too large', 'application/json', ' '.repeat(20_000), 413],
  ])('refuses %s', async (_case, type, text, expected) => {
    const { status } = await server.as(ADMIN).post('/keys').type(type).send(text);
    expect(status).toBe(expected);
  });
});

describe('listing', () => {
  test('goes through all pages in key order and shows no hash', async () => {
    for (const name of ['a', 'b', 'c']) await createKey(name, ['state']);
    const found: string[] = [];
    let query = 'limit=2';
    for (;;) {
      const { body, text } = await server.as(ADMIN).get(`/keys?${query}`);
      expect(text).not.toMatch(/scrypt|secret/i);
      found.push(...body.keys.map(({ key }: { key: string }) => key));
      if (body.cursor === null) break;
      query = `limit=2&cursor=${body.cursor}`;
    }
    expect(found).toEqual((await listKeys()).map(({ key }) => key));
    expect(found).toEqual([...new Set(found)].sort());
    expect(found).toEqual(expect.arrayContaining(['admin', 'writer']));
  });

  test.each(['limit=0', 'limit=1001', 'cursor=%20', 'page=2'])('refuses ?%s', async (query) => {
    expect((await server.as(ADMIN).get(`/keys?${query}`)).status).toBe(400);
  });
});

describe('revoking', () => {
  test('ends a credential at once, also one that was just used', async () => {
    const credential = await createKey('Short', ['statements/read']);
    const use = async (): Promise<number> => (await server.as(credential).get(STATEMENTS)).status;
    expect(await use()).toBe(200);
    const revoked = await server.as(ADMIN).delete(`/keys/${credential.key}`);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    expect(await use()).toBe(401);
    expect((await server.as(ADMIN).delete(`/keys/${credential.key}`)).status).toBe(404);
  });

  test('is refused for the last credential with the scope admin', async () => {
    const { status, body } = await server.as(ADMIN).delete('/keys/admin');
    expect([status, body.error.code]).toEqual([409, 'CONFLICT']);
    const second = await createKey('Second', ['admin']);
    expect((await server.as(second).delete(`/keys/${second.key}`)).status).toBe(204);
    expect((await server.as(ADMIN).delete('/keys/admin')).status).toBe(409);
  });
});

test('all of it needs the scope admin', async () => {
  const { status } = await server.as('writer').get('/keys');
  const posted = await server
    .as('writer')
    .post('/keys')
    .send({ name: 'n', scopes: ['admin'] });
  const deleted = await server.as('writer').delete('/keys/admin');
  expect([status, posted.status, deleted.status]).toEqual([403, 403, 403]);
  expect((await server.anonymous().get('/keys')).status).toBe(401);
});

test('openapi.yaml lists every scope', () => {
  expect(contract.components.schemas.Scope.enum).toEqual(SCOPES);
});

test('praxis keys creates, lists and revokes', async () => {
  const run = (...args: string[]): Promise<Run> =>
    runPraxis(['keys', ...args], {
      PRAXIS_URL: server.url,
      PRAXIS_KEY: ADMIN.key,
      PRAXIS_SECRET: ADMIN.secret,
    });
  const scopes = ['statements/write', 'state'];
  const created = await run('create', '--name', 'From a shell', '--scope', ...scopes, '--json');
  expect([created.code, created.stderr]).toEqual([0, '']);
  const credential = JSON.parse(created.stdout);
  expect(credential.scopes).toEqual(scopes);
  expect((await server.as(credential).post(STATEMENTS).send(makeStatement())).status).toBe(200);

  const listed = await run('list');
  expect(listed.stdout).toMatch(new RegExp(`^${credential.key}\\t.*\\tFrom a shell$`, 'm'));
  expect(listed.stdout).not.toContain(credential.secret);

  expect((await run('revoke', credential.key)).code).toBe(0);
  expect((await server.as(credential).post(STATEMENTS).send(makeStatement())).status).toBe(401);
  const again = await run('revoke', credential.key);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(credential.key)]);
  expect((await run('create', '--name', 'n', '--scope', 'root')).code).toBe(2);
});

test('the secret is in no file and no line of the log, at the most talkative level', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-keys-'));
  const basic = ({ key, secret }: Credential): Record<string, string> => ({
    Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    'X-Experience-API-Version': '1.0.3',
  });
  try {
    const child = await startServerProcess({
      DATA_DIR: dataDir,
      LOG_LEVEL: 'trace',
      ADMIN_KEY: ADMIN.key,
      ADMIN_SECRET: ADMIN.secret,
    });
    const response = await fetch(`${child.url}/keys`, {
      method: 'POST',
      headers: { ...basic(ADMIN), 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Player', scopes: ['statements/read'] }),
    });
    const created = (await response.json()) as Credential;
    expect((await fetch(`${child.url}${STATEMENTS}`, { headers: basic(created) })).status).toBe(
      200,
    );
    const wrong = { key: created.key, secret: `${created.secret}x` };
    expect((await fetch(`${child.url}${STATEMENTS}`, { headers: basic(wrong) })).status).toBe(401);

    // Before the end, for what a crash would leave is what a thief would find.
    const kept = await readAll(dataDir);
    await child.stop();
    const places = [kept, await readAll(dataDir), Buffer.from(child.output.join('\n'))];
    expect(kept.includes(created.key)).toBe(true);
    for (const place of places)
      for (const { key, secret } of [created, ADMIN]) {
        expect(place.includes(secret)).toBe(false);
        expect(place.includes(Buffer.from(`${key}:${secret}`).toString('base64'))).toBe(false);
      }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

async function readAll(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(
    await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name)))),
  );
}
