import { createHash } from 'node:crypto';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import {
  parseDocumentRequest,
  type DocumentRequest,
} from '../../../statements/document-request.ts';
import {
  checkPreconditions,
  DOCUMENT_RESOURCES,
  mergeDocuments,
  type Document,
  type DocumentChange,
  type DocumentKey,
  type DocumentResource,
  type StoredDocument,
} from '../../../statements/documents.ts';
import { PraxisError } from '../../../statements/errors.ts';
import type { XapiVersion } from '../../../statements/statement.ts';
import { requireScope } from '../../auth/authenticate.ts';
import type { Scope } from '../../auth/scopes.ts';
import type { DocumentStore } from '../../storage/store.ts';
import { bytesOf } from '../body.ts';
import { allowOnly } from '../errors.ts';
import { versionOf } from './version.ts';

/** A list of ids has no pages in xAPI, so beyond this it is refused, never cut. */
const MAX_IDS = 10_000;
/** How often another process may come first before a change is given up. */
const MAX_ATTEMPTS = 100;

const SCOPES: Readonly<Record<DocumentResource, Scope>> = {
  'activities/state': 'state',
  'agents/profile': 'profile',
  'activities/profile': 'profile',
};

/** State, agent profile and activity profile (1.0.3 Communication §2.2, §2.3, §2.6, §2.7). */
export function createDocumentsRouter(store: DocumentStore): Router {
  const router = Router();
  const changes = new DocumentChanges(store);
  for (const resource of DOCUMENT_RESOURCES) {
    const write = requireScope(SCOPES[resource]);
    router
      .route(`/${resource}`)
      .get(requireScope(SCOPES[resource], 'all/read'), answerDocuments(store, resource))
      .put(write, changeDocument(changes, resource, 'PUT'))
      .post(write, changeDocument(changes, resource, 'POST'))
      .delete(write, deleteDocuments(store, changes, resource))
      .all(allowOnly('GET', 'HEAD', 'PUT', 'POST', 'DELETE'));
  }
  return router;
}

// Reading ---------------------------------------------------------------------------------------

function answerDocuments(store: DocumentStore, resource: DocumentResource): RequestHandler {
  return async (request, response) => {
    const asked = parseDocumentRequest(resource, 'GET', request.query, versionOf(response));
    const key = keyOf(asked);
    if (key === null) response.json(await listIds(store, asked));
    else await answerDocument(store, key, response);
  };
}

async function listIds(
  store: DocumentStore,
  { scope, since }: DocumentRequest,
): Promise<readonly string[]> {
  const ids = await store.listDocumentIds(scope, since, null, MAX_IDS + 1);
  if (ids.length > MAX_IDS)
    throw new PraxisError(
      'INVALID',
      `More than ${MAX_IDS} documents match, and a list holds no more. Ask with since, or with a registration, for fewer.`,
    );
  return ids;
}

async function answerDocument(
  store: DocumentStore,
  key: DocumentKey,
  response: Response,
): Promise<void> {
  const document = await store.getDocument(key);
  if (document === null)
    throw new PraxisError('NOT_FOUND', `There is no document ${JSON.stringify(key.id)} here.`);
  // Not Express's own `set`, which adds a charset to a type that the client sent without one.
  response.setHeader('Content-Type', document.contentType);
  response.set('ETag', `"${document.etag}"`);
  response.set('Last-Modified', new Date(document.updated / 1000).toUTCString());
  // Anyone with the scope may store HTML; in a browser it must not act as a page of this server.
  response.set('X-Content-Type-Options', 'nosniff');
  response.set('Content-Security-Policy', "sandbox; default-src 'none'");
  response.send(Buffer.from(document.content));
}

// Changing --------------------------------------------------------------------------------------

function changeDocument(
  changes: DocumentChanges,
  resource: DocumentResource,
  change: 'PUT' | 'POST',
): RequestHandler {
  return async (request, response) => {
    const version = versionOf(response);
    const key = keyOf(parseDocumentRequest(resource, change, request.query, version));
    if (key === null) throw new Error(`${change} has to require an id`);
    const sent = sentDocument(request);
    await changes.apply(key, (existing) => {
      checkRequest(change, request, version, key, existing);
      return hashContent(change === 'PUT' ? sent : mergeDocuments(existing, sent));
    });
    response.status(204).end();
  };
}

function deleteDocuments(
  store: DocumentStore,
  changes: DocumentChanges,
  resource: DocumentResource,
): RequestHandler {
  return async (request, response) => {
    const version = versionOf(response);
    const asked = parseDocumentRequest(resource, 'DELETE', request.query, version);
    const key = keyOf(asked);
    if (key === null) await store.deleteDocuments(asked.scope);
    else
      await changes.apply(key, (existing) => {
        checkRequest('DELETE', request, version, key, existing);
        return null;
      });
    response.status(204).end();
  };
}

function checkRequest(
  change: DocumentChange,
  request: Request,
  version: XapiVersion,
  { resource }: DocumentKey,
  existing: Document | null,
): void {
  const preconditions = {
    ifMatch: request.get('If-Match'),
    ifNoneMatch: request.get('If-None-Match'),
  };
  checkPreconditions(change, resource, version, preconditions, existing);
}

/**
 * Changes that depend on what is stored: read, decide, and set if nobody else did meanwhile, else again.
 * Within this process the changes of one document stand in line, so that none of many is passed over
 * until it gives up; against other processes on the same store the comparison alone decides.
 */
class DocumentChanges {
  readonly #store: DocumentStore;
  /** The last change in line, by document. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(store: DocumentStore) {
    this.#store = store;
  }

  /** `decide` says what is to be stored, null for nothing; what it throws leaves the document as it is. */
  async apply(
    key: DocumentKey,
    decide: (existing: StoredDocument | null) => Document | null,
  ): Promise<void> {
    const { resource, activityId, agent, registration, id } = key;
    const name = JSON.stringify([resource, activityId, agent, registration, id]);
    const before = this.#lines.get(name) ?? Promise.resolve();
    const change = before.then(() => this.#attempt(key, decide));
    // Who stands behind waits for the end of this change, whichever end it is.
    const settled = change.then(
      () => undefined,
      () => undefined,
    );
    this.#lines.set(name, settled);
    await change.finally(() => {
      if (this.#lines.get(name) === settled) this.#lines.delete(name);
    });
  }

  async #attempt(
    key: DocumentKey,
    decide: (existing: StoredDocument | null) => Document | null,
  ): Promise<void> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const existing = await this.#store.getDocument(key);
      const wanted = decide(existing);
      if (existing === null && wanted === null) return;
      if (await this.#store.setDocument(key, existing?.updated ?? null, wanted)) return;
    }
    throw new PraxisError(
      'UNAVAILABLE',
      'Others change this document all the time; nothing was changed. Try again later.',
    );
  }
}

function keyOf({ scope, id }: DocumentRequest): DocumentKey | null {
  return id === null ? null : { ...scope, id };
}

function sentDocument(request: Request): Pick<Document, 'contentType' | 'content'> {
  return {
    contentType: request.get('Content-Type') ?? 'application/octet-stream',
    content: bytesOf(request),
  };
}

function hashContent(document: Pick<Document, 'contentType' | 'content'>): Document {
  return { ...document, etag: createHash('sha1').update(document.content).digest('hex') };
}
