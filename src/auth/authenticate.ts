import type { RequestHandler, Response } from 'express';
import { PraxisError } from '../../statements/errors.ts';
import type { CredentialStore } from '../storage/store.ts';
import { createCredentialChecker } from './basic.ts';
import type { TokenVerifier } from './bearer.ts';
import { unauthenticated, type Caller } from './caller.ts';
import { grants, type Scope } from './scopes.ts';

export type { Caller } from './caller.ts';

export interface Authenticator {
  /**
   * Resolves the caller of an `Authorization` header; throws UNAUTHENTICATED, or UNAVAILABLE when the
   * keys of the tokens' issuer cannot be fetched.
   */
  authenticate(authorization: string | undefined): Promise<Caller>;
  /** As `authenticate`, at once, for a Basic credential that was taken a moment ago; null for all else. */
  recall(authorization: string | undefined): Caller | null;
  /** The values of `WWW-Authenticate` for a request that was refused (RFC 9110 §11.6.1). */
  challenge(authorization: string | undefined): string[];
  /** To be called once a credential is deleted: this process takes it no longer. */
  forget(key: string): void;
}

const BASIC = 'Basic realm="Praxis LRS", charset="UTF-8"';
const BEARER = 'Bearer realm="Praxis LRS"';

/** Accepts Basic credentials of the store and, with a verifier, Bearer tokens. */
export function createAuthenticator(
  store: CredentialStore,
  publicUrl: string,
  verifyToken: TokenVerifier | null = null,
): Authenticator {
  const credentials = createCredentialChecker(store, publicUrl);

  async function authenticate(authorization: string | undefined): Promise<Caller> {
    const { scheme, value } = readAuthorization(authorization);
    if (scheme === 'basic') return credentials.check(value);
    if (scheme === 'bearer' && verifyToken !== null) return verifyToken(value);
    const bearer =
      verifyToken === null
        ? 'Bearer tokens are not set up on this server.'
        : 'Or a token: Authorization: Bearer TOKEN.';
    throw unauthenticated(`Send a credential: Authorization: Basic base64(key:secret). ${bearer}`);
  }

  function recall(authorization: string | undefined): Caller | null {
    const { scheme, value } = readAuthorization(authorization);
    return scheme === 'basic' ? credentials.recall(value) : null;
  }

  function challenge(authorization: string | undefined): string[] {
    if (verifyToken === null) return [BASIC];
    // RFC 6750 §3.1: a request that brought no token gets no error code.
    const { scheme } = readAuthorization(authorization);
    return [BASIC, scheme === 'bearer' ? `${BEARER}, error="invalid_token"` : BEARER];
  }
  return { authenticate, recall, challenge, forget: (key) => credentials.forget(key) };
}

interface Authorization {
  /** Lower case; '' when there is none. */
  readonly scheme: string;
  readonly value: string;
}

function readAuthorization(authorization = ''): Authorization {
  const [, scheme = '', value = ''] = /^([a-z]+) +(.*)$/i.exec(authorization.trim()) ?? [];
  return { scheme: scheme.toLowerCase(), value };
}

/** Express middleware that puts the caller where `callerOf` finds it. */
export function requireCaller(authenticator: Authenticator): RequestHandler {
  return async (request, response, next) => {
    const { authorization } = request.headers;
    try {
      response.locals['caller'] = await authenticator.authenticate(authorization);
    } catch (error) {
      if (error instanceof PraxisError && error.code === 'UNAUTHENTICATED')
        response.set('WWW-Authenticate', authenticator.challenge(authorization));
      throw error;
    }
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
