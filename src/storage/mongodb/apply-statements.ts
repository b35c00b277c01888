import type { Instant } from '../../../statements/instant.ts';
import {
  closeText,
  type PreparedStatement,
  type StoredStatement,
} from '../../../statements/prepared-statement.ts';
import type { StatementId } from '../../../statements/statement.ts';
import type { AppendOutcome } from '../store.ts';
import type { Database, StatementDocument, WaitingDocument } from './database.ts';
import { insertUntaken } from './failures.ts';
import type { Committed } from './write-log.ts';

type Request = readonly PreparedStatement[];

/** A statement of the link with the instant that is its own, whether or not it will be stored. */
interface Stamped {
  readonly statement: PreparedStatement;
  readonly stored: Instant;
}

/**
 * Does what a link of statements says, all links before it being applied. Done again, after a part of it
 * or all of it was done, it comes to the same: every write is an insert under a name of its own, a
 * minimum or a union. The outcomes are those of the requests, in their order.
 */
export async function applyStatements(
  database: Database,
  { first }: Committed,
  requests: readonly Request[],
): Promise<readonly AppendOutcome[]> {
  const stamped = stampAll(requests, first);
  const known = await findKnown(database, requests, first);
  const accepted = stamped.filter(
    (request) => !request.some(({ statement }) => known.has(statement.id)),
  );
  const statements = accepted.flat();
  const resolve = createKeyResolver(statements, known);
  const voided = voidedWithin(statements);
  const documents = statements.map((each) =>
    toDocument(each, resolve(each.statement.id), voided.has(each.statement.id) ? first : null),
  );
  const [taken, waiting] = await Promise.all([
    insertNew(database, documents),
    findWaiting(database, statements),
  ]);
  const refused = new Map([...known, ...taken]);
  const isNew = ({ statement }: Stamped): boolean => !taken.has(statement.id);
  await followReferences(database, statements.filter(isNew), {
    first,
    known,
    waiting: waiting.filter(({ target }) => !taken.has(target)),
    resolve,
  });
  return stamped.map((request) => outcomeOf(request, refused));
}

function stampAll(requests: readonly Request[], first: Instant): Stamped[][] {
  let next: number = first;
  return requests.map((request) =>
    request.map((statement) => ({ statement, stored: next++ as Instant })),
  );
}

function outcomeOf(
  request: readonly Stamped[],
  refused: ReadonlyMap<StatementId, StatementDocument>,
): AppendOutcome {
  const existing = request.flatMap(({ statement }) => refused.get(statement.id) ?? []);
  return existing.length > 0
    ? { kind: 'exists', existing: existing.map((each) => toStoredStatement(each)) }
    : { kind: 'stored', stored: request.map(({ stored }) => stored) };
}

/**
 * Statements stored by links before this one: those whose ids the requests want, and those they refer to.
 * A statement alone in its request that refers to none needs no look: its insert tells whether its id is
 * taken. Where several stand or fall together that has to be known first.
 */
async function findKnown(
  { statements }: Database,
  requests: readonly Request[],
  first: Instant,
): Promise<ReadonlyMap<StatementId, StatementDocument>> {
  const all = requests.flat();
  const targets = all.flatMap(({ refersTo }) => refersTo ?? []);
  if (targets.length === 0 && requests.every(({ length }) => length === 1)) return new Map();
  const ids = [...new Set([...all.map(({ id }) => id), ...targets])];
  const found = await statements.find({ _id: { $in: ids }, stored: { $lt: first } }).toArray();
  return new Map(found.map((document) => [document._id, document]));
}

/** The statements whose ids were taken by an earlier link; those of an earlier attempt at this one are ours. */
async function insertNew(
  { statements }: Database,
  documents: readonly StatementDocument[],
): Promise<ReadonlyMap<StatementId, StatementDocument>> {
  if (documents.length === 0) return new Map();
  const places = await insertUntaken(() => statements.insertMany(documents, { ordered: false }));
  if (places.length === 0) return new Map();
  const own = new Map(
    places.flatMap((place) => {
      const document = documents[place];
      return document === undefined ? [] : [[document._id, document.stored] as const];
    }),
  );
  const found = await statements.find({ _id: { $in: [...own.keys()] } }).toArray();
  return new Map(
    found
      .filter(({ _id, stored }) => stored !== own.get(_id))
      .map((document) => [document._id, document]),
  );
}

/** Who came before the statement it refers to, and waits for one of these. */
async function findWaiting(
  { waiting }: Database,
  statements: readonly Stamped[],
): Promise<readonly WaitingDocument[]> {
  if (statements.length === 0) return [];
  const ids = statements.map(({ statement }) => statement.id);
  return waiting.find({ target: { $in: ids } }).toArray();
}

