import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import {
  mergeDefinitionTexts,
  type SentDefinition,
} from '../../../statements/activity-definition.ts';
import type { Document, DocumentKey, DocumentScope } from '../../../statements/documents.ts';
import type { Instant } from '../../../statements/instant.ts';
import { closeText, type PreparedStatement } from '../../../statements/prepared-statement.ts';
import type { StatementId } from '../../../statements/statement.ts';
import { readClock } from '../../clock.ts';
import type {
  AppendOutcome,
  Credential,
  KeyedRecord,
  PutOutcome,
  StatementText,
} from '../store.ts';
import { KEY_COLUMNS, keyValues, selectScope } from './document-row.ts';
import { rememberStatements } from './connection.ts';
import { RecentStatements } from './recent-statements.ts';
import { idToBytes, packTerms, toStoredStatement, unpackTerms, type SqlRow } from './row.ts';

/** About 100 bytes each; most statements name terms that others named a moment ago. */
const REMEMBERED_TERMS = 500_000;
/** In characters, ids and definitions together. */
const REMEMBERED_DEFINITIONS = 32_000_000;

/**
 * Everything that changes the file. Each method runs inside a transaction that its caller began, changes
 * all it was asked to or throws, and after a throw the caller rolls it back and calls `forget`.
 */
export class SqliteWriter {
  readonly #sql: (text: string) => StatementSync;
  readonly #terms = new Map<string, number>();
  /** What was last said of an activity: most statements say it again. */
  readonly #definitions = new LRUCache<string, string>({
    maxSize: REMEMBERED_DEFINITIONS,
    sizeCalculation: (json, id) => json.length + id.length,
  });
  readonly #recent: RecentStatements;
  /** The last stamp given, to a statement, a document or a record. */
  #last: Instant;

  readonly #indexLag: number;

  /** `indexLag`: how many statements behind the log the index may be. */
  constructor(database: DatabaseSync, indexLag: number) {
    this.#indexLag = indexLag;
    this.#sql = rememberStatements(database);
    this.#recent = new RecentStatements(database);
    this.#recent.catchUp();
    const row = this.#sql(
      'SELECT max(coalesce((SELECT max(stored) FROM statement), 0), coalesce((SELECT max(version) FROM record), 0), coalesce((SELECT max(updated) FROM document), 0)) AS last',
    ).get();
    this.#last = Number(row?.['last']) as Instant;
  }

  /** What was rolled back must not be remembered. Stamps may be: they only rise. */
  forget(): void {
    this.#terms.clear();
    this.#definitions.clear();
    this.#recent.clear();
    this.#recent.catchUp();
  }

  // Statements ----------------------------------------------------------------------------------

  /** Stamps after `notBefore`: the instant up to which readers have been promised that nothing new appears. */
  append(statements: readonly PreparedStatement[], notBefore: Instant): AppendOutcome {
    const found = statements.map(({ id }) => this.#find(id)).filter((stored) => stored !== null);
    if (found.length > 0) {
      const read = this.#sql('SELECT stored, id, text, voided FROM statement WHERE stored = ?');
      const rows = found.map((stored) => read.get(stored)).filter((row) => row !== undefined);
      return { kind: 'exists', existing: rows.map(toStoredStatement) };
    }
    return {
      kind: 'stored',
      stored: statements.map((statement) => this.#insert(statement, notBefore)),
    };
  }

  #find(id: StatementId): Instant | null {
    return (this.#recent.find(id) ??
      this.#sql('SELECT stored FROM statement_id WHERE id = ?').get(idToBytes(id))?.['stored'] ??
      null) as Instant | null;
  }

  /** Brings the index up to the log, once enough has gathered. */
  keepIndex(): void {
    if (this.#recent.size >= this.#indexLag) this.#indexAll();
  }

  #indexAll(): void {
    if (this.#recent.size === 0) return;
    const addId = this.#sql('INSERT INTO statement_id (id, stored) VALUES (?, ?)');
    for (const [id, stored] of this.#recent.ids()) addId.run(idToBytes(id), stored);
    for (const [term, positions] of this.#recent.postings())
      for (const stored of positions) this.#post(term, stored);
    this.#sql('UPDATE index_progress SET indexed_to = ?').run(this.#recent.last);
    this.#recent.clear();
  }

  #insert(statement: PreparedStatement, notBefore: Instant): Instant {
    const stored = this.#stamp(notBefore);
    const id = idToBytes(statement.id);
    const { refersTo } = statement;
    const target = refersTo === null ? null : this.#find(refersTo);
    const referrers = this.#sql(
      'SELECT stored, terms, id, voids FROM statement WHERE refers_to = ?',
    ).all(id);
    // A voiding statement cannot be voided (Data §2.3.2); any other is, by one that came before it too.
    const voided = !statement.voids && referrers.some((row) => row['voids'] === 1);
    const terms = new Set(statement.keys.map((key) => this.#internTerm(key)));
    if (target !== null) for (const term of this.#termsOf(target)) terms.add(term);

    this.#sql(
      'INSERT INTO statement (stored, id, terms, refers_to, voids, voided, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(
      stored,
      id,
      packTerms(terms),
      refersTo === null ? null : idToBytes(refersTo),
      Number(statement.voids),
      Number(voided),
      closeText(statement, stored),
    );
    this.#recent.add(stored, statement.id, terms);
    if (statement.voids && target !== null)
      this.#sql('UPDATE statement SET voided = 1 WHERE stored = ? AND voids = 0').run(target);
    if (referrers.length > 0) this.#passOn(terms, referrers);
    for (const definition of statement.definitions) this.#define(definition);
    return stored;
  }

  #define({ id, json }: SentDefinition): void {
    if (this.#definitions.get(id) === json) return;
    const known = this.#sql('SELECT definition FROM activity WHERE id = ?').get(id)?.['definition'];
    const before = typeof known === 'string' ? known : null;
    const after = mergeDefinitionTexts(before, json);
    if (after !== before)
      this.#sql(
        `INSERT INTO activity (id, definition) VALUES (?, ?)
         ON CONFLICT (id) DO UPDATE SET definition = excluded.definition`,
      ).run(id, after);
    this.#definitions.set(id, json);
  }

  /**
   * Gives terms to statements that refer, at any remove, to the one that has them (Communication §2.1.4).
   * A statement that gains nothing passes nothing on, so a circle of references ends.
   */
  #passOn(terms: ReadonlySet<number>, referrers: readonly SqlRow[]): void {
    const waiting = [...referrers];
    for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
      const held = unpackTerms(row['terms']);
      const gained = [...terms].filter((term) => !held.has(term));
      if (gained.length === 0) continue;
      const stored = row['stored'] as Instant;
      for (const term of gained) {
        held.add(term);
        this.#post(term, stored);
      }
      this.#sql('UPDATE statement SET terms = ? WHERE stored = ?').run(packTerms(held), stored);
      waiting.push(
        ...this.#sql('SELECT stored, terms, id, voids FROM statement WHERE refers_to = ?').all(
          row['id'] ?? null,
        ),
      );
    }
  }

  #termsOf(stored: Instant): ReadonlySet<number> {
    const row = this.#sql('SELECT terms FROM statement WHERE stored = ?').get(stored);
    return row === undefined ? new Set() : unpackTerms(row['terms']);
  }

  #internTerm(text: string): number {
    const known = this.#terms.get(text);
    if (known !== undefined) return known;
    const found = this.#sql('SELECT id FROM term WHERE text = ?').get(text)?.['id'];
    const id = Number(
      found ?? this.#sql('INSERT INTO term (text) VALUES (?)').run(text).lastInsertRowid,
    );
    if (this.#terms.size >= REMEMBERED_TERMS) this.#terms.clear();
    this.#terms.set(text, id);
    return id;
  }

  #post(term: number, stored: Instant): void {
    // A recent statement that inherited a term has it here already, for no reader looks at its row again.
    this.#sql('INSERT INTO posting (term, stored) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
      term,
      stored,
    );
  }

  #stamp(notBefore: Instant): Instant {
    this.#last = Math.max(readClock(), this.#last + 1, notBefore + 1) as Instant;
    return this.#last;
  }

  // Documents -----------------------------------------------------------------------------------

  setDocument(key: DocumentKey, expected: Instant | null, document: Document | null): boolean {
    const values = keyValues(key);
    const stored = this.#sql(`SELECT updated FROM document WHERE ${KEY_COLUMNS}`).get(...values);
    if ((stored?.['updated'] ?? null) !== expected) return false;
    if (document === null) this.#sql(`DELETE FROM document WHERE ${KEY_COLUMNS}`).run(...values);
    else
      this.#sql(
        `INSERT OR REPLACE INTO document
           (resource, activity, agent, registration, id, updated, etag, content_type, content)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        ...values,
        this.#stamp(0 as Instant),
        document.etag,
        document.contentType,
        document.content,
      );
    return true;
  }

  deleteDocuments(scope: DocumentScope): void {
    const { columns, values } = selectScope(scope);
    this.#sql(`DELETE FROM document WHERE ${columns}`).run(...values);
  }

  // Erasure -------------------------------------------------------------------------------------

  replaceTexts(texts: readonly StatementText[]): void {
    for (const { id, text } of texts)
      this.#sql('UPDATE statement SET text = ? WHERE stored = ?').run(text, this.#find(id));
  }

  renameKey(from: string, to: string): void {
    const byText = this.#sql('SELECT id FROM term WHERE text = ?');
    const [old, present] = [byText.get(from)?.['id'], byText.get(to)?.['id']];
    if (old === undefined) return;
    this.#terms.delete(from);
    if (present === undefined) {
      // Everything that has the term has it by its number.
      this.#sql('UPDATE term SET text = ? WHERE id = ?').run(to, old);
      return;
    }
    this.#indexAll();
    for (const row of this.#sql(
      'SELECT s.stored, s.terms FROM posting p JOIN statement s ON s.stored = p.stored WHERE p.term = ?',
    ).all(old)) {
      const stored = row['stored'] as Instant;
      const terms = unpackTerms(row['terms']);
      terms.delete(Number(old));
      if (!terms.has(Number(present))) this.#post(Number(present), stored);
      terms.add(Number(present));
      this.#sql('UPDATE statement SET terms = ? WHERE stored = ?').run(packTerms(terms), stored);
    }
    this.#sql('DELETE FROM posting WHERE term = ?').run(old);
    this.#sql('DELETE FROM term WHERE id = ?').run(old);
  }

  deleteAgentDocuments(agent: string): number {
    return Number(this.#sql('DELETE FROM document WHERE agent = ?').run(agent).changes);
  }

  // Workforce records ---------------------------------------------------------------------------

  putRecords(collection: string, records: readonly KeyedRecord[]): PutOutcome {
    const outcome = { created: 0, updated: 0, unchanged: 0, deleted: 0 };
    for (const { key, json } of records) {
      const before = this.#recordOf(collection, key);
      if (before === json) outcome.unchanged += 1;
      else {
        this.#setRecord(collection, key, json);
        outcome[before === null ? 'created' : 'updated'] += 1;
      }
    }
    return outcome;
  }

  replaceRecords(collection: string, records: readonly KeyedRecord[]): PutOutcome {
    const kept = new Set(records.map(({ key }) => key));
    const rows = this.#sql('SELECT key FROM record WHERE collection = ? AND json IS NOT NULL').all(
      collection,
    );
    const dropped = rows.map((row) => row['key'] as string).filter((key) => !kept.has(key));
    for (const key of dropped) this.#setRecord(collection, key, null);
    return { ...this.putRecords(collection, records), deleted: dropped.length };
  }

  deleteRecord(collection: string, key: string): boolean {
    if (this.#recordOf(collection, key) === null) return false;
    this.#setRecord(collection, key, null);
    return true;
  }

  #recordOf(collection: string, key: string): string | null {
    const row = this.#sql('SELECT json FROM record WHERE collection = ? AND key = ?').get(
      collection,
      key,
    );
    return (row?.['json'] ?? null) as string | null;
  }

  #setRecord(collection: string, key: string, json: string | null): void {
    this.#sql(
      `INSERT INTO record (collection, key, json, version) VALUES (?, ?, ?, ?)
       ON CONFLICT (collection, key) DO UPDATE SET json = excluded.json, version = excluded.version`,
    ).run(collection, key, json, this.#stamp(0 as Instant));
  }

  // Credentials ---------------------------------------------------------------------------------

  createCredential({ key, secretHash, name, scopes, createdAt }: Credential): boolean {
    const { changes } = this.#sql(
      'INSERT INTO credential (key, secret_hash, name, scopes, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ).run(key, secretHash, name, JSON.stringify(scopes), createdAt);
    return changes === 1;
  }

  deleteCredential(key: string): boolean {
    return this.#sql('DELETE FROM credential WHERE key = ?').run(key).changes === 1;
  }
}
