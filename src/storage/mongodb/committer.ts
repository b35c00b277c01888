import type { Instant } from '../../../statements/instant.ts';
import type { PreparedStatement } from '../../../statements/prepared-statement.ts';
import type { StatementId } from '../../../statements/statement.ts';
import { PraxisError } from '../../../statements/errors.ts';
import type { AppendOutcome, PutOutcome } from '../store.ts';
import { applyRecords } from './apply-records.ts';
import { applyStatements } from './apply-statements.ts';
import type { Database } from './database.ts';
import { applyRename, applyTexts } from './apply-erasure.ts';
import { deleteAgentDocuments, deleteDocuments } from './documents.ts';
import { hashKey, type ChangeEntry, type Entry } from './entry.ts';
import { unavailable } from './failures.ts';
import { applyDefinitions, KnownDefinitions } from './known-definitions.ts';
import { WriteLog, type Committed, type Draft } from './write-log.ts';

/** Of one link: its statements are inserted by one command, and a document of MongoDB ends at 16 MiB. */
const GROUP_STATEMENTS = 1_000;
const GROUP_CHARACTERS = 8_000_000;
const STATEMENT_BYTES = 15_000_000;
/** Links that are being applied while the next gathers calls. */
const UNDER_WAY = 2;
const LONGEST_QUEUE = 10_000;

interface Waiting<Work, Result> {
  readonly work: Work;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

type Append = Waiting<readonly PreparedStatement[], AppendOutcome> & { readonly call: 'append' };
type Stamp = Waiting<null, Instant> & { readonly call: 'stamp' };
type Change = Waiting<ChangeEntry, Changed> & { readonly call: 'change' };
type Call = Append | Stamp | Change;

const NOTHING_PUT: PutOutcome = { created: 0, updated: 0, unchanged: 0, deleted: 0 };

/**
 * Group commit: calls gather while links before them are on their way, and one link takes them all, in
 * the order in which they were made.
 */
export class Committer {
  readonly #database: Database;
  readonly #log: WriteLog;
  readonly #definitions: KnownDefinitions;
  #queue: Call[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #running: Promise<void> | null = null;
  #isClosed = false;

  private constructor(database: Database, log: WriteLog, definitions: KnownDefinitions) {
    this.#database = database;
    this.#log = log;
    this.#definitions = definitions;
  }

  static async open(database: Database): Promise<{ committer: Committer; log: WriteLog }> {
    const log = await WriteLog.open(database, (entry, at) => applyEntry(database, entry, at));
    return { committer: new Committer(database, log, new KnownDefinitions()), log };
  }

  async append(statements: readonly PreparedStatement[]): Promise<AppendOutcome> {
    if (statements.length === 0) return { kind: 'stored', stored: [] };
    if (new Set(statements.map(({ id }) => id)).size < statements.length)
      throw new Error('A request names a statement id twice.');
    if (statements.some(({ openText }) => Buffer.byteLength(openText) > STATEMENT_BYTES))
      throw new PraxisError(
        'TOO_LARGE',
        `A statement may have ${STATEMENT_BYTES} bytes here. Send what is large as an attachment.`,
      );
    const work = statements.map((each) => ({ ...each, keys: each.keys.map(hashKey) }));
    return this.#enqueue((settle) => ({ call: 'append', work, ...settle }));
  }

  /** An instant after all that were given before, in any process. */
  stamp(): Promise<Instant> {
    return this.#enqueue((settle) => ({ call: 'stamp', work: null, ...settle }));
  }

  change(work: ChangeEntry): Promise<Changed> {
    return this.#enqueue((settle) => ({ call: 'change', work, ...settle }));
  }

