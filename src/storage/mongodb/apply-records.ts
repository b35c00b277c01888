import type { KeyedRecord, PutOutcome } from '../store.ts';
import type { Database, RecordDocument } from './database.ts';
import type { RecordsEntry } from './entry.ts';
import { insertUntaken } from './failures.ts';

/** Versions of one link; the link's number counts above them, so that versions rise as links do. */
export const VERSIONS_PER_LINK = 2 ** 20;
const LOOKUP_KEYS = 5_000;

/** The version that all changes of links up to this one are below or equal to. */
export function lastVersionOf(link: number): number {
  return (link + 1) * VERSIONS_PER_LINK - 1;
}

/**
 * Does what a link of records says, all links before it being applied; done again it comes to the same,
 * but counts what was done before as updated.
 */
export async function applyRecords(
  database: Database,
  link: number,
  { how, collection, records }: RecordsEntry,
): Promise<PutOutcome> {
  const firstVersion = link * VERSIONS_PER_LINK;
  const existing = await findExisting(database, collection, how === 'replace' ? null : records);
  const outcome = { created: 0, updated: 0, unchanged: 0, deleted: 0 };
  const changes: RecordDocument[] = [];
  const change = (key: string, json: string | null, place: number): void => {
    changes.push({
      _id: nameRecord(collection, key),
      collection,
      key,
      json,
      version: firstVersion + place,
    });
  };

  for (const [place, { key, json }] of (how === 'delete' ? [] : records).entries()) {
    const before = existing.get(key);
    if (before?.json === json && before.version < firstVersion) outcome.unchanged += 1;
    else {
      change(key, json, place);
      outcome[(before?.json ?? null) === null ? 'created' : 'updated'] += 1;
    }
  }
  const dropped = namesToDrop(how, records, existing, firstVersion);
  for (const [place, key] of dropped.entries()) change(key, null, records.length + place);
  outcome.deleted = dropped.length;
  await write(database, changes, existing, firstVersion);
  return outcome;
}

/** In order, and with those that an earlier attempt dropped, so that each gets the same version again. */
function namesToDrop(
  how: RecordsEntry['how'],
  records: readonly KeyedRecord[],
  existing: ReadonlyMap<string, RecordDocument>,
  firstVersion: number,
): readonly string[] {
  if (how === 'put') return [];
  const named = new Set(records.map(({ key }) => key));
  return [...existing.values()]
    .filter(({ key }) => named.has(key) === (how === 'delete'))
    .filter(({ json, version }) => json !== null || version >= firstVersion)
    .map(({ key }) => key)
    .sort();
}

async function findExisting(
  { records: stored }: Database,
  collection: string,
  records: readonly KeyedRecord[] | null,
): Promise<ReadonlyMap<string, RecordDocument>> {
  const found: RecordDocument[] = [];
  if (records === null) found.push(...(await stored.find({ collection }).toArray()));
  else
    for (let start = 0; start < records.length; start += LOOKUP_KEYS) {
      const names = records
        .slice(start, start + LOOKUP_KEYS)
        .map(({ key }) => nameRecord(collection, key));
      found.push(...(await stored.find({ _id: { $in: names } }).toArray()));
    }
  return new Map(found.map((record) => [record.key, record]));
}

async function write(
  { records }: Database,
  changes: readonly RecordDocument[],
  existing: ReadonlyMap<string, RecordDocument>,
  firstVersion: number,
): Promise<void> {
  const created = changes.filter(({ key }) => !existing.has(key));
  if (created.length > 0)
    await insertUntaken(() => records.insertMany(created, { ordered: false }));
  const updated = changes.filter(({ key }) => existing.has(key));
  if (updated.length > 0)
    await records.bulkWrite(
      updated.map(({ _id, json, version }) => ({
        updateOne: {
          filter: { _id, version: { $lt: firstVersion } },
          update: { $set: { json, version } },
        },
      })),
      { ordered: false },
    );
}

export function nameRecord(collection: string, key: string): string {
  return `${collection}\u001f${key}`;
}
