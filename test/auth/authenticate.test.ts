import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { hashSecret } from '../../src/auth/secret.ts';
import { readClock } from '../../src/clock.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { CredentialStore, Store } from '../../src/storage/store.ts';

const SECRET = 'a-secret-for-tests-only';
let dataDir: string;
let store: Store;
let reads = 0;
let counting: CredentialStore;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'praxis-auth-'));
  store = await openStore({ store: 'sqlite', dataDir });
  await store.createCredential({
    key: 'ann',
    secretHash: await hashSecret(SECRET),
    name: 'Ann',
    scopes: ['all'],
    createdAt: readClock(),
  });
  counting = {
    createCredential: (credential) => store.createCredential(credential),
    getCredential: (key) => {
      reads += 1;
      return store.getCredential(key);
    },
    listCredentials: (after, limit) => store.listCredentials(after, limit),
    deleteCredential: (key) => store.deleteCredential(key),
  };
});
afterAll(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('requests that come together with one credential wait for one check, and each gets its own answer', async () => {
  const authenticator = createAuthenticator(counting, 'http://localhost');
  const right = Array.from({ length: 64 }, () =>
    authenticator.authenticate(basic(`ann:${SECRET}`)),
  );
  const wrong = Array.from({ length: 64 }, () => authenticator.authenticate(basic('ann:wrong')));
  const answers = await Promise.allSettled([...right, ...wrong]);
  expect(answers.slice(0, 64).map(({ status }) => status)).toEqual(right.map(() => 'fulfilled'));
  expect(answers.slice(64).map(({ status }) => status)).toEqual(wrong.map(() => 'rejected'));
  expect(reads).toBe(2);
});
