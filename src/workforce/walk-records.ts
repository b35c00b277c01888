import type { KeyedRecord, RecordStore } from '../storage/store.ts';

const PAGE_RECORDS = 5_000;

/** All records of a collection, in key order, read page by page: what comes meanwhile is met or not. */
export async function* walkRecords(
  store: Pick<RecordStore, 'listRecords'>,
  collection: string,
): AsyncGenerator<KeyedRecord> {
  for (let after: string | null = null; ;) {
    const page: readonly KeyedRecord[] = await store.listRecords(collection, after, PAGE_RECORDS);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_RECORDS) return;
    after = last.key;
  }
}
