import { randomBytes } from 'node:crypto';
import { PraxisError } from '../../statements/errors.ts';
import type { Instant } from '../../statements/instant.ts';
import type { Credential, CredentialStore } from '../storage/store.ts';
import type { Scope } from './scopes.ts';
import { hashSecret, makeSecret } from './secret.ts';

export interface WantedCredential {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface CreatedCredential {
  readonly credential: Credential;
  /** Known here and never again. */
  readonly secret: string;
}

/** Stores a new credential under a key and a secret made here. */
export async function createCredential(
  store: CredentialStore,
  { name, scopes }: WantedCredential,
  now: Instant,
): Promise<CreatedCredential> {
  const secret = makeSecret();
  const credential: Credential = {
    key: `key-${randomBytes(8).toString('hex')}`,
    secretHash: await hashSecret(secret),
    name,
    scopes,
    createdAt: now,
  };
  if (!(await store.createCredential(credential)))
    throw new Error('a key of 64 random bits exists already');
  return { credential, secret };
}

/**
 * Revokes credentials one after the other, since two that ask for the last two at once would leave
 * nobody who can make a new one. Throws NOT_FOUND, and CONFLICT for the last with the scope `admin`.
 * Another process on the same store is not waited for: `ADMIN_KEY` and a restart are the way back.
 */
export function createRevoker(
  store: CredentialStore,
  forget: (key: string) => void,
): (key: string) => Promise<void> {
  let last: Promise<void> = Promise.resolve();

  async function revoke(key: string): Promise<void> {
    const credential = await store.getCredential(key);
    if (credential !== null && isAdmin(credential) && !(await hasOtherAdmin(store, key)))
      throw new PraxisError(
        'CONFLICT',
        `${key} is the last credential with the scope admin. Create another first.`,
      );
    if (!(await store.deleteCredential(key)))
      throw new PraxisError('NOT_FOUND', `There is no credential ${key}.`);
    forget(key);
  }

  return (key) => {
    const turn = last.then(() => revoke(key));
    // Whoever asked learns of a failure; it is not the next one's.
    last = turn.catch(() => undefined);
    return turn;
  };
}

const PAGE_SIZE = 1000;

async function hasOtherAdmin(store: CredentialStore, key: string): Promise<boolean> {
  let after: string | null = null;
  for (;;) {
    const page: readonly Credential[] = await store.listCredentials(after, PAGE_SIZE);
    if (page.some((one) => one.key !== key && isAdmin(one))) return true;
    if (page.length < PAGE_SIZE) return false;
    after = page.at(-1)?.key ?? null;
  }
}

function isAdmin({ scopes }: Credential): boolean {
  const admin: Scope = 'admin';
  return scopes.includes(admin);
}
