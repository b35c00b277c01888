/**
 * What the writers sent, and what the server said of it: the truth that the store is held to after each
 * kill. A statement is told from another with the same id by its mark.
 */
export interface SentStatement {
  readonly id: string;
  readonly mark: string;
  /** The statement that this one voids. */
  readonly voids: string | null;
}

export interface SentRequest {
  readonly statements: readonly SentStatement[];
  /** Unknown: the server died before it answered. */
  outcome: 'stored' | 'refused' | 'unknown';
}

/** A statement as the server returns it; null when it has none of that id, voided or not. */
export interface FoundStatement {
  readonly mark: string;
  readonly voided: boolean;
}

export class Ledger {
  readonly requests: SentRequest[] = [];
  /** By id, the marks it was acknowledged with: one, or a conflict was let through. */
  readonly acknowledged = new Map<string, Set<string>>();
  readonly #acknowledgedStatements: SentStatement[] = [];
  readonly #targets = new Set<string>();
  readonly #unanswered: SentRequest[] = [];
  #settledUpTo = 0;

  begin(statements: readonly SentStatement[]): SentRequest {
    const request: SentRequest = { statements, outcome: 'unknown' };
    this.requests.push(request);
    return request;
  }

  settle(request: SentRequest, outcome: 'stored' | 'refused'): void {
    request.outcome = outcome;
    if (outcome === 'refused') return;
    for (const statement of request.statements) {
      const marks = this.acknowledged.get(statement.id) ?? new Set<string>();
      if (marks.size === 0) this.#acknowledgedStatements.push(statement);
      this.acknowledged.set(statement.id, marks.add(statement.mark));
    }
  }

  /** An acknowledged statement, by a number in [0, 1); null when there is none yet. */
  pickAcknowledged(at: number): SentStatement | null {
    const list = this.#acknowledgedStatements;
    return list[Math.floor(at * list.length)] ?? null;
  }

  /** A request that was never answered, for a client that tries again; each is picked once. */
  takeUnanswered(): SentRequest | null {
    return this.#unanswered.pop() ?? null;
  }

  /** The server is gone: what was not answered will not be. */
  endRound(): void {
    this.#unanswered.push(
      ...this.requests.slice(this.#settledUpTo).filter(({ outcome }) => outcome === 'unknown'),
    );
    this.#settledUpTo = this.requests.length;
  }

  /** As `pickAcknowledged`, and no second time for voiding, nor a statement that itself voids. */
  pickTarget(at: number): string | null {
    const picked = this.pickAcknowledged(at);
    if (picked === null || picked.voids !== null || this.#targets.has(picked.id)) return null;
    this.#targets.add(picked.id);
    return picked.id;
  }

  /** The ids that any request has named. */
  ids(): Set<string> {
    return new Set(this.requests.flatMap(({ statements }) => statements.map(({ id }) => id)));
  }

  /** Every way in which what is stored breaks what was promised, in words; none is the result wanted. */
  compare(stored: ReadonlyMap<string, FoundStatement>): string[] {
    return [
      ...this.#findLost(stored),
      ...this.#findHalves(stored),
      ...this.#findWronglyVoided(stored),
    ];
  }

  #findLost(stored: ReadonlyMap<string, FoundStatement>): string[] {
    const faults: string[] = [];
    for (const [id, marks] of this.acknowledged) {
      const found = stored.get(id);
      if (found === undefined) faults.push(`lost: ${id} was acknowledged and is not there`);
      else if (!marks.has(found.mark))
        faults.push(`changed: ${id} is not the statement acknowledged`);
      if (marks.size > 1)
        faults.push(`conflict let through: ${id} was acknowledged with two contents`);
    }
    const sent = this.ids();
    for (const id of stored.keys()) if (!sent.has(id)) faults.push(`invented: nobody sent ${id}`);
    return faults;
  }

  /** A request is there whole, or none of what only it sent is. */
  #findHalves(stored: ReadonlyMap<string, FoundStatement>): string[] {
    return this.requests.flatMap(({ statements, outcome }) => {
      const own = statements.filter(({ id, mark }) => !this.acknowledged.get(id)?.has(mark));
      const there = own.filter(({ id, mark }) => stored.get(id)?.mark === mark).length;
      const isWhole = there === own.length && outcome !== 'refused';
      if (there === 0 || isWhole) return [];
      return [`in part: ${there} of ${own.length} statements of a request (${outcome}) are there`];
    });
  }

  /** A statement is voided exactly when a statement that voids it is there. */
  #findWronglyVoided(stored: ReadonlyMap<string, FoundStatement>): string[] {
    const voiders = this.requests.flatMap(({ statements }) => statements);
    const voided = new Set(voiders.filter(({ id }) => stored.has(id)).map(({ voids }) => voids));
    return [...stored].flatMap(([id, found]) =>
      found.voided === voided.has(id)
        ? []
        : [
            `voiding in part: ${id} is ${found.voided ? '' : 'not '}voided, its voider says otherwise`,
          ],
    );
  }
}
