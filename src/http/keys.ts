import { Router, type Request } from 'express';
import type { Authenticator } from '../auth/authenticate.ts';
import { createCredential, createRevoker, type WantedCredential } from '../auth/credentials.ts';
import { isScope, SCOPES } from '../auth/scopes.ts';
import { readClock } from '../clock.ts';
import { formatInstant } from '../../statements/instant.ts';
import { PraxisError, type Violation } from '../../statements/errors.ts';
import type { Credential, CredentialStore } from '../storage/store.ts';
import { objectOf, readBody } from './body.ts';
import { allowOnly } from './errors.ts';
import { cutPage, readPaging } from './paging.ts';

export interface KeysOptions {
  readonly store: CredentialStore;
  readonly authenticator: Pick<Authenticator, 'forget'>;
}

const MAX_BODY_BYTES = 16_384;
const MAX_NAME_LENGTH = 200;

/** `/keys`: the credentials of this server, for whoever holds the scope `admin`. */
export function createKeysRouter({ store, authenticator }: KeysOptions): Router {
  const revoke = createRevoker(store, (key) => authenticator.forget(key));
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });

  router
    .route('/')
    .get(async (request, response) => {
      const { after, limit } = readPaging(request);
      const { items, cursor } = cutPage(await store.listCredentials(after, limit + 1), limit);
      response.json({ keys: items.map(describeCredential), cursor });
    })
    .post(readBody(MAX_BODY_BYTES), async (request, response) => {
      const wanted = readWantedCredential(request);
      const { credential, secret } = await createCredential(store, wanted, readClock());
      response.status(201).json({ ...describeCredential(credential), secret });
    })
    .all(allowOnly('GET', 'HEAD', 'POST'));

  router
    .route('/:key')
    .delete(async (request, response) => {
      await revoke(request.params.key);
      response.status(204).end();
    })
    .all(allowOnly('DELETE'));
  return router;
}

/** What may be shown of a credential: all but the hash of its secret. */
function describeCredential({ key, name, scopes, createdAt }: Credential): object {
  return { key, name, scopes, createdAt: formatInstant(createdAt) };
}

/** Reads `{ name, scopes }`; throws UNSUPPORTED_MEDIA_TYPE, MALFORMED, and INVALID with all that is wrong. */
function readWantedCredential(request: Request): WantedCredential {
  const { name, scopes, ...others } = objectOf(request, 'name and scopes');
  const violations = [
    ...Object.keys(others).map((other) =>
      fault(`/${other}`, 'is no member; there are name, scopes'),
    ),
    ...findNameFaults(name),
    ...findScopeFaults(scopes),
  ];
  if (violations.length > 0)
    throw new PraxisError('INVALID', 'No credential was created.', violations);
  return {
    name: String(name),
    scopes: Array.isArray(scopes) ? [...new Set(scopes.filter(isScope))] : [],
  };
}

function findNameFaults(name: unknown): readonly Violation[] {
  if (typeof name === 'string' && name.trim() !== '' && name.length <= MAX_NAME_LENGTH) return [];
  return [fault('/name', `must be a text of 1 to ${MAX_NAME_LENGTH} characters`)];
}

function findScopeFaults(scopes: unknown): readonly Violation[] {
  if (!Array.isArray(scopes) || scopes.length === 0)
    return [fault('/scopes', `must be a list of scopes: ${SCOPES.join(', ')}`)];
  return scopes.flatMap((scope: unknown, index) =>
    typeof scope === 'string' && isScope(scope)
      ? []
      : [fault(`/scopes/${index}`, `is no scope; there are ${SCOPES.join(', ')}`)],
  );
}

function fault(path: string, message: string): Violation {
  return { rule: 'keys', path, message };
}
