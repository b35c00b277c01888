import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { DocumentScope } from '../../../statements/documents.ts';
import type { PreparedStatement } from '../../../statements/prepared-statement.ts';
import type { KeyedRecord, StatementText } from '../store.ts';

/** What a link of the chain says is to be done. It can be done again and again, by anyone. */
export type Entry = StatementsEntry | ChangeEntry | { readonly kind: 'none' };

/** What has a link of its own. */
export type ChangeEntry =
  RecordsEntry | DocumentsEntry | AgentDocumentsEntry | TextsEntry | RenameEntry;

export interface StatementsEntry {
  readonly kind: 'statements';
  /** Keys are hashed already. */
  readonly requests: readonly (readonly PreparedStatement[])[];
}

export interface RecordsEntry {
  readonly kind: 'records';
  readonly how: 'put' | 'replace' | 'delete';
  readonly collection: string;
  readonly records: readonly KeyedRecord[];
}

/** Removes all documents of the scope that are older than the link. */
export interface DocumentsEntry {
  readonly kind: 'documents';
  readonly scope: DocumentScope;
}

/** Removes all documents of an agent that are older than the link. */
export interface AgentDocumentsEntry {
  readonly kind: 'agent-documents';
  readonly agent: string;
}

export interface TextsEntry {
  readonly kind: 'texts';
  readonly texts: readonly StatementText[];
}

/** Both are hashed. */
export interface RenameEntry {
  readonly kind: 'rename';
  readonly from: string;
  readonly to: string;
}

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** JSON, compressed: the chain holds each statement for the moments until it is applied. */
export async function encodeEntry(entry: Entry): Promise<Buffer> {
  return compress(JSON.stringify(entry));
}

export async function decodeEntry(body: Uint8Array, kind: Entry['kind']): Promise<Entry> {
  const entry = JSON.parse((await decompress(body)).toString()) as Entry;
  if (entry.kind !== kind)
    throw new Error(`A link of kind ${kind} holds one of kind ${entry.kind}.`);
  return entry;
}

/** 96 bits of SHA-256: index keys are IRIs of any length, and an index wants them short and alike. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'base64url').slice(0, 16);
}
