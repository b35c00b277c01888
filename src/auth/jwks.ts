import { JwksClient, SigningKeyNotFoundError } from 'jwks-rsa';
import type { Logger } from 'pino';
import { PraxisError } from '../../statements/errors.ts';
import { unauthenticated } from './caller.ts';

/** A key set as published (RFC 7517 §5). */
interface KeySet {
  readonly keys: unknown;
}

/** A key that its issuer withdraws is still taken for this long. */
const KEY_CACHED_MS = 10 * 60_000;
const MAX_CACHED_KEYS = 20;
const FETCH_TIMEOUT_MS = 5_000;
const FETCH_WINDOW_MS = 60_000;
const MAX_FETCHES_IN_WINDOW = 10;

/**
 * Finds an issuer's public keys by their `kid`. A `kid` not seen before is looked for at once, so a
 * rotation needs nothing done here. Returns the key as PEM; throws UNAUTHENTICATED when the issuer
 * publishes no such key for this algorithm, UNAVAILABLE when it cannot be asked.
 */
export function createKeyFinder(
  uri: string,
  logger: Logger,
): (kid: string, algorithm: string) => Promise<string> {
  const client = new JwksClient({
    jwksUri: uri,
    cache: true,
    cacheMaxAge: KEY_CACHED_MS,
    cacheMaxEntries: MAX_CACHED_KEYS,
    fetcher: limitFetches(() => fetchKeySet(uri, logger)),
  });
  return async (kid, algorithm) => {
    const key = await client.getSigningKey(kid).catch((error: unknown) => {
      if (error instanceof SigningKeyNotFoundError)
        throw unauthenticated('The token is signed with a key that its issuer does not publish.');
      throw new PraxisError(
        'UNAVAILABLE',
        'The keys of the token’s issuer cannot be fetched now; try again later.',
      );
    });
    if (!isFor(key, algorithm))
      throw unauthenticated('The token’s key is published for another algorithm.');
    return key.getPublicKey();
  };
}

function isFor({ alg }: { readonly alg?: string }, algorithm: string): boolean {
  return alg === undefined || alg === algorithm;
}

/**
 * Anybody can send tokens with made-up `kid`s, and each asks for a fetch. Over the limit the key set
 * fetched last answers instead, at most a minute old. The limiter of jwks-rsa would refuse everybody
 * whose key is not in its cache, so that a stranger could lock out all.
 */
function limitFetches(fetchKeys: () => Promise<KeySet>): () => Promise<KeySet> {
  let last: Promise<KeySet> | null = null;
  let underWay = false;
  let windowStart = 0;
  let fetches = 0;
  return () => {
    if (performance.now() - windowStart >= FETCH_WINDOW_MS) {
      windowStart = performance.now();
      fetches = 0;
    }
    if (last !== null && (underWay || fetches >= MAX_FETCHES_IN_WINDOW)) return last;
    fetches += 1;
    underWay = true;
    last = fetchKeys().finally(() => (underWay = false));
    return last;
  };
}

async function fetchKeySet(uri: string, logger: Logger): Promise<KeySet> {
  try {
    const response = await fetch(uri, {
      headers: { Accept: 'application/json' },
      // Keys are trusted because of where they come from.
      redirect: 'error',
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return readKeySet(await response.json());
  } catch (error) {
    logger.warn({ err: error }, 'the keys at JWKS_URI cannot be fetched');
    throw error;
  }
}

function readKeySet(body: unknown): KeySet {
  if (typeof body === 'object' && body !== null && 'keys' in body && Array.isArray(body.keys))
    return { keys: body.keys };
  throw new Error('it answered no key set');
}
