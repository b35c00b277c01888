import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Binary } from 'mongodb';
import { BEGINNING, type Instant } from '../../../statements/instant.ts';
import { readClock } from '../../clock.ts';
import type { Database, LinkDocument } from './database.ts';
import { decodeEntry, encodeEntry, type Entry } from './entry.ts';
import { isDuplicateKey, isPassing, reach, unavailable } from './failures.ts';

/** How long a call may wait for the database before its client is told to come back. */
const PATIENCE_MS = 15_000;
/** How long a link may stay unapplied before somebody else applies it: its writer may be dead. */
const WRITER_GRACE_MS = 1_000;
const LONGEST_PAUSE_MS = 50;
const RETRY_PAUSE_MS = 200;
const FOLLOW_LIMIT = 1_000;
/** Of a body, in a link or a part; a document of MongoDB ends at 16 MiB. */
const PART_BYTES = 8_000_000;
/** Applied links that stay, so that nobody who stalled can take a number a second time. */
const KEPT_LINKS = 10_000;
const KEPT_MS = 3_600_000;
const KEPT_PARTS_MS = 86_400_000;
const TRIM_EVERY = 1_000;

export interface Position {
  readonly link: number;
  readonly last: Instant;
}

export interface Committed {
  readonly link: number;
  readonly first: Instant;
}

export interface Draft {
  readonly entry: Entry;
  readonly defines: boolean;
}

interface KnownLink {
  readonly number: number;
  readonly last: Instant;
  readonly seenAtMs: number;
  readonly parts: readonly string[];
  readonly group: string;
  applied: boolean;
}

export type ApplyEntry = (entry: Entry, at: Committed) => Promise<unknown>;

/**
 * The chain through which everything is written that has to be whole or in order. Link n + 1 can be
 * inserted only by one who has seen link n, and once: its number is its `_id`. That one insert is the
 * commit of all that the link holds. What it says is then done (applied), in order of the links, by its
 * writer; where that one dies, by whoever comes next. Readers look no further than the last link up to
 * which all are applied. DECISIONS.md tells the whole of it.
 */
export class WriteLog {
  readonly #database: Database;
  readonly #apply: ApplyEntry;
  /** Of this opening; the groups of its links begin with it. */
  readonly #name = randomUUID();
  #groups = 0;
  #head: Position = { link: 0, last: BEGINNING };
  /** Up to here all links are applied. */
  #settled: Position = this.#head;
  /** The links after `#settled`. */
  readonly #links = new Map<number, KnownLink>();
  /** Links that this process is applying. */
  readonly #applying = new Map<number, Promise<void>>();
  #following: Promise<void> | null = null;
  #followingNext: Promise<void> | null = null;
  #committedAtMs = -Infinity;
  #toMark: KnownLink[] = [];
  #marking: Promise<void> | null = null;
  #marked = 0;
  #isClosed = false;
  #latestRecords = 0;
  #latestForeignDefinition = 0;

  private constructor(database: Database, apply: ApplyEntry) {
    this.#database = database;
    this.#apply = apply;
  }

  static async open(database: Database, apply: ApplyEntry): Promise<WriteLog> {
    const log = new WriteLog(database, apply);
    const { links } = database;
    // The oldest that is not applied before the newest: between the two only newer ones can come.
    const oldest = await links.find({ applied: false }).sort({ _id: 1 }).limit(1).next();
    const settled = await links
      .find(oldest === null ? {} : { _id: { $lt: oldest._id } })
      .sort({ _id: -1 })
      .limit(1)
      .next();
    if (settled !== null) log.#settled = log.#head = { link: settled._id, last: settled.last };
    await log.follow();
    return log;
  }

  /** As this process knows it; another may have gone on. */
  get head(): Position {
    return this.#head;
  }

  /** The newest known link that changes records. */
  get latestRecords(): number {
    return this.#latestRecords;
  }

  /** The newest known link by another process that changes what is known of activities. */
  get latestForeignDefinition(): number {
    return this.#latestForeignDefinition;
  }

  get committedMsAgo(): number {
    return performance.now() - this.#committedAtMs;
  }

  /**
   * Adds a link with `stamps` instants of its own, later than all before it, whatever the clocks say.
   * `draft` is asked again when another process took the number. Throws UNAVAILABLE when the database
   * does not answer; the link may then still come to be, as an answer may have been lost.
   */
  async commit(stamps: number, draft: () => Draft): Promise<Committed> {
    const group = `${this.#name}/${++this.#groups}`;
    const until = performance.now() + PATIENCE_MS;
    for (let tried: number | null = null; ;) {
      try {
        if (tried !== null) {
          await this.#fetch();
          const found = await this.#find(group, tried);
          if (found !== null) return found;
        }
        tried = this.#head.link + 1;
        return await this.#insert(group, stamps, draft());
      } catch (error) {
        // Taken: by another process, or by ourselves when an answer was lost.
        if (!isDuplicateKey(error) && !isPassing(error)) throw error;
        if (performance.now() > until) throw unavailable();
        if (isPassing(error)) await sleep(RETRY_PAUSE_MS);
      }
    }
  }

