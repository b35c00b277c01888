import type { Instant } from '../../../statements/instant.ts';

/** Positions of the log in the order of the query, asked for by where to go on. */
export interface PositionList {
  /** The first position at or beyond `position`, in the query's direction; null when there is none. Positions asked for never go back. */
  seek(position: Instant): Instant | null;
}

/**
 * How much one page may search. Two long lists with nothing in common would otherwise be walked to their
 * end; instead the page ends early and its cursor goes on from there.
 */
export class SearchBudget {
  #left = 5_000;
  spend(): void {
    this.#left -= 1;
  }
  get isSpent(): boolean {
    return this.#left <= 0;
  }
}

const LARGEST_CHUNK = 512;

/**
 * The positions of one term, fetched in chunks. A list that is read on from one position to the next, as
 * the rarest of an intersection is, fetches twice as many each time; one that is only asked about
 * positions far apart fetches one at a time, since the rest of a chunk would be passed over.
 */
export class PostingList implements PositionList {
  readonly #fetch: (position: Instant, count: number) => readonly Instant[];
  readonly #ascending: boolean;
  #chunk: readonly Instant[] = [];
  #next = 0;
  #size: number;
  /** How many of the chunk have been answered. */
  #used = 0;
  #answered: Instant | null = null;
  #isLast = false;

  /** `firstChunk`: how many positions are sure to be read on from the start. */
  constructor(
    fetch: (position: Instant, count: number) => readonly Instant[],
    ascending: boolean,
    firstChunk: number,
  ) {
    this.#fetch = fetch;
    this.#ascending = ascending;
    this.#size = firstChunk;
  }

  seek(position: Instant): Instant | null {
    this.#skipTo(position);
    if (this.#next >= this.#chunk.length) {
      if (this.#isLast) return null;
      this.#refill(position);
    }
    const found = this.#chunk[this.#next] ?? null;
    if (found !== this.#answered) this.#used += 1;
    this.#answered = found;
    return found;
  }

  #refill(position: Instant): void {
    if (this.#answered !== null)
      this.#size =
        this.#used * 2 > this.#chunk.length ? Math.min(this.#size * 2, LARGEST_CHUNK) : 1;
    this.#chunk = this.#fetch(position, this.#size);
    this.#next = 0;
    this.#used = 0;
    this.#isLast = this.#chunk.length < this.#size;
  }

  #skipTo(position: Instant): void {
    for (; this.#next < this.#chunk.length; this.#next += 1) {
      const candidate = this.#chunk[this.#next];
      if (candidate === undefined || !isBefore(candidate, position, this.#ascending)) return;
    }
  }
}

/** Any of the lists. */
export function unite(lists: readonly PositionList[], ascending: boolean): PositionList {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  return {
    seek(position) {
      let nearest: Instant | null = null;
      for (const list of lists) {
        const found = list.seek(position);
        if (found !== null && (nearest === null || isBefore(found, nearest, ascending)))
          nearest = found;
      }
      return nearest;
    },
  };
}

/**
 * All of the lists, by leapfrog: each list in turn jumps to where the one before it stands, until they
 * agree. When the budget is spent it answers where it stands: nothing before that is in all lists.
 */
export function intersect(
  lists: readonly PositionList[],
  ascending: boolean,
  budget: SearchBudget,
): PositionList {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  return {
    seek(start) {
      let position = start;
      let agreed = 0;
      for (let turn = 0; agreed < lists.length; turn = (turn + 1) % lists.length) {
        const found = lists[turn]?.seek(position) ?? null;
        if (found === null) return null;
        agreed = isBefore(position, found, ascending) ? 1 : agreed + 1;
        position = found;
        if (budget.isSpent) break;
      }
      return position;
    },
  };
}

function isBefore(a: Instant, b: Instant, ascending: boolean): boolean {
  return ascending ? a < b : a > b;
}