/** A voiding statement cannot be voided (Data §2.3.2). */
function voidedWithin(statements: readonly Stamped[]): ReadonlySet<StatementId> {
  const voiding = new Set(
    statements.flatMap(({ statement }) => (statement.voids ? [statement.id] : [])),
  );
  return new Set(
    statements.flatMap(({ statement: { voids, refersTo } }) =>
      voids && refersTo !== null && !voiding.has(refersTo) ? [refersTo] : [],
    ),
  );
}

type KeyResolver = (id: StatementId) => readonly string[];

/** Keys of a statement of the link, and all it inherits along its references (Communication §2.1.4). */
function createKeyResolver(
  statements: readonly Stamped[],
  known: ReadonlyMap<StatementId, StatementDocument>,
): KeyResolver {
  const own = new Map(statements.map(({ statement }) => [statement.id, statement]));
  return (id) => {
    const keys = new Set<string>();
    const passed = new Set<StatementId>();
    for (let next: StatementId | null = id; next !== null && !passed.has(next);) {
      passed.add(next);
      const statement = own.get(next);
      for (const key of statement?.keys ?? known.get(next)?.keys ?? []) keys.add(key);
      // What is stored already has all that it inherits.
      next = statement?.refersTo ?? null;
    }
    return [...keys];
  };
}

interface References {
  readonly first: Instant;
  readonly known: ReadonlyMap<StatementId, StatementDocument>;
  readonly waiting: readonly WaitingDocument[];
  readonly resolve: KeyResolver;
}

async function followReferences(
  database: Database,
  statements: readonly Stamped[],
  { first, known, waiting, resolve }: References,
): Promise<void> {
  const own = new Set(statements.map(({ statement }) => statement.id));
  const outward = statements.filter(
    ({ statement: { refersTo } }) => refersTo !== null && !own.has(refersTo),
  );
  const toVoid = [
    ...outward.flatMap(({ statement: { voids, refersTo } }) =>
      voids && refersTo !== null && known.has(refersTo) ? [refersTo] : [],
    ),
    ...waiting.filter(({ voids }) => voids).map(({ target }) => target),
  ];
  await Promise.all([
    voidAll(database, toVoid, first),
    waitForTargets(
      database,
      outward.filter(({ statement: { refersTo } }) => refersTo !== null && !known.has(refersTo)),
    ),
  ]);
  for (const target of new Set(waiting.map((each) => each.target)))
    await passOn(database, target, resolve(target));
}

async function voidAll(
  { statements }: Database,
  targets: readonly StatementId[],
  first: Instant,
): Promise<void> {
  if (targets.length === 0) return;
  await statements.updateMany(
    { _id: { $in: [...targets] }, voids: false },
    { $min: { voidedAt: first } },
  );
}

async function waitForTargets(
  { waiting }: Database,
  statements: readonly Stamped[],
): Promise<void> {
  const documents = statements.flatMap(({ statement: { id, refersTo, voids } }) =>
    refersTo === null ? [] : [{ _id: `${refersTo} ${id}`, target: refersTo, referrer: id, voids }],
  );
  if (documents.length > 0)
    await insertUntaken(() => waiting.insertMany(documents, { ordered: false }));
}

/**
 * Gives keys to every statement that refers, at any remove, to the one that has them. All of them are
 * visited, also those that have the keys already: whoever did this before may have died on the way.
 */
async function passOn(
  { statements }: Database,
  target: StatementId,
  keys: readonly string[],
): Promise<void> {
  const passed = new Set([target]);
  let reached: readonly StatementId[] = [target];
  while (reached.length > 0) {
    const referrers = await statements
      .find({ refersTo: { $in: [...reached] } })
      .project<{ _id: StatementId }>({ _id: 1 })
      .toArray();
    reached = referrers.map(({ _id }) => _id).filter((id) => !passed.has(id));
    for (const id of reached) passed.add(id);
    if (reached.length > 0)
      await statements.updateMany(
        { _id: { $in: [...reached] } },
        { $addToSet: { keys: { $each: [...keys] } } },
      );
  }
}

function toDocument(
  { statement, stored }: Stamped,
  keys: readonly string[],
  voidedAt: Instant | null,
): StatementDocument {
  const { id, refersTo, voids } = statement;
  return {
    _id: id,
    stored,
    text: closeText(statement, stored),
    keys,
    ...(refersTo === null ? {} : { refersTo }),
    voids,
    ...(voidedAt === null ? {} : { voidedAt }),
  };
}

/** As it is at `horizon`: what a later link did to it is not to be seen yet. */
export function toStoredStatement(
  { _id, stored, text, voidedAt }: StatementDocument,
  horizon: Instant = Number.MAX_SAFE_INTEGER as Instant,
): StoredStatement {
  return { id: _id, stored, text, voided: voidedAt !== undefined && voidedAt <= horizon };
}
