import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { REWRITTEN_COLLECTION } from '../../graphql/warehouse/statement-log.ts';
import { PraxisError } from '../../statements/errors.ts';
import { BEGINNING, formatInstant } from '../../statements/instant.ts';
import { editMembers } from '../../statements/json-text.ts';
import { listAliases, pseudonymiseStatement, pseudonymKey } from '../../statements/pseudonym.ts';
import { hashSecret } from '../auth/secret.ts';
import { readClock } from '../clock.ts';
import type { KeyedRecord, Store } from '../storage/store.ts';
import { walkRecords } from './walk-records.ts';

/** How much was changed or removed. */
export interface ErasureOutcome {
  /** Statements that named the person, or refer to one that did. */
  readonly statements: number;
  readonly documents: number;
  readonly records: number;
}

export interface Erasures {
  /**
   * Erases a person (docs/privacy.md): pseudonyms in their statements, their documents and records gone.
   * Done when it resolves. What a crash leaves half done is finished by the next call or the next start.
   * Throws NOT_FOUND when there is no such person, CONFLICT when an agent is another person's too.
   */
  erase(personId: string, by: string): Promise<ErasureOutcome>;
  /** Finishes what was begun before the process last ended. */
  finishPending(): Promise<void>;
}

type ErasureStores = Pick<
  Store,
  | 'listByKey'
  | 'replaceTexts'
  | 'renameKey'
  | 'deleteAgentDocuments'
  | 'getRecord'
  | 'listRecords'
  | 'putRecords'
  | 'deleteRecord'
>;

export interface ErasureOptions {
  readonly store: ErasureStores;
  readonly logger: Logger;
  /** Called after records have changed. */
  readonly onChange: () => void;
}

/** Kept while it is under way, for whoever must finish it; overwritten when it is done. */
interface PendingErasure {
  readonly state: 'pending';
  readonly requestedAt: string;
  readonly by: string;
  readonly personId: string;
  /** What takes the person's place where others' records name them. */
  readonly pseudonym: string;
  /** Agent key and pseudonym. */
  readonly agents: readonly (readonly [string, string])[];
}

/** Says that somebody was erased, and who only to those who ask about somebody they know. */
interface FinishedErasure extends ErasureOutcome {
  readonly state: 'done';
  readonly requestedAt: string;
  readonly finishedAt: string;
  readonly by: string;
  /** scrypt of the person's id, as `src/auth/secret.ts` writes it. */
  readonly personHash: string;
}

const ERASURES = 'erasures';
const SEPARATOR = '\u001f';
const PAGE_STATEMENTS = 500;
/** How an agent is used in a statement, as `index-keys.ts` names it. */
const USES = ['agent', 'related-agent', 'authority'];

export function createErasures(options: ErasureOptions): Erasures {
  let last: Promise<unknown> = Promise.resolve();
  // One after another: two of the same person would only do everything twice.
  const enqueue = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = last.then(run);
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    erase: (personId, by) =>
      enqueue(async () => {
        const pending = await findPending(options.store);
        const begun = pending.find(([, erasure]) => erasure.personId === personId);
        const [id, erasure] = begun ?? (await beginErasure(options.store, personId, by));
        return await finishErasure(options, id, erasure);
      }),
    finishPending: () =>
      enqueue(async () => {
        for (const [id, erasure] of await findPending(options.store))
          await finishErasure(options, id, erasure);
      }),
  };
}

async function findPending(store: ErasureStores): Promise<readonly [string, PendingErasure][]> {
  const pending: [string, PendingErasure][] = [];
  for await (const { key, json } of walkRecords(store, ERASURES)) {
    // Written by this file alone.
    const erasure = JSON.parse(json) as PendingErasure | FinishedErasure;
    if (erasure.state === 'pending') pending.push([key, erasure]);
  }
  return pending;
}

async function beginErasure(
  store: ErasureStores,
  personId: string,
  by: string,
): Promise<[string, PendingErasure]> {
  const record = await store.getRecord('people', personId);
  if (record === null)
    throw new PraxisError('NOT_FOUND', 'people has no record with this id; nothing was erased.');
  const agents = new Set(agentsOf(record));
  for await (const other of walkRecords(store, 'people'))
    if (other.key !== personId && agentsOf(other).some((agent) => agents.has(agent)))
      throw new PraxisError(
        'CONFLICT',
        'An agent of this person is named by another person too, whose statements would be erased. Correct one of the two records first.',
      );
  const erasure: PendingErasure = {
    state: 'pending',
    requestedAt: formatInstant(readClock()),
    by,
    personId,
    pseudonym: randomUUID(),
    agents: [...agents].flatMap(listAliases).map((agent) => [agent, randomUUID()]),
  };
  const id = randomUUID();
  await store.putRecords(ERASURES, [{ key: id, json: JSON.stringify(erasure) }]);
  return [id, erasure];
}

