import type { DocumentKey, DocumentScope, StoredDocument } from '../../../statements/documents.ts';
import type { Instant } from '../../../statements/instant.ts';
import type { SqlRow } from './row.ts';

/** Bound by `keyValues`. */
export const KEY_COLUMNS =
  'resource = ? AND activity = ? AND agent = ? AND registration = ? AND id = ?';

type KeyValues = [string, string, string, string, string];

export function keyValues(key: DocumentKey): KeyValues {
  return [key.resource, key.activityId, key.agent, key.registration ?? '', key.id];
}

/** The condition that a list or a deletion of many has, and the values it is bound to. */
export function selectScope({ resource, activityId, agent, registration }: DocumentScope): {
  readonly columns: string;
  readonly values: readonly string[];
} {
  const columns = 'resource = ? AND activity = ? AND agent = ?';
  const values = [resource, activityId, agent];
  return registration === null
    ? { columns, values }
    : { columns: `${columns} AND registration = ?`, values: [...values, registration] };
}

/** From the columns content_type, content, etag, updated. */
export function toStoredDocument(row: SqlRow): StoredDocument {
  return {
    contentType: row['content_type'] as string,
    content: row['content'] as Uint8Array,
    etag: row['etag'] as string,
    updated: row['updated'] as Instant,
  };
}
