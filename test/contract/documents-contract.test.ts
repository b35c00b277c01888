import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Document, DocumentKey } from '../../statements/documents.ts';
import { BEGINNING } from '../../statements/instant.ts';
import type { Store } from '../../src/storage/store.ts';
import { adapters, type Place } from './adapters.ts';
import { appendNew, prepare } from './prepared-statements.ts';

describe.each(adapters)('documents and activities, kept by $name', (adapter) => {
  let place: Place;
  let store: Store;
  let activities = 0;

  beforeAll(async () => {
    place = await adapter.makePlace();
    store = await place.open();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  /** Of an activity nobody else uses: the tests share one store. */
  function makeKey(given: Partial<DocumentKey> = {}): DocumentKey {
    return {
      resource: 'activities/state',
      activityId: `https://example.org/activities/${++activities}`,
      agent: 'mailto:ada@example.org',
      registration: null,
      id: 'bookmark',
      ...given,
    };
  }

  function documentOf(text: string): Document {
    return { contentType: 'text/plain', content: Buffer.from(text), etag: `etag of ${text}` };
  }

  async function put(key: DocumentKey, text = 'x'): Promise<void> {
    if (!(await store.setDocument(key, null, documentOf(text))))
      throw new Error('This document was to be new.');
  }

  async function textAt(key: DocumentKey): Promise<string | undefined> {
    const found = await store.getDocument(key);
    return found === null ? undefined : Buffer.from(found.content).toString();
  }

  test('a document comes back with its bytes, type and ETag', async () => {
    const key = makeKey();
    const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const document = { contentType: 'image/x; a="b"', content, etag: 'tag' };
    expect(await store.getDocument(key)).toBeNull();
    expect(await store.setDocument(key, null, document)).toBe(true);
    const { updated, content: found, ...rest } = (await store.getDocument(key))!;
    expect(rest).toEqual({ contentType: 'image/x; a="b"', etag: 'tag' });
    expect(Buffer.from(found)).toEqual(content);
    expect(updated).toBeGreaterThan(BEGINNING);
  });

  test('every part of a key tells documents apart', async () => {
    const key = makeKey();
    const keys = [
      key,
      { ...key, resource: 'activities/profile' as const },
      { ...key, activityId: `${key.activityId}/other` },
      { ...key, agent: 'mailto:bob@example.org' },
      { ...key, registration: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' },
      { ...key, id: 'other' },
    ];
    for (const [index, each] of keys.entries()) await put(each, String(index));
    for (const [index, each] of keys.entries()) expect(await textAt(each)).toBe(String(index));
  });

  test('a change that expects what is no longer stored changes nothing', async () => {
    const key = makeKey();
    await put(key, 'one');
    const { updated } = (await store.getDocument(key))!;
    expect(await store.setDocument(key, null, documentOf('two'))).toBe(false);
    expect(await store.setDocument(key, updated, documentOf('two'))).toBe(true);
    expect(await store.setDocument(key, updated, documentOf('three'))).toBe(false);
    expect(await store.setDocument(key, updated, null)).toBe(false);
    expect(await textAt(key)).toBe('two');
    const after = (await store.getDocument(key))!.updated;
    expect(after).toBeGreaterThan(updated);
    expect(await store.setDocument(key, after, null)).toBe(true);
    expect(await store.setDocument(key, after, documentOf('four'))).toBe(false);
    expect(await store.getDocument(key)).toBeNull();
  });

  test('of many changes that expect the same one holds', async () => {
    const key = makeKey();
    await put(key);
    const { updated } = (await store.getDocument(key))!;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.setDocument(key, updated, documentOf(String(n)))),
    );
    expect(outcomes.filter((held) => held)).toHaveLength(1);
    expect(await textAt(key)).toBe(String(outcomes.indexOf(true)));
  });

  test('a list is in order, without repetition, after an id, up to a limit, and since an instant', async () => {
    const scope = makeKey();
    const registration = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
    for (const id of ['c', 'a', 'b']) await put({ ...scope, id });
    await put({ ...scope, id: 'a', registration });
    await put({ ...scope, id: 'd', registration });
    const list = store.listDocumentIds.bind(store);
    expect(await list(scope, null, null, 100)).toEqual(['a', 'b', 'c', 'd']);
    expect(await list(scope, null, 'a', 2)).toEqual(['b', 'c']);
    expect(await list({ ...scope, registration }, null, null, 100)).toEqual(['a', 'd']);
    const { updated } = (await store.getDocument({ ...scope, id: 'a' }))!;
    expect(await list(scope, updated, null, 100)).toEqual(['a', 'b', 'd']);
    expect(await list(makeKey(), null, null, 100)).toEqual([]);
  });

  test('a deletion takes the scope, and nothing beside it', async () => {
    const scope = makeKey();
    const registration = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
    const other = { ...scope, agent: 'mailto:bob@example.org' };
    for (const key of [scope, { ...scope, registration }, { ...scope, id: 'x' }, other])
      await put(key);
    await store.deleteDocuments({ ...scope, registration });
    expect(await store.listDocumentIds(scope, null, null, 9)).toEqual(['bookmark', 'x']);
    await store.deleteDocuments(scope);
    expect(await store.listDocumentIds(scope, null, null, 9)).toEqual([]);
    expect(await textAt(other)).toBe('x');
  });

  test('what statements say of an activity is merged, also by a store that was opened anew', async () => {
    const id = makeKey().activityId;
    const define = (definition: unknown) =>
      prepare({ definitions: [{ id, json: JSON.stringify(definition) }] });
    const known = async (): Promise<unknown> =>
      JSON.parse((await store.getActivityDefinitions([id])).get(id) ?? 'null');
    expect(await known()).toBeNull();
    await appendNew(store, define({ name: { en: 'One' }, type: 'https://example.org/a' }));
    await appendNew(store, define({ name: { en: 'One' }, type: 'https://example.org/a' }));
    await appendNew(store, define({ name: { fr: 'Un' } }), define({ name: { fr: 'Une' } }));
    const merged = { name: { en: 'One', fr: 'Une' }, type: 'https://example.org/a' };
    expect(await known()).toEqual(merged);
    await store.close();
    store = await place.open();
    expect(await known()).toEqual(merged);
    await appendNew(store, define({ name: { en: 'Two' } }));
    expect(await known()).toEqual({ ...merged, name: { en: 'Two', fr: 'Une' } });
  });

  test('a statement that is not stored defines nothing', async () => {
    const id = makeKey().activityId;
    const [first] = [prepare()];
    await appendNew(store, first);
    const { kind } = await store.append([
      first,
      prepare({ definitions: [{ id, json: '{"name":{"en":"It"}}' }] }),
    ]);
    expect(kind).toBe('exists');
    expect(await store.getActivityDefinitions([id])).toEqual(new Map());
  });
});
