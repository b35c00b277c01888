import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt, { type Algorithm } from 'jsonwebtoken';

export const ISSUER = 'https://login.example.org/realms/praxis';
export const AUDIENCE = 'praxis-lrs';

/** An identity provider as far as it matters here: it signs tokens and publishes its keys. */
export interface Issuer {
  readonly jwksUri: string;
  /** Makes a key pair and publishes the public one under `kid`. */
  addKey(kid: string, algorithm: Algorithm): void;
  removeKey(kid: string): void;
  publicKeyOf(kid: string): KeyObject;
  /** A token that is right but for what `claims` and `header` say; undefined leaves a claim out. */
  sign(kid: string, claims?: Claims, header?: object): string;
  /** How often the keys were fetched. */
  fetches(): number;
  /** What the endpoint does from now on. */
  behave(how: Behaviour): void;
  close(): Promise<void>;
}

export type Behaviour = 'well' | 'error' | 'silent' | 'html' | 'no keys';
export type Claims = Readonly<Record<string, unknown>>;

interface Pair {
  readonly algorithm: Algorithm;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const CURVES: Partial<Record<Algorithm, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
};

export function rightClaims(claims: Claims = {}): object {
  const now = Math.floor(Date.now() / 1000);
  const all: Claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ann', exp: now + 300, ...claims };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Serves the keys on a port of this machine. */
export async function startIssuer(): Promise<Issuer> {
  const published = new Map<string, Pair>();
  // A key that is no longer published still signs what a test wants to see refused.
  const known = new Map<string, Pair>();
  let fetches = 0;
  let behaviour: Behaviour = 'well';

  const server = createServer((_request, response) => {
    fetches += 1;
    if (behaviour === 'silent') return;
    if (behaviour === 'html') return void response.end('<html>Please sign in</html>');
    response.statusCode = behaviour === 'error' ? 500 : 200;
    const pairs = behaviour === 'no keys' ? [] : [...published];
    const keys = pairs.map(([kid, { publicKey, algorithm }]) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg: algorithm,
      use: 'sig',
    }));
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    jwksUri: `http://127.0.0.1:${port}/certs`,
    addKey(kid, algorithm) {
      const namedCurve = CURVES[algorithm];
      const pair =
        namedCurve === undefined
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve });
      known.set(kid, { algorithm, ...pair });
      published.set(kid, { algorithm, ...pair });
    },
    removeKey: (kid) => void published.delete(kid),
    publicKeyOf: (kid) => known.get(kid)!.publicKey,
    sign(kid, claims, header) {
      const { algorithm, privateKey } = known.get(kid)!;
      return jwt.sign(rightClaims(claims), privateKey, {
        header: { kid, alg: algorithm, ...header },
        noTimestamp: true,
      });
    },
    fetches: () => fetches,
    behave: (how) => (behaviour = how),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
