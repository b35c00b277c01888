import { hash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Credential, CredentialStore } from '../storage/store.ts';
import { unauthenticated, type Caller } from './caller.ts';
import { isScope } from './scopes.ts';
import { hashSecret, makeSecret, verifySecret } from './secret.ts';

export interface CredentialChecker {
  /** Resolves the caller of `base64(key:secret)`; throws UNAUTHENTICATED. */
  check(encoded: string): Promise<Caller>;
  /** The caller, when this was checked a moment ago. */
  recall(encoded: string): Caller | null;
  /** To be called once a credential is deleted: this process takes it no longer. */
  forget(key: string): void;
}

/**
 * The hash of `base64(key:secret)` under a pepper that lives only in this process. It may be looked up and
 * compared as any text: how long that takes tells of a hash that nobody outside can make.
 */
type Proof = string;

interface Remembered {
  readonly key: string;
  readonly caller: Caller;
}

/** A secret that was once verified against a stored hash. */
interface Proven {
  readonly proof: Proof;
  readonly secretHash: string;
}

/** A revoked key stops within this time in other processes on the same store. */
const REMEMBERED_MS = 30_000;
/** The cache reads the clock once in so long, and not on every request. */
const RESOLUTION_MS = 1_000;
const REMEMBERED_CALLERS = 10_000;

/**
 * Checks Basic credentials. scrypt is slow on purpose, so a secret that proved right is remembered, as its
 * proof. After a short while the store is asked again
 * whether the credential still is what it was; that takes no scrypt. Requests that come together with the
 * same credential wait for one check: sixty of them at once would otherwise stop ingest for seconds.
 */
export function createCredentialChecker(
  store: CredentialStore,
  publicUrl: string,
): CredentialChecker {
  const pepper = randomBytes(32).toString('base64');
  const remembered = new LRUCache<Proof, Remembered>({
    max: REMEMBERED_CALLERS,
    ttl: REMEMBERED_MS,
    ttlResolution: RESOLUTION_MS,
  });
  const proven = new LRUCache<string, Proven>({ max: REMEMBERED_CALLERS });
  const underWay = new Map<Proof, Promise<Caller>>();
  /** How often a credential was forgotten. */
  let forgotten = 0;
  // A key that does not exist must cost what one with a wrong secret costs, or keys could be probed.
  const decoy = hashSecret(makeSecret());

  async function verify(secret: string, proof: Proof, stored: Credential | null): Promise<boolean> {
    if (stored === null) {
      await verifySecret(secret, await decoy);
      return false;
    }
    const { key, secretHash } = stored;
    const before = proven.get(key);
    if (before?.secretHash === secretHash && before.proof === proof) return true;
    const valid = await verifySecret(secret, secretHash);
    if (valid) proven.set(key, { proof, secretHash });
    return valid;
  }

  async function resolve(key: string, secret: string, proof: Proof): Promise<Caller> {
    const before = forgotten;
    const credential = await store.getCredential(key);
    const valid = await verify(secret, proof, credential);
    // What was read may have been revoked while scrypt ran; remembering it would undo that.
    if (forgotten !== before) return resolve(key, secret, proof);
    if (credential === null || !valid) throw unauthenticated('The key or the secret is wrong.');
    const caller: Caller = {
      scopes: new Set(credential.scopes.filter(isScope)),
      authority: { objectType: 'Agent', account: { homePage: publicUrl, name: key } },
    };
    remembered.set(proof, { key, caller });
    return caller;
  }

  function prove(encoded: string): Proof {
    return hash('sha256', pepper + encoded, 'base64');
  }

  function recall(encoded: string): Caller | null {
    return remembered.get(prove(encoded))?.caller ?? null;
  }

  async function check(encoded: string): Promise<Caller> {
    const proof = prove(encoded);
    const known = remembered.get(proof);
    if (known !== undefined) return known.caller;

    const waiting = underWay.get(proof);
    if (waiting !== undefined) return waiting;
    const [key, secret] = readPair(encoded);
    const checking = resolve(key, secret, proof).finally(() => underWay.delete(proof));
    underWay.set(proof, checking);
    return checking;
  }

  function forget(key: string): void {
    forgotten += 1;
    for (const [proof, each] of remembered.entries())
      if (each.key === key) remembered.delete(proof);
    proven.delete(key);
  }
  return { check, recall, forget };
}

function readPair(encoded: string): readonly [key: string, secret: string] {
  const text = /^[A-Za-z0-9+/_-]+=*$/.test(encoded)
    ? Buffer.from(encoded, 'base64').toString('utf8')
    : '';
  const colon = text.indexOf(':');
  if (colon < 1)
    throw unauthenticated('Authorization: Basic must be followed by base64(key:secret).');
  return [text.slice(0, colon), text.slice(colon + 1)];
}