  async #insert(group: string, stamps: number, { entry, defines }: Draft): Promise<Committed> {
    const link = this.#head.link + 1;
    const first = Math.max(readClock(), this.#head.last + 1) as Instant;
    const last = (first + stamps - 1) as Instant;
    const { kind } = entry;
    const { body, parts } = await this.#writeBody(entry);
    const sentAtMs = performance.now();
    await this.#database.links.insertOne({
      _id: link,
      group,
      kind,
      first,
      last,
      defines,
      applied: kind === 'none',
      ...(kind === 'none' ? { appliedAt: new Date() } : {}),
      body,
      parts,
    });
    this.#learn({ _id: link, group, kind, last, defines, applied: kind === 'none', parts });
    this.#committedAtMs = sentAtMs;
    return { link, first };
  }

  /** New names at each attempt: what one before it wrote, or is yet to write, is of no concern to this one. */
  async #writeBody(entry: Entry): Promise<Pick<LinkDocument, 'parts'> & { body: Binary | null }> {
    if (entry.kind === 'none') return { body: null, parts: [] };
    const bytes = await encodeEntry(entry);
    if (bytes.length <= PART_BYTES) return { body: new Binary(bytes), parts: [] };
    const parts: string[] = [];
    for (let start = 0; start < bytes.length; start += PART_BYTES) {
      const _id = randomUUID();
      const piece = new Binary(bytes.subarray(start, start + PART_BYTES));
      await this.#database.parts.insertOne({ _id, bytes: piece, at: new Date() });
      parts.push(_id);
    }
    return { body: null, parts };
  }

  /** The link of ours whose answer was lost. */
  async #find(group: string, tried: number): Promise<Committed | null> {
    const known = this.#links.get(tried);
    if (known !== undefined && known.group !== group) return null;
    const found = await this.#database.links.findOne({ _id: tried, group });
    return found === null ? null : { link: tried, first: found.first };
  }

  /** Learns of all links that there are when it is called. Calls at the same time share one look. */
  follow(): Promise<void> {
    if (this.#followingNext !== null) return this.#followingNext;
    const before = this.#following ?? Promise.resolve();
    const next = before
      .catch(() => undefined)
      .then(() => {
        this.#following = next;
        this.#followingNext = null;
        return reach(() => this.#fetch());
      });
    this.#followingNext = next;
    return next;
  }

  async #fetch(): Promise<void> {
    let page: readonly LinkDocument[];
    let after = this.#settled.link;
    do {
      page = await this.#database.links
        .find({ _id: { $gt: after } })
        .project<LinkDocument>({ body: 0 })
        .sort({ _id: 1 })
        .limit(FOLLOW_LIMIT)
        .toArray();
      for (const link of page) this.#learn(link);
      after = page.at(-1)?._id ?? after;
    } while (page.length === FOLLOW_LIMIT);
  }

  #learn(
    link: Pick<LinkDocument, '_id' | 'group' | 'kind' | 'last' | 'defines' | 'applied' | 'parts'>,
  ): void {
    const { _id: number, group, kind, last, defines, applied, parts } = link;
    if (number <= this.#settled.link) return;
    const known = this.#links.get(number);
    if (known !== undefined) known.applied ||= applied;
    else {
      const seenAtMs = performance.now();
      const fresh: KnownLink = { number, last, seenAtMs, parts, group, applied };
      this.#links.set(number, fresh);
      if (kind === 'records') this.#latestRecords = Math.max(this.#latestRecords, number);
      if (defines && !group.startsWith(this.#name))
        this.#latestForeignDefinition = Math.max(this.#latestForeignDefinition, number);
    }
    if (number > this.#head.link) this.#head = { link: number, last };
    this.#advance();
  }

  #advance(): void {
    for (;;) {
      const number = this.#settled.link + 1;
      const next = this.#links.get(number);
      if (next?.applied !== true) return;
      this.#links.delete(number);
      this.#settled = { link: number, last: next.last };
    }
  }

  /** Applies a link of our own in its turn. When it throws, the link is applied later, by whoever comes. */
  async applyOwn<Result>(link: number, apply: () => Promise<Result>): Promise<Result> {
    const applied = this.#settleTo(link - 1).then(() => this.#retry(apply));
    const settled = applied.then(
      () => this.#confirm(link),
      () => undefined,
    );
    this.#applying.set(link, settled);
    try {
      const result = await applied;
      await settled;
      return result;
    } finally {
      this.#applying.delete(link);
    }
  }

  async #retry<Result>(run: () => Promise<Result>): Promise<Result> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await run();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (performance.now() > until || this.#isClosed) throw unavailable();
        await sleep(RETRY_PAUSE_MS);
      }
    }
  }

  /** Resolves when all that was committed before the call is applied: what a reader may look at. */
  async settle(): Promise<Position> {
    await this.follow();
    return this.#settleTo(this.#head.link);
  }

  async #settleTo(target: number): Promise<Position> {
    const until = performance.now() + PATIENCE_MS;
    let pauseMs = 1;
    while (this.#settled.link < target) {
      const number = this.#settled.link + 1;
      const link = this.#links.get(number);
      const applying = this.#applying.get(number);
      if (applying !== undefined) await applying;
      else if (link !== undefined && performance.now() - link.seenAtMs > WRITER_GRACE_MS)
        await reach(() => this.#help(number));
      else {
        await sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
        await this.follow();
      }
      if (performance.now() > until) throw unavailable();
    }
    return this.#settled;
  }

  /** Does what a link says in the place of its writer. */
  #help(number: number): Promise<void> {
    const run = async (): Promise<void> => {
      const link = await this.#database.links.findOne({ _id: number });
      if (link === null) throw new Error(`Link ${number} of the write log is missing.`);
      if (!link.applied) {
        const entry = await decodeEntry(await this.#readBody(link), link.kind);
        await this.#apply(entry, { link: number, first: link.first });
      }
      this.#confirm(number);
    };
    const helped = run().finally(() => this.#applying.delete(number));
    this.#applying.set(
      number,
      helped.catch(() => undefined),
    );
    return helped;
  }

  async #readBody({ _id, body, parts }: LinkDocument): Promise<Uint8Array> {
    if (body !== undefined && body !== null) return body.value();
    const found = await this.#database.parts.find({ _id: { $in: [...parts] } }).toArray();
    if (found.length !== parts.length) throw new Error(`Link ${_id} of the write log lacks parts.`);
    const byName = new Map(found.map((part) => [part._id, part.bytes.value()]));
    return Buffer.concat(parts.map((name) => byName.get(name) ?? Buffer.alloc(0)));
  }

  #confirm(number: number): void {
    const link = this.#links.get(number);
    if (link === undefined || link.applied) return;
    link.applied = true;
    this.#toMark.push(link);
    this.#advance();
    this.#marking ??= this.#mark();
  }

  /** Tells the others, after the fact: until they know they would only do again what is done. */
  async #mark(): Promise<void> {
    while (this.#toMark.length > 0) {
      const links = this.#toMark;
      this.#toMark = [];
      try {
        await this.#markAll(links);
      } catch (error) {
        if (!isPassing(error) || this.#isClosed) break;
        this.#toMark.unshift(...links);
        await sleep(RETRY_PAUSE_MS);
      }
    }
    this.#marking = null;
  }

  async #markAll(links: readonly KnownLink[]): Promise<void> {
    const numbers = links.map(({ number }) => number);
    await this.#database.links.updateMany(
      { _id: { $in: numbers } },
      { $set: { applied: true, appliedAt: new Date() }, $unset: { body: '' } },
    );
    const parts = links.flatMap((link) => link.parts);
    if (parts.length > 0) await this.#database.parts.deleteMany({ _id: { $in: parts } });
    const before = this.#marked;
    this.#marked += links.length;
    if (Math.floor(before / TRIM_EVERY) < Math.floor(this.#marked / TRIM_EVERY)) await this.#trim();
  }

  /** Removes links that all have long passed, and parts whose writer died before it had a link for them. */
  async #trim(): Promise<void> {
    const now = Date.now();
    await this.#database.links.deleteMany({
      _id: { $lt: this.#settled.link - KEPT_LINKS },
      applied: true,
      appliedAt: { $lt: new Date(now - KEPT_MS) },
    });
    const open = [...this.#links.values()].flatMap(({ parts }) => parts);
    await this.#database.parts.deleteMany({
      at: { $lt: new Date(now - KEPT_PARTS_MS) },
      _id: { $nin: open },
    });
  }

  async close(): Promise<void> {
    while (this.#applying.size > 0) await Promise.all(this.#applying.values());
    this.#isClosed = true;
    await this.#marking;
  }
}
