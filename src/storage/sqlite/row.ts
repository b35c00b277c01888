import type { SQLOutputValue } from 'node:sqlite';
import type { Instant } from '../../../statements/instant.ts';
import type { StoredStatement } from '../../../statements/prepared-statement.ts';
import type { StatementId } from '../../../statements/statement.ts';

export type SqlRow = Record<string, SQLOutputValue>;

export function idToBytes(id: StatementId): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

export function bytesToId(bytes: Uint8Array): StatementId {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-') as StatementId;
}

/** From the columns stored, id, text, voided. */
export function toStoredStatement(row: SqlRow): StoredStatement {
  return {
    id: bytesToId(row['id'] as Uint8Array),
    stored: row['stored'] as Instant,
    text: row['text'] as string,
    voided: row['voided'] === 1,
  };
}

/** Term ids, 32 bits each. */
export function packTerms(terms: ReadonlySet<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(terms).buffer);
}

export function unpackTerms(packed: unknown): Set<number> {
  const bytes = packed as Uint8Array;
  // A copy, since SQLite's bytes need not lie where 32-bit numbers may.
  return new Set(new Uint32Array(bytes.slice().buffer));
}
