import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { PraxisError } from '../../statements/errors.ts';
import type { Agent } from '../../statements/statement.ts';
import type { Credential, CredentialStore } from '../storage/store.ts';
import { grants, isScope, type Scope } from './scopes.ts';
import { hashSecret, makeSecret, verifySecret } from './secret.ts';

/** Who sent the request. */
export interface Caller {
  readonly key: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What the statements of this caller carry as `authority`. */
  readonly authority: Agent;
}

export interface Authenticator {
  /** Resolves the caller of an `Authorization` header; throws UNAUTHENTICATED. */
  authenticate(authorization: string | undefined): Promise<Caller>;
}

interface Remembered {
  readonly proof: Buffer;
  readonly caller: Caller;
}

/** A secret that was once verified against a stored hash. */
interface Proven {
  readonly proof: Buffer;
  readonly secretHash: string;
}

/** A revoked key stops within this time in other processes on the same store. */
const REMEMBERED_MS = 30_000;
const REMEMBERED_CALLERS = 10_000;

/**
 * Checks Basic credentials. scrypt is slow on purpose, so a secret that proved right is remembered, as a
 * hash under a pepper that lives only in this process. After a short while the store is asked again
 * whether the credential still is what it was; that takes no scrypt. Requests that come together with the
 * same credential wait for one check: sixty of them at once would otherwise stop ingest for seconds.
 */
export function createAuthenticator(store: CredentialStore, publicUrl: string): Authenticator {
  const pepper = randomBytes(32).toString('base64');
  const remembered = new LRUCache<string, Remembered>({
    max: REMEMBERED_CALLERS,
    ttl: REMEMBERED_MS,
  });
  const proven = new LRUCache<string, Proven>({ max: REMEMBERED_CALLERS });
  const underWay = new Map<string, Promise<Caller>>();
  // A key that does not exist must cost what one with a wrong secret costs, or keys could be probed.
  const decoy = hashSecret(makeSecret());

  async function verify(
    secret: string,
    proof: Buffer,
    stored: Credential | null,
  ): Promise<boolean> {
    if (stored === null) {
      await verifySecret(secret, await decoy);
      return false;
    }
    const { key, secretHash } = stored;
    const before = proven.get(key);
    if (before?.secretHash === secretHash && timingSafeEqual(before.proof, proof)) return true;
    const valid = await verifySecret(secret, secretHash);
    if (valid) proven.set(key, { proof, secretHash });
    return valid;
  }

  async function check(key: string, secret: string, proof: Buffer): Promise<Caller> {
    const credential = await store.getCredential(key);
    const valid = await verify(secret, proof, credential);
    if (credential === null || !valid) throw unauthenticated('The key or the secret is wrong.');
    const caller: Caller = {
      key,
      scopes: new Set(credential.scopes.filter(isScope)),
      authority: { objectType: 'Agent', account: { homePage: publicUrl, name: key } },
    };
    remembered.set(key, { proof, caller });
    return caller;
  }

  async function authenticate(authorization: string | undefined): Promise<Caller> {
    const [key, secret] = readBasic(authorization);
    const proof = hash('sha256', pepper + secret, 'buffer');
    const known = remembered.get(key);
    if (known !== undefined && timingSafeEqual(known.proof, proof)) return known.caller;

    const same = `${proof.toString('base64')}:${key}`;
    const waiting = underWay.get(same);
    if (waiting !== undefined) return waiting;
    const checking = check(key, secret, proof).finally(() => underWay.delete(same));
    underWay.set(same, checking);
    return checking;
  }
  return { authenticate };
}

function readBasic(authorization: string | undefined): readonly [key: string, secret: string] {
  if (authorization === undefined)
    throw unauthenticated('Send a credential: Authorization: Basic base64(key:secret).');
  const encoded = /^basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1)
    throw unauthenticated(
      'Authorization must be Basic with base64(key:secret); other schemes are not accepted.',
    );
  return [text.slice(0, colon), text.slice(colon + 1)];
}

function unauthenticated(message: string): PraxisError {
  return new PraxisError('UNAUTHENTICATED', message);
}

/** Express middleware that puts the caller where `callerOf` finds it. */
export function requireCaller(authenticator: Authenticator): RequestHandler {
  return async (request, response, next) => {
    response.locals['caller'] = await authenticator.authenticate(request.headers.authorization);
    next();
  };
}

export function callerOf(response: Response): Caller {
  const caller = response.locals['caller'] as Caller | undefined;
  if (caller === undefined) throw new Error('this route is not behind requireCaller');
  return caller;
}

/** Express middleware: 403 unless the caller holds one of the scopes. */
export function requireScope(...scopes: readonly Scope[]): RequestHandler {
  return (_request, response, next) => {
    checkScope(callerOf(response), ...scopes);
    next();
  };
}

export function checkScope(caller: Caller, ...scopes: readonly Scope[]): void {
  if (scopes.some((scope) => grants(caller.scopes, scope))) return;
  throw new PraxisError('FORBIDDEN', `This credential lacks the scope ${scopes.join(' or ')}.`);
}