  #enqueue<Result>(make: (settle: Omit<Waiting<never, Result>, 'work'>) => Call): Promise<Result> {
    if (this.#isClosed || this.#queue.length >= LONGEST_QUEUE) return Promise.reject(unavailable());
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push(make({ resolve, reject }));
    this.#running ??= this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    // What one turn of the event loop asks for goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const group = takeGroup(this.#queue);
      try {
        await this.#commit(group);
      } catch (error) {
        this.#definitions.forgetAll();
        // The database does not answer: whoever waits behind would wait as long, and in vain.
        for (const { reject } of [...group, ...this.#queue.splice(0)]) reject(error);
      }
      while (this.#underWay.size >= UNDER_WAY) await Promise.race(this.#underWay);
    }
    this.#running = null;
  }

  async #commit(group: readonly Call[]): Promise<void> {
    let entry: Entry = { kind: 'none' };
    const draft = (): Draft => {
      this.#definitions.forgetBefore(this.#log.latestForeignDefinition);
      entry = this.#entryOf(group);
      return { entry, defines: definitionsOf(entry).length > 0 };
    };
    const at = await this.#log.commit(stampsOf(group), draft);
    const apply = this.#apply(group, entry, at);
    this.#underWay.add(apply);
    void apply.finally(() => this.#underWay.delete(apply));
  }

  #entryOf(group: readonly Call[]): Entry {
    const [first] = group;
    if (first?.call === 'change') return first.work;
    const requests = appendsOf(group).map(({ work }) => work);
    return requests.length === 0
      ? { kind: 'none' }
      : { kind: 'statements', requests: this.#definitions.leaveOutKnown(requests) };
  }

  async #apply(group: readonly Call[], entry: Entry, at: Committed): Promise<void> {
    const activities = new Set(definitionsOf(entry).map(({ id }) => id));
    this.#definitions.begin(activities);
    try {
      const apply = (): Promise<Applied> => applyEntry(this.#database, entry, at);
      const applied = entry.kind === 'none' ? NOTHING : await this.#log.applyOwn(at.link, apply);
      this.#definitions.forgetBefore(this.#log.latestForeignDefinition);
      this.#definitions.remember(at.link, applied.definitions);
      answer(group, applied, at);
    } catch (error) {
      this.#definitions.forgetAll();
      for (const { reject } of group) reject(error);
    } finally {
      this.#definitions.end(activities);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#running !== null || this.#underWay.size > 0)
      await Promise.all([this.#running, ...this.#underWay]);
  }
}

export interface Changed {
  readonly put: PutOutcome;
  /** Documents. */
  readonly removed: number;
}

interface Applied extends Changed {
  readonly outcomes: readonly AppendOutcome[];
  readonly definitions: StatementsDefinitions;
}
type StatementsDefinitions = PreparedStatement['definitions'];

const NOTHING: Applied = { outcomes: [], put: NOTHING_PUT, removed: 0, definitions: [] };

async function applyEntry(database: Database, entry: Entry, at: Committed): Promise<Applied> {
  switch (entry.kind) {
    case 'none':
      return NOTHING;
    case 'records':
      return { ...NOTHING, put: await applyRecords(database, at.link, entry) };
    case 'documents':
      await deleteDocuments(database, entry.scope, at.first);
      return NOTHING;
    case 'agent-documents':
      return { ...NOTHING, removed: await deleteAgentDocuments(database, entry.agent, at.first) };
    case 'texts':
      await applyTexts(database, at.link, entry);
      return NOTHING;
    case 'rename':
      await applyRename(database, at.first, entry);
      return NOTHING;
    case 'statements': {
      const outcomes = await applyStatements(database, at, entry.requests);
      const definitions = entry.requests
        .filter((_, index) => outcomes[index]?.kind === 'stored')
        .flatMap((request) => request.flatMap((statement) => statement.definitions));
      await applyDefinitions(database, at.link, definitions);
      return { ...NOTHING, outcomes, definitions };
    }
  }
}

/** The longest run of calls from the front of the queue that one link can hold. */
function takeGroup(queue: Call[]): readonly Call[] {
  if (queue[0]?.call === 'change') return queue.splice(0, 1);
  const ids = new Set<StatementId>();
  let characters = 0;
  const end = queue.findIndex((each, index) => {
    if (each.call === 'change') return true;
    if (each.call === 'stamp') return false;
    // Whether an id is taken is asked of the links before, so one id comes in one request of a link.
    if (each.work.some(({ id }) => ids.has(id))) return true;
    for (const { id, openText } of each.work) {
      ids.add(id);
      characters += openText.length;
    }
    return index > 0 && (ids.size > GROUP_STATEMENTS || characters > GROUP_CHARACTERS);
  });
  return queue.splice(0, end === -1 ? queue.length : end);
}

function appendsOf(group: readonly Call[]): readonly Append[] {
  return group.filter((each) => each.call === 'append');
}

function definitionsOf(entry: Entry): StatementsDefinitions {
  return entry.kind === 'statements'
    ? entry.requests.flatMap((request) => request.flatMap(({ definitions }) => definitions))
    : [];
}

/** Statements first, in their order, then what only wants an instant. */
function stampsOf(group: readonly Call[]): number {
  const statements = appendsOf(group).reduce((sum, { work }) => sum + work.length, 0);
  return Math.max(1, statements + group.filter(({ call }) => call === 'stamp').length);
}

function answer(group: readonly Call[], applied: Applied, { first }: Committed): void {
  let append = 0;
  let stamp = first + appendsOf(group).reduce((sum, { work }) => sum + work.length, 0);
  for (const each of group) {
    if (each.call === 'change') each.resolve(applied);
    else if (each.call === 'stamp') each.resolve(stamp++ as Instant);
    else {
      const outcome = applied.outcomes[append++];
      if (outcome === undefined) each.reject(new Error('A request has no outcome.'));
      else each.resolve(outcome);
    }
  }
}
