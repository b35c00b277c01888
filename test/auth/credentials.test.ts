import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAuthenticator } from '../../src/auth/authenticate.ts';
import { createCredential, createRevoker } from '../../src/auth/credentials.ts';
import { readClock } from '../../src/clock.ts';
import { openStore } from '../../src/storage/open-store.ts';
import type { CredentialStore, Store } from '../../src/storage/store.ts';

let dataDir: string;
let store: Store;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'praxis-credentials-'));
  store = await openStore({ store: 'sqlite', dataDir });
});
afterEach(async () => {
  await store.close();
  await rm(dataDir, { recursive: true });
});

test('of the last two admins revoked at once, one stays', async () => {
  const [first, second] = await Promise.all(
    ['First', 'Second'].map((name) =>
      createCredential(store, { name, scopes: ['admin'] }, readClock()),
    ),
  );
  await createCredential(store, { name: 'Player', scopes: ['all'] }, readClock());
  const revoke = createRevoker(store, () => undefined);
  const keys = [first!.credential.key, second!.credential.key];
  const outcomes = await Promise.allSettled(keys.map(revoke));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await store.getCredential(keys[1]!)).not.toBeNull();
});

test('a check that was under way when its credential was revoked does not bring it back', async () => {
  const { credential, secret } = await createCredential(
    store,
    { name: 'Player', scopes: ['all'] },
    readClock(),
  );
  const { key } = credential;
  const read = Promise.withResolvers<undefined>();
  const watched: CredentialStore = {
    createCredential: (created) => store.createCredential(created),
    listCredentials: (after, limit) => store.listCredentials(after, limit),
    deleteCredential: (deleted) => store.deleteCredential(deleted),
    getCredential: async (wanted) => {
      const found = await store.getCredential(wanted);
      read.resolve(undefined);
      return found;
    },
  };
  const authenticator = createAuthenticator(watched, 'http://localhost');
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  const underWay = authenticator.authenticate(authorization);
  const answer = expect(underWay).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await read.promise;
  await store.deleteCredential(key);
  authenticator.forget(key);
  await answer;
  await expect(authenticator.authenticate(authorization)).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});
