import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { PraxisError } from '../../../statements/errors.ts';
import type { AttachmentStore, StagedAttachment } from '../store.ts';

/** The attachments' part of the store, and what `append` does with them. */
export interface AttachmentFiles {
  readonly stage: AttachmentStore['stageAttachment'];
  readonly discard: AttachmentStore['discardAttachment'];
  readonly open: AttachmentStore['openAttachment'];
  /** Gives staged bytes their lasting name; those that have it already are left alone. */
  keep(attachments: readonly StagedAttachment[]): Promise<void>;
}

export const ATTACHMENTS_FOLDER = 'attachments';
const SHA2 = /^[\da-f]{56,128}$/;

/**
 * Attachments are files named by their hash, in `attachments/` beside the database: there a large one
 * neither passes through the write-ahead log nor holds up the writer, and a copy of the folder is a backup.
 * For the process that claimed the folder: what another left staged is removed here.
 */
export async function openAttachmentFiles(dataDir: string): Promise<AttachmentFiles> {
  const folder = join(dataDir, ATTACHMENTS_FOLDER);
  const staging = join(folder, 'staged');
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  await synchronize(dataDir);

  const pathOf = (sha2: string): string => {
    if (!SHA2.test(sha2)) throw new Error(`${JSON.stringify(sha2)} is no hash in lower-case hex.`);
    return join(folder, sha2);
  };

  return {
    async stage(sha2, content) {
      pathOf(sha2);
      const stagedAs = join(staging, randomUUID());
      const file = await open(stagedAs, 'wx');
      try {
        await writeAll(file, content);
        await file.sync().catch(refuseIfFull);
        return { sha2, stagedAs };
      } catch (error) {
        await rm(stagedAs);
        throw error;
      } finally {
        await file.close();
      }
    },

    discard: ({ stagedAs }) => rm(stagedAs, { force: true }),

    async keep(attachments) {
      for (const { sha2, stagedAs } of attachments) {
        // Where two requests come here at once, one file replaces the other, and both hold the same bytes.
        if ((await sizeOf(pathOf(sha2))) === null) await rename(stagedAs, pathOf(sha2));
      }
      // The names too must be on the disk before a statement is that declares them.
      await synchronize(folder);
    },

    async open(sha2) {
      const path = pathOf(sha2);
      const sizeBytes = await sizeOf(path);
      return sizeBytes === null ? null : { sizeBytes, content: readFrom(path) };
    },
  };
}

async function writeAll(file: FileHandle, content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of content) await file.writeFile(chunk).catch(refuseIfFull);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** A generator, so that the file is opened when its turn comes: an answer can have thousands. */
async function* readFrom(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: 262_144 });
}

/** The request is fine, the disk is not: as when the database cannot write. */
function refuseIfFull(error: unknown): never {
  if (!['ENOSPC', 'EDQUOT', 'EIO'].some((code) => hasCode(error, code))) throw error;
  throw new PraxisError('UNAVAILABLE', 'The store cannot write or read now; try again later.');
}

async function synchronize(folder: string): Promise<void> {
  // Windows has no such call; its file systems write the names of files in order.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
