import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatInstant } from '../../../statements/instant.ts';
import type { XapiVersion } from '../../../statements/statement.ts';
import type { Authenticator, Caller } from '../../auth/authenticate.ts';
import { grants } from '../../auth/scopes.ts';
import type { AttachmentStore, StatementStore } from '../../storage/store.ts';
import { collectBody, decodeText, mediaTypeOf } from '../body.ts';
import { sendJson, type AnswerError } from '../errors.ts';
import { ORIGIN_HEADERS } from './cors.ts';
import { NO_PARTS } from './statement-body.ts';
import { CONSISTENT_THROUGH, storeStatements } from './statements.ts';
import { matchVersion, VERSION_HEADER } from './version.ts';

export interface PlainPostOptions {
  readonly store: StatementStore & AttachmentStore;
  readonly authenticator: Authenticator;
  readonly maxBodyBytes: number;
  readonly onStored: (count: number) => void;
  readonly answerError: AnswerError;
}

interface PlainPost {
  readonly version: XapiVersion;
  readonly caller: Caller;
  readonly lengthBytes: number;
}

/**
 * Takes what an LRS is sent most, statements as plain JSON from a client that is known already, and answers
 * as the routes of Express would, by the same functions; it is false for any other request, which is theirs,
 * so that what is refused before the body is read is refused in one place. Routers and streams would cost
 * more of such a request than parsing and validating it.
 */
export function createPlainPosts(
  options: PlainPostOptions,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const post = readHead(request, options);
    if (post === null) return false;
    response.setHeader(VERSION_HEADER, post.version);
    for (const name in ORIGIN_HEADERS) response.setHeader(name, ORIGIN_HEADERS[name] ?? '');
    collectBody(request, post.lengthBytes, (body) => {
      answer(options, post, body, response).catch((error: unknown) =>
        options.answerError(error, request, response),
      );
    });
    return true;
  };
}

function readHead(
  request: IncomingMessage,
  { authenticator, maxBodyBytes }: PlainPostOptions,
): PlainPost | null {
  const { method, url, headers } = request;
  if (method !== 'POST' || url !== '/xapi/statements') return null;
  const lengthBytes = Number(headers['content-length'] ?? 0);
  if (lengthBytes === 0 || lengthBytes > maxBodyBytes) return null;
  if (headers['content-encoding'] !== undefined) return null;
  if (mediaTypeOf(request) !== 'application/json') return null;
  const asked = headers['x-experience-api-version'];
  const version = typeof asked === 'string' ? matchVersion(asked) : undefined;
  const caller = authenticator.recall(headers.authorization);
  if (version === undefined || caller === null) return null;
  return grants(caller.scopes, 'statements/write') ? { version, caller, lengthBytes } : null;
}

async function answer(
  { store, onStored }: PlainPostOptions,
  { version, caller: { authority } }: PlainPost,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  response.setHeader(CONSISTENT_THROUGH, formatInstant(await store.consistentThrough()));
  const ids = await storeStatements(
    store,
    { text: decodeText(body), parts: NO_PARTS },
    { version, authority, putId: null },
  );
  sendJson(response, 200, ids);
  onStored(ids.length);
}
