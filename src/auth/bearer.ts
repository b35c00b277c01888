import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt, { type Algorithm, type Jwt, type JwtPayload } from 'jsonwebtoken';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { unauthenticated, type Caller } from './caller.ts';
import { createKeyFinder } from './jwks.ts';
import { isScope, type Scope } from './scopes.ts';

/** Resolves the caller of a Bearer token; throws UNAUTHENTICATED, or UNAVAILABLE when keys cannot be had. */
export type TokenVerifier = (token: string) => Promise<Caller>;

/**
 * The algorithms follow from the settings, never from the token: a public key taken for an HMAC secret,
 * or `none`, would let anyone sign.
 */
const WITH_SECRET: readonly Algorithm[] = ['HS256'];
const WITH_KEY_SET: readonly Algorithm[] = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_S = 30;

interface Header {
  readonly algorithm: Algorithm;
  readonly kid: string | undefined;
}

/** Null when the settings name no issuer: then no token is accepted. */
export function createTokenVerifier(config: Config, logger: Logger): TokenVerifier | null {
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience, JWT_SECRET, JWKS_URI } = config;
  if (issuer === undefined || audience === undefined) return null;
  const algorithms = JWT_SECRET === undefined ? WITH_KEY_SET : WITH_SECRET;
  const findKey =
    JWT_SECRET === undefined
      ? findPublishedKey(JWKS_URI ?? '', logger)
      : findSharedSecret(JWT_SECRET);

  return async (token) => {
    const header = readHeader(token, algorithms);
    const key = await findKey(header);
    const payload = verifyToken(token, key, {
      algorithms: [header.algorithm],
      issuer,
      audience,
      clockTolerance: CLOCK_TOLERANCE_S,
    });
    return {
      scopes: readScopes(payload['scope']),
      authority: {
        objectType: 'Agent',
        account: { homePage: issuer, name: readSubject(payload) },
      },
    };
  };
}

type KeyFinder = (header: Header) => Promise<KeyObject | string>;

function findSharedSecret(secret: string): KeyFinder {
  // A KeyObject, for the library would read a text that looks like PEM as a public key.
  const key = createSecretKey(Buffer.from(secret));
  return () => Promise.resolve(key);
}

function findPublishedKey(uri: string, logger: Logger): KeyFinder {
  const findKey = createKeyFinder(uri, logger);
  return ({ kid, algorithm }) => {
    if (kid === undefined) throw unauthenticated('The token names no key: its header has no kid.');
    return findKey(kid, algorithm);
  };
}

/** Judges the header before any key is looked for. */
function readHeader(token: string, algorithms: readonly Algorithm[]): Header {
  const { alg, kid, crit } = decodeHeader(token);
  const algorithm = algorithms.find((one) => one === alg);
  if (algorithm === undefined)
    throw unauthenticated(`The token must be signed with ${algorithms.join(', ')}.`);
  // RFC 7515 §4.1.11: what is critical and not understood makes the token invalid.
  if (crit !== undefined)
    throw unauthenticated('The token has critical header parameters, which are not understood.');
  if (kid !== undefined && typeof kid !== 'string')
    throw unauthenticated('The token’s kid is not a text.');
  return { algorithm, kid };
}

function decodeHeader(token: string): { readonly [name: string]: unknown } {
  let decoded: Jwt | null;
  try {
    decoded = jwt.decode(token, { complete: true });
  } catch {
    // The library lets the errors of JSON.parse through.
    decoded = null;
  }
  if (decoded === null) throw unauthenticated('The Bearer token is not a JWT.');
  return { ...decoded.header };
}

/** What the library says, without what it expected: that is nobody's business who cannot sign. */
const REASONS: readonly (readonly [start: string, message: string])[] = [
  ['jwt expired', 'The token has expired; get a new one.'],
  ['jwt not active', 'The token is not valid yet.'],
  ['jwt audience', 'The token is for another audience.'],
  ['jwt issuer', 'The token comes from another issuer.'],
  ['invalid signature', 'The token’s signature is wrong.'],
  ['jwt signature', 'The token has no signature.'],
];

function verifyToken(
  token: string,
  key: KeyObject | string,
  options: jwt.VerifyOptions & { complete?: false },
): JwtPayload {
  let payload: JwtPayload | string;
  try {
    payload = jwt.verify(token, key, options);
  } catch (error) {
    // It does no I/O, so whatever it throws is about the token.
    const said = error instanceof Error ? error.message : '';
    const reason = REASONS.find(([start]) => said.startsWith(start))?.[1];
    throw unauthenticated(reason ?? 'The token cannot be verified.');
  }
  if (typeof payload === 'string' || payload.exp === undefined)
    throw unauthenticated('The token has no expiry: the claim exp is required.');
  return payload;
}

function readSubject({ sub }: JwtPayload): string {
  // The type of the library is a promise that the token did not make.
  const subject: unknown = sub;
  if (typeof subject === 'string' && subject !== '') return subject;
  throw unauthenticated('The token says of nobody: the claim sub is required.');
}

/** RFC 8693 §4.2 has a text with spaces; some issuers send a list. Scopes of other servers mean nothing here. */
function readScopes(claim: unknown): ReadonlySet<Scope> {
  const names: readonly unknown[] =
    typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return new Set(names.filter((name) => typeof name === 'string').filter(isScope));
}
