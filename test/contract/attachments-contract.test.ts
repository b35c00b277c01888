import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StagedAttachment, Store } from '../../src/storage/store.ts';
import { adapters, type Place } from './adapters.ts';
import { appendNew, prepare } from './prepared-statements.ts';

describe.each(adapters)('the contract for attachments, kept by $name', (adapter) => {
  let place: Place;
  let store: Store;

  beforeAll(async () => {
    place = await adapter.makePlace();
    store = await place.open();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  const stage = (bytes: Buffer): Promise<StagedAttachment> =>
    store.stageAttachment(hashOf(bytes), chunksOf(bytes));

  test('bytes that a statement was stored with come back as they were', async () => {
    const bytes = Buffer.concat([Buffer.from('\r\n--x--\r\n\0'), randomBytes(3_000_000)]);
    await store.append([prepare()], [await stage(bytes)]);
    expect(await isKept(store, bytes)).toBe(true);
  });

  test('no bytes at all are an attachment too', async () => {
    const none = Buffer.alloc(0);
    await store.append([prepare()], [await stage(none)]);
    expect(await isKept(store, none)).toBe(true);
  });

  test.each(['sha224', 'sha256', 'sha384', 'sha512'])('they can be named by %s', async (name) => {
    const bytes = randomBytes(10);
    const sha2 = createHash(name).update(bytes).digest('hex');
    await store.append([prepare()], [await store.stageAttachment(sha2, chunksOf(bytes))]);
    expect((await store.openAttachment(sha2))?.sizeBytes).toBe(10);
  });

  test('what nobody stored is nothing', async () => {
    expect(await store.openAttachment(hashOf(randomBytes(8)))).toBeNull();
  });

  test('what is staged nobody can open, and once discarded it is gone', async () => {
    const bytes = randomBytes(100);
    const staged = await stage(bytes);
    expect(await isKept(store, bytes)).toBe(false);
    await store.discardAttachment(staged);
    await store.discardAttachment(staged);
    expect(await isKept(store, bytes)).toBe(false);
  });

  test('discarding after the append takes nothing away', async () => {
    const bytes = randomBytes(100);
    const staged = await stage(bytes);
    await store.append([prepare()], [staged]);
    await store.discardAttachment(staged);
    expect(await isKept(store, bytes)).toBe(true);
  });

  test('content that fails half way is rejected with its own error, and nothing stays', async () => {
    const bytes = randomBytes(100_000);
    const failure = new Error('the client went away');
    async function* content(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(bytes);
      throw failure;
    }
    await expect(store.stageAttachment(hashOf(bytes), content())).rejects.toBe(failure);
    expect(await isKept(store, bytes)).toBe(false);
  });

  test('the next chunk is asked for only when the last one is taken', async () => {
    const bytes = randomBytes(1_000);
    let ahead = 0;
    let most = 0;
    const iterator = chunksOf(bytes, 10);
    const content: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          most = Math.max(most, ++ahead);
          const next = await iterator.next();
          ahead -= 1;
          return next;
        },
      }),
    };
    await store.discardAttachment(await store.stageAttachment(hashOf(bytes), content));
    expect(most).toBe(1);
  });

  test('the same bytes staged many times at once, and stored with many statements, are one', async () => {
    const bytes = randomBytes(200_000);
    const staged = await Promise.all(Array.from({ length: 20 }, () => stage(bytes)));
    expect(new Set(staged.map(({ stagedAs }) => stagedAs)).size).toBe(20);
    await Promise.all(staged.map((each) => store.append([prepare()], [each])));
    await Promise.all(staged.map((each) => store.discardAttachment(each)));
    expect(await isKept(store, bytes)).toBe(true);
  });

  test('after an append that stored nothing they can be passed again', async () => {
    const [existing, fresh] = [prepare(), prepare()];
    await appendNew(store, existing);
    const bytes = randomBytes(100);
    const staged = await stage(bytes);
    expect((await store.append([existing, fresh], [staged])).kind).toBe('exists');
    expect((await store.append([fresh], [staged])).kind).toBe('stored');
    await store.discardAttachment(staged);
    expect(await isKept(store, bytes)).toBe(true);
  });

  test('what was stored is there after the store was closed and opened; what was staged is not', async () => {
    const own = await adapter.makePlace();
    const [kept, left] = [randomBytes(1_000), randomBytes(1_000)];
    const before = await own.open();
    const staged = await before.stageAttachment(hashOf(kept), chunksOf(kept));
    await before.append([prepare()], [staged]);
    await before.stageAttachment(hashOf(left), chunksOf(left));
    await before.close();
    const after = await own.open();
    expect(await isKept(after, kept)).toBe(true);
    expect(await isKept(after, left)).toBe(false);
    await after.close();
    await own.remove();
  });
});

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function* chunksOf(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
    await Promise.resolve();
  }
}

/** False when there is nothing under their hash; other bytes than these fail the test. */
async function isKept(store: Store, bytes: Buffer): Promise<boolean> {
  const found = await store.openAttachment(hashOf(bytes));
  if (found === null) return false;
  const chunks: Uint8Array[] = [];
  for await (const chunk of found.content) chunks.push(chunk);
  expect(found.sizeBytes).toBe(bytes.length);
  // Not toEqual, which takes seconds over a few megabytes.
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  return true;
}
