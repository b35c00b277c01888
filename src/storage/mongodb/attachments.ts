import { pipeline } from 'node:stream/promises';
import { ObjectId } from 'mongodb';
import type { StagedAttachment, StoredAttachment } from '../store.ts';
import type { AttachmentDocument, Database } from './database.ts';
import { isDuplicateKey, isPassing, unavailable } from './failures.ts';

const CHUNK_BYTES = 1_048_576;
/** Whoever staged it has long had its answer. */
const STAGED_FOR_MS = 86_400_000;

/**
 * Attachments are GridFS files, and `attachment` says which file holds the bytes of a hash: that one
 * insert keeps what was staged. `staging` knows of each file before its first byte is there, so that no
 * byte is left without an owner.
 */
export async function stageAttachment(
  database: Database,
  sha2: string,
  content: AsyncIterable<Uint8Array>,
): Promise<StagedAttachment> {
  const file = new ObjectId();
  const staged = { sha2, stagedAs: file.toHexString() };
  await database.staging.insertOne({ _id: file, sha2, at: new Date() });
  try {
    await pipeline(
      content,
      database.bucket.openUploadStreamWithId(file, sha2, { chunkSizeBytes: CHUNK_BYTES }),
    );
    return staged;
  } catch (error) {
    // Where the database is gone it cannot be tidied; what is left is swept when it is back.
    if (!isPassing(error)) await discardAttachment(database, staged);
    throw error;
  }
}

export async function discardAttachment(
  database: Database,
  { sha2, stagedAs }: StagedAttachment,
): Promise<void> {
  const file = new ObjectId(stagedAs);
  const kept = await database.attachments.findOne({ _id: sha2 });
  if (kept === null || !kept.file.equals(file)) {
    await database.files.deleteOne({ _id: file });
    await database.chunks.deleteMany({ files_id: file });
  }
  await database.staging.deleteOne({ _id: file });
}

/** Before the statements that declare them are committed. What is kept under its hash already stays. */
export async function keepAttachments(
  { attachments, files }: Database,
  staged: readonly StagedAttachment[],
): Promise<void> {
  for (const { sha2, stagedAs } of staged) {
    const file = new ObjectId(stagedAs);
    if ((await attachments.findOne({ _id: sha2 })) !== null) continue;
    const found = await files.findOne({ _id: file });
    if (found === null) throw new Error(`Nothing is staged as ${stagedAs}.`);
    await insertOnce(() => attachments.insertOne({ _id: sha2, file, sizeBytes: found.length }));
  }
}

async function insertOnce(insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

export async function openAttachment(
  database: Database,
  sha2: string,
): Promise<StoredAttachment | null> {
  const found = await database.attachments.findOne({ _id: sha2 });
  return found === null ? null : { sizeBytes: found.sizeBytes, content: readFile(database, found) };
}

/** A generator, so that nothing is asked for before its turn comes: an answer can have thousands. */
async function* readFile(
  { bucket }: Database,
  { file }: AttachmentDocument,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bucket.openDownloadStream(file)) yield chunk as Uint8Array;
  } catch (error) {
    throw isPassing(error) ? unavailable() : error;
  }
}

/** Removes what was staged by those who died before they kept or discarded it. */
export async function sweepStaged(database: Database): Promise<void> {
  const old = database.staging.find({ at: { $lt: new Date(Date.now() - STAGED_FOR_MS) } });
  for await (const { _id, sha2 } of old)
    await discardAttachment(database, { sha2, stagedAs: _id.toHexString() });
}
