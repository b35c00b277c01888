import { LRUCache } from 'lru-cache';
import type { AnyBulkWriteOperation } from 'mongodb';
import {
  mergeDefinitionTexts,
  type SentDefinition,
} from '../../../statements/activity-definition.ts';
import type { PreparedStatement } from '../../../statements/prepared-statement.ts';
import type { ActivityDocument, Database } from './database.ts';
import { insertUntaken } from './failures.ts';

/** In characters, ids and definitions together. */
const REMEMBERED_DEFINITIONS = 32_000_000;

type Request = readonly PreparedStatement[];

/**
 * What was last said of activities, as far as this process knows: most statements say it again, and what
 * is said again need not go through the chain.
 */
export class KnownDefinitions {
  readonly #known = new LRUCache<string, string>({
    maxSize: REMEMBERED_DEFINITIONS,
    sizeCalculation: (json, id) => json.length + id.length + 1,
  });
  /** Activities that links of ours speak of which are not applied yet. */
  readonly #underWay = new Map<string, number>();
  /** Up to this link others have changed definitions. */
  #forgottenUpTo = 0;

  /** Forgets all when another process has changed a definition since. */
  forgetBefore(link: number): void {
    if (link <= this.#forgottenUpTo) return;
    this.#forgottenUpTo = link;
    this.#known.clear();
  }

  /** For when a link of ours may or may not have come to be. */
  forgetAll(): void {
    this.#known.clear();
  }

  /** The requests without the definitions that would change nothing. */
  leaveOutKnown(requests: readonly Request[]): readonly Request[] {
    const kept = new Set<string>();
    const isNew = ({ id, json }: SentDefinition): boolean => {
      if (this.#known.get(id) === json && !this.#underWay.has(id) && !kept.has(id)) return false;
      kept.add(id);
      return true;
    };
    return requests.map((request) =>
      request.map((statement) =>
        statement.definitions.length === 0
          ? statement
          : { ...statement, definitions: statement.definitions.filter(isNew) },
      ),
    );
  }

  begin(activities: Iterable<string>): void {
    for (const id of activities) this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1);
  }

  end(activities: Iterable<string>): void {
    for (const id of activities) {
      const left = (this.#underWay.get(id) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(id);
      else this.#underWay.set(id, left);
    }
  }

  remember(link: number, definitions: readonly SentDefinition[]): void {
    if (link <= this.#forgottenUpTo) return;
    for (const { id, json } of definitions) this.#known.set(id, json);
  }
}

/**
 * Merges what a link says of activities into what is known of them, in the order of the log. The number
 * of the link guards each: one who comes late cannot undo what later links said.
 */
export async function applyDefinitions(
  { activities }: Database,
  link: number,
  definitions: readonly SentDefinition[],
): Promise<void> {
  const said = Map.groupBy(definitions, ({ id }) => id);
  // Again where another who does this link was quicker, to see that it is done.
  while (said.size > 0 && !(await mergeOnce(activities, link, said)));
}

async function mergeOnce(
  activities: Database['activities'],
  link: number,
  said: ReadonlyMap<string, readonly SentDefinition[]>,
): Promise<boolean> {
  const found = await activities.find({ _id: { $in: [...said.keys()] } }).toArray();
  const known = new Map(found.map((activity) => [activity._id, activity]));
  const merge = (id: string): string | null => {
    let text = known.get(id)?.definition ?? null;
    for (const { json } of said.get(id) ?? []) text = mergeDefinitionTexts(text, json);
    return text;
  };
  const writes: AnyBulkWriteOperation<ActivityDocument>[] = [];
  for (const id of said.keys()) {
    const definition = merge(id);
    const before = known.get(id);
    if (definition === null || (before !== undefined && before.link >= link)) continue;
    if (before === undefined)
      writes.push({ insertOne: { document: { _id: id, definition, link } } });
    else {
      const filter = { _id: id, link: before.link };
      writes.push({ updateOne: { filter, update: { $set: { definition, link } } } });
    }
  }
  if (writes.length === 0) return true;
  const taken = await insertUntaken(() => activities.bulkWrite(writes, { ordered: false }));
  return taken.length === 0;
}
