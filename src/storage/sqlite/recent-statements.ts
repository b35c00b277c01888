import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../../statements/instant.ts';
import type { StatementId } from '../../../statements/statement.ts';
import type { PositionList } from './posting-list.ts';
import { bytesToId, unpackTerms } from './row.ts';

/**
 * The index of the statements that the index in the file does not have yet. A statement's id and terms
 * belong on pages of the file far apart, and to change these for every commit was most of what a commit
 * wrote. So the file's index runs some thousands of statements behind the log, and then takes them all in
 * its own order, each page once. Until then they are found here. None of this needs keeping: the log has it.
 */
export class RecentStatements {
  readonly #read: StatementSync;
  #last = 0 as Instant;
  readonly #storedById = new Map<StatementId, Instant>();
  readonly #postings = new Map<number, Instant[]>();

  constructor(database: DatabaseSync) {
    this.#read = database.prepare(
      `SELECT stored, id, terms FROM statement
       WHERE stored > max(?, (SELECT indexed_to FROM index_progress)) ORDER BY stored`,
    );
  }

  get size(): number {
    return this.#storedById.size;
  }

  get last(): Instant {
    return this.#last;
  }

  /** Reads what was stored since this was last called. */
  catchUp(): void {
    for (const row of this.#read.all(this.#last))
      this.add(
        row['stored'] as Instant,
        bytesToId(row['id'] as Uint8Array),
        unpackTerms(row['terms']),
      );
  }

  /** Statements come in the order of the log. Throws when an id comes twice, for no index of the file would refuse it. */
  add(stored: Instant, id: StatementId, terms: ReadonlySet<number>): void {
    if (this.#storedById.has(id)) throw new Error(`two statements have the id ${id}`);
    this.#last = stored;
    this.#storedById.set(id, stored);
    for (const term of terms) {
      const positions = this.#postings.get(term);
      if (positions === undefined) this.#postings.set(term, [stored]);
      else positions.push(stored);
    }
  }

  clear(): void {
    this.#last = 0 as Instant;
    this.#storedById.clear();
    this.#postings.clear();
  }

  find(id: StatementId): Instant | undefined {
    return this.#storedById.get(id);
  }

  /** In the order of the index. */
  ids(): [StatementId, Instant][] {
    return [...this.#storedById].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** In the order of the index. */
  postings(): [term: number, positions: readonly Instant[]][] {
    return [...this.#postings].sort(([a], [b]) => a - b);
  }

  /** The positions of a term from `from` to `to`, both in. */
  positionsOf(term: number, from: Instant, to: Instant, ascending: boolean): PositionList {
    const positions = this.#postings.get(term) ?? [];
    return {
      seek(position) {
        const found = ascending
          ? positions[countBelow(positions, Math.max(position, from))]
          : positions[countBelow(positions, Math.min(position, to) + 1) - 1];
        return found === undefined || found < from || found > to ? null : found;
      },
    };
  }
}

/** How many of the rising positions are less than `bound`. */
function countBelow(positions: readonly Instant[], bound: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positions[middle] ?? bound) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
