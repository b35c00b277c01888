import { PraxisError } from './errors.ts';
import { readMediaType } from './media-type.ts';
import type { Instant } from './instant.ts';
import { memberSpans } from './json-text.ts';
import type { XapiVersion } from './statement.ts';

/** The three document resources (Communication §2.2), by the path they are at. */
export const DOCUMENT_RESOURCES = [
  'activities/state',
  'agents/profile',
  'activities/profile',
] as const;
export type DocumentResource = (typeof DOCUMENT_RESOURCES)[number];

/** Where documents lie: state has an activity, an agent and perhaps a registration, a profile one of the first two. */
export interface DocumentScope {
  readonly resource: DocumentResource;
  /** '' where the resource has none. */
  readonly activityId: string;
  /** As `agentKey` writes it; '' where the resource has none. */
  readonly agent: string;
  /** Lower case; null is every registration and none in a list, and none in a key. */
  readonly registration: string | null;
}

export interface DocumentKey extends DocumentScope {
  /** stateId or profileId. */
  readonly id: string;
}

export interface Document {
  readonly contentType: string;
  readonly content: Uint8Array;
  /** SHA-1 of the content in hex, without quotes: what 1.0.3 asks for (Communication §3.1). */
  readonly etag: string;
}

export interface StoredDocument extends Document {
  /** Rises with every change of the document. */
  readonly updated: Instant;
}

export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

export type DocumentChange = 'PUT' | 'POST' | 'DELETE';

/**
 * Whether a change may go on, given what is stored now (Communication §3.1; IEEE 9274.1.1 §4.1.4).
 * Throws PRECONDITION_FAILED for a header that does not hold, CONFLICT for a blind PUT over a document,
 * MALFORMED for a blind PUT of a new profile in 1.0.3.
 */
export function checkPreconditions(
  change: DocumentChange,
  resource: DocumentResource,
  version: XapiVersion,
  { ifMatch, ifNoneMatch }: Preconditions,
  existing: Document | null,
): void {
  if (ifMatch !== undefined && (existing === null || !listsTag(ifMatch, existing.etag)))
    throw new PraxisError('PRECONDITION_FAILED', `If-Match does not hold: ${nameState(existing)}.`);
  if (ifNoneMatch !== undefined && existing !== null && listsTag(ifNoneMatch, existing.etag))
    throw new PraxisError(
      'PRECONDITION_FAILED',
      `If-None-Match does not hold: ${nameState(existing)}.`,
    );
  if (change !== 'PUT' || ifMatch !== undefined || ifNoneMatch !== undefined) return;

  // 1.0.3 demands the headers of profiles only, 2.0 of every document that would be overwritten.
  const isProfile = resource !== 'activities/state';
  if (existing !== null && (isProfile || version === '2.0.0'))
    throw new PraxisError(
      'CONFLICT',
      'A document is stored here. GET it, then PUT with If-Match and its ETag, or with If-None-Match: * to keep it.',
    );
  if (existing === null && isProfile && version === '1.0.3')
    throw new PraxisError(
      'MALFORMED',
      'PUT of a profile needs If-Match or If-None-Match (XAPI 1.0.3 Communication §3.1).',
    );
}

/** `*`, or a list of tags, quoted, weak or bare as 1.0.3 clients send them. */
function listsTag(header: string, etag: string): boolean {
  if (header.trim() === '*') return true;
  return header
    .split(',')
    .some((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', '') === etag);
}

function nameState(existing: Document | null): string {
  return existing === null ? 'there is no document' : `the document's ETag is "${existing.etag}"`;
}

/**
 * What a POST leaves: the sent document where there was none, else both objects merged, the sent one's
 * top-level members replacing the stored one's whole (Communication §2.2 "JSON Procedure"). Throws
 * MALFORMED, and so changes nothing, when either is no JSON object of type application/json.
 */
export function mergeDocuments(
  existing: Content | null,
  sent: Content,
): Pick<Document, 'contentType' | 'content'> {
  const sentObject = objectTextOf(sent);
  if (existing === null) {
    if (isJson(sent.contentType) && sentObject === null)
      throw new PraxisError(
        'MALFORMED',
        'A document POSTed as application/json must be a JSON object.',
      );
    return sent;
  }
  const existingObject = objectTextOf(existing);
  if (sentObject === null || existingObject === null)
    throw new PraxisError(
      'MALFORMED',
      `POST merges JSON objects only; the ${sentObject === null ? 'sent' : 'stored'} document is none. PUT replaces a document whole.`,
    );
  return {
    contentType: sent.contentType,
    content: Buffer.from(mergeObjectTexts(existingObject, sentObject)),
  };
}

type Content = Pick<Document, 'contentType' | 'content'>;

/** Members are taken over as text, so that no number is written in another way than the client did. */
function mergeObjectTexts(...texts: readonly string[]): string {
  const members = new Map<string, string>();
  for (const text of texts)
    for (const { name, start, end } of memberSpans(text)) members.set(name, text.slice(start, end));
  return `{${[...members.values()].join(',')}}`;
}

function isJson(contentType: string): boolean {
  return readMediaType(contentType) === 'application/json';
}

/** The document as text when it is a JSON object by its type and by its content, else null. */
function objectTextOf({ contentType, content }: Content): string | null {
  if (!isJson(contentType)) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : null;
  } catch {
    // Not UTF-8, or not JSON: the caller says so in the words of the request.
    return null;
  }
}