function agentsOf({ json }: KeyedRecord): readonly string[] {
  const { agents } = JSON.parse(json) as { readonly agents: readonly string[] };
  return agents;
}

/**
 * Every step can be taken again, and those that lose the way to what is left come last: statements are found
 * by keys that are renamed only when all texts are rewritten, and the record with the agents stays to the end.
 */
async function finishErasure(
  { store, logger, onChange }: ErasureOptions,
  id: string,
  erasure: PendingErasure,
): Promise<ErasureOutcome> {
  const statements = await rewriteStatements(store, id, erasure);
  let documents = 0;
  for (const [agent] of erasure.agents) documents += await store.deleteAgentDocuments(agent);
  const records = await removeRecords(store, erasure);
  const { requestedAt, by, personId } = erasure;
  const done: FinishedErasure = {
    state: 'done',
    requestedAt,
    finishedAt: formatInstant(readClock()),
    by,
    personHash: await hashSecret(personId),
    statements,
    documents,
    records,
  };
  await store.putRecords(ERASURES, [{ key: id, json: JSON.stringify(done) }]);
  onChange();
  const outcome = { statements, documents, records };
  logger.info({ erasure: id, by, ...outcome }, 'a person was erased');
  return outcome;
}

// Statements --------------------------------------------------------------------------------------

async function rewriteStatements(
  store: ErasureStores,
  erasure: string,
  { agents }: PendingErasure,
): Promise<number> {
  const pseudonyms = new Map(agents);
  const renamed = agents.flatMap(([agent, pseudonym]) =>
    USES.map((use) => [`${use}:${agent}`, `${use}:${pseudonymKey(pseudonym)}`] as const),
  );
  const seen = new Set<number>();
  const rewrite = async (key: string, list: string): Promise<void> => {
    for (let after = BEGINNING; ;) {
      const page = await store.listByKey(key, after, PAGE_STATEMENTS);
      const last = page.at(-1);
      if (last === undefined) return;
      const texts = page.flatMap(({ id, text: before }) => {
        const text = pseudonymiseStatement(before, pseudonyms);
        return text === before ? [] : [{ id, text }];
      });
      if (texts.length > 0) await store.replaceTexts(texts);
      // After the texts, so that whoever reads this reads them as they are now.
      const statements = page.map(({ stored }) => stored);
      await store.putRecords(REWRITTEN_COLLECTION, [
        {
          key: [erasure, list, statements[0]].join(SEPARATOR),
          json: JSON.stringify({ statements }),
        },
      ]);
      for (const stored of statements) seen.add(stored);
      after = last.stored;
    }
  };
  for (const [index, [from]] of renamed.entries()) await rewrite(from, `before ${index}`);
  for (const [from, to] of renamed) await store.renameKey(from, to);
  // Those that were stored between the last page and the new name.
  for (const [index, [, to]] of renamed.entries()) await rewrite(to, `after ${index}`);
  return seen.size;
}

// Records -----------------------------------------------------------------------------------------

async function removeRecords(
  store: ErasureStores,
  { personId, pseudonym }: PendingErasure,
): Promise<number> {
  let changed = 0;
  const remove = async (collection: string, key: string): Promise<void> => {
    if (await store.deleteRecord(collection, key)) changed += 1;
  };
  const put = async (collection: string, record: KeyedRecord): Promise<void> => {
    await store.putRecords(collection, [record]);
    changed += 1;
  };
  for await (const { key, json } of walkRecords(store, 'assignments')) {
    const { managerId } = JSON.parse(json) as { readonly managerId?: string };
    if (key.split(SEPARATOR)[0] === personId) await remove('assignments', key);
    else if (managerId === personId) await put('assignments', { key, json: rename(json) });
  }
  for await (const { key } of walkRecords(store, 'observations'))
    if (key.split(SEPARATOR)[1] === personId) await remove('observations', key);
  for await (const { key, json } of walkRecords(store, 'pilots')) {
    const { personIds } = JSON.parse(json) as { readonly personIds: readonly string[] };
    if (!personIds.includes(personId)) continue;
    const left = personIds.filter((id) => id !== personId);
    // A pilot names somebody (collections.ts); of nobody there is none.
    if (left.length === 0) await remove('pilots', key);
    else
      await put('pilots', {
        key,
        json: editMembers({ personIds: () => JSON.stringify(left) })(json),
      });
  }
  await remove('people', personId);
  return changed;

  function rename(json: string): string {
    return editMembers({ managerId: () => JSON.stringify(pseudonym) })(json);
  }
}
