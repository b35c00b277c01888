import { randomBytes } from 'node:crypto';
import type { Instant } from '../../statements/instant.ts';
import type { Credential, CredentialStore } from '../storage/store.ts';
import type { Scope } from './scopes.ts';
import { hashSecret, makeSecret, verifySecret } from './secret.ts';

export interface PlainCredential {
  readonly key: string;
  readonly secret: string;
}

const EVERYTHING: readonly Scope[] = [
  'all',
  'analytics/write',
  'people/read',
  'workforce/write',
  'admin',
];

/**
 * Sees to it that somebody can sign in. With a configured credential: it exists with that secret
 * afterwards. Without one, on a store that has no credential at all: makes one and returns it, the only
 * time that its secret is known; otherwise returns null.
 */
export async function ensureFirstCredential(
  store: CredentialStore,
  configured: PlainCredential | null,
  now: Instant,
): Promise<PlainCredential | null> {
  if (configured !== null) {
    const existing = await store.getCredential(configured.key);
    if (existing !== null) {
      if (await verifySecret(configured.secret, existing.secretHash)) return null;
      await store.deleteCredential(configured.key);
    }
    await store.createCredential(await makeCredential(configured, now));
    return null;
  }
  if ((await store.listCredentials(null, 1)).length > 0) return null;
  const made = { key: `admin-${randomBytes(4).toString('hex')}`, secret: makeSecret() };
  await store.createCredential(await makeCredential(made, now));
  return made;
}

async function makeCredential({ key, secret }: PlainCredential, now: Instant): Promise<Credential> {
  return {
    key,
    secretHash: await hashSecret(secret),
    name: 'First credential',
    scopes: EVERYTHING,
    createdAt: now,
  };
}
