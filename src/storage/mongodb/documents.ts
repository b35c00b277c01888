import { Binary } from 'mongodb';
import type {
  Document,
  DocumentKey,
  DocumentScope,
  StoredDocument,
} from '../../../statements/documents.ts';
import { PraxisError } from '../../../statements/errors.ts';
import { BEGINNING, type Instant } from '../../../statements/instant.ts';
import type { Database, DocumentDocument } from './database.ts';
import { isDuplicateKey } from './failures.ts';

/** A document of MongoDB ends at 16 MiB. */
const CONTENT_BYTES = 15_000_000;

export async function getDocument(
  { documents }: Database,
  key: DocumentKey,
): Promise<StoredDocument | null> {
  const found = await documents.findOne({ _id: nameOf(key) });
  if (found === null) return null;
  const { contentType, content, etag, updated } = found;
  return { contentType, content: content.value(), etag, updated };
}

/** One write to one document, which holds or fails by what is stored at that moment. */
export async function setDocument(
  { documents }: Database,
  key: DocumentKey,
  expected: Instant | null,
  document: Document | null,
  updated: Instant,
): Promise<boolean> {
  const _id = nameOf(key);
  if (document === null) {
    if (expected === null) return (await documents.findOne({ _id })) === null;
    return (await documents.deleteOne({ _id, updated: expected })).deletedCount === 1;
  }
  const replacement = toDocument(key, document, updated);
  if (expected !== null) {
    const { matchedCount } = await documents.replaceOne({ _id, updated: expected }, replacement);
    return matchedCount === 1;
  }
  try {
    await documents.insertOne({ _id, ...replacement });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}

function toDocument(
  key: DocumentKey,
  { contentType, content, etag }: Document,
  updated: Instant,
): Omit<DocumentDocument, '_id'> {
  if (content.length > CONTENT_BYTES)
    throw new PraxisError(
      'TOO_LARGE',
      `A document may have ${CONTENT_BYTES} bytes here. Send it in parts, under ids of their own.`,
    );
  return {
    scope: scopeOf(key),
    agent: key.agent,
    registration: key.registration ?? '',
    id: key.id,
    contentType,
    content: new Binary(content),
    etag,
    updated,
  };
}

export async function listDocumentIds(
  { documents }: Database,
  scope: DocumentScope,
  since: Instant | null,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  const cursor = documents
    .find({ ...filterOf(scope), updated: { $gt: since ?? BEGINNING }, id: { $gt: after ?? '' } })
    .project<{ id: string }>({ _id: 0, id: 1 })
    .sort({ id: 1 });
  const ids = new Set<string>();
  // The same id lies under several registrations side by side.
  for await (const { id } of cursor) {
    ids.add(id);
    if (ids.size >= limit) break;
  }
  return [...ids];
}

/** Those that are older than `before`, so that doing it late removes nothing that came since. */
export async function deleteDocuments(
  { documents }: Database,
  scope: DocumentScope,
  before: Instant,
): Promise<void> {
  await documents.deleteMany({ ...filterOf(scope), updated: { $lt: before } });
}

export async function deleteAgentDocuments(
  { documents }: Database,
  agent: string,
  before: Instant,
): Promise<number> {
  return (await documents.deleteMany({ agent, updated: { $lt: before } })).deletedCount;
}

function filterOf(scope: DocumentScope): { scope: string; registration?: string } {
  const { registration } = scope;
  return { scope: scopeOf(scope), ...(registration === null ? {} : { registration }) };
}

function scopeOf({ resource, activityId, agent }: DocumentScope): string {
  return JSON.stringify([resource, activityId, agent]);
}

function nameOf(key: DocumentKey): string {
  const { resource, activityId, agent, registration, id } = key;
  return JSON.stringify([resource, activityId, agent, registration ?? '', id]);
}
