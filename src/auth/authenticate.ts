import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { PraxisError } from '../../statements/errors.ts';
import type { Agent } from '../../statements/statement.ts';
import type { CredentialStore } from '../storage/store.ts';
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

/** A revoked key stops within this time in other processes on the same store. */
const REMEMBERED_MS = 30_000;
const REMEMBERED_CALLERS = 10_000;

/**
 * Checks Basic credentials. scrypt is slow on purpose, so a secret that proved right is remembered for
 * a short while, as a keyed hash under a key that lives only in this process.
 */
export function createAuthenticator(store: CredentialStore, publicUrl: string): Authenticator {
  const pepper = randomBytes(32);
  const proofOf = (secret: string): Buffer => createHmac('sha256', pepper).update(secret).digest();
  const remembered = new LRUCache<string, Remembered>({
    max: REMEMBERED_CALLERS,
    ttl: REMEMBERED_MS,
  });
  // A key that does not exist must cost what one with a wrong secret costs, or keys could be probed.
  const decoy = hashSecret(makeSecret());

  async function authenticate(authorization: string | undefined): Promise<Caller> {
    const [key, secret] = readBasic(authorization);
    const proof = proofOf(secret);
    const known = remembered.get(key);
    if (known !== undefined && timingSafeEqual(known.proof, proof)) return known.caller;

    const credential = await store.getCredential(key);
    const valid = await verifySecret(secret, credential?.secretHash ?? (await decoy));
    if (credential === null || !valid) throw unauthenticated('The key or the secret is wrong.');
    const caller: Caller = {
      key,
      scopes: new Set(credential.scopes.filter(isScope)),
      authority: { objectType: 'Agent', account: { homePage: publicUrl, name: key } },
    };
    remembered.set(key, { proof, caller });
    return caller;
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
