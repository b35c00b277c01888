import { resolve } from 'node:path';
import { isObject } from './client.ts';
import { RejectFile, type Reject } from './reject-file.ts';
import type { Report } from './report.ts';
import { StateFile } from './state-file.ts';
import { STDIN } from './statement-file.ts';

/** What is imported, and where that is remembered. */
export interface Remembered {
  readonly url: string;
  readonly files: readonly string[];
  /** Path without the endings. */
  readonly keptAt: string;
  /** Whether what an interrupted import left is gone on with. */
  readonly resumes: boolean;
}

/** How far an import is: everything up to here is stored or in the file of rejects. */
export interface Position {
  /** Index of the file. */
  readonly file: number;
  /** Statements of that file. */
  readonly ofFile: number;
  /** Of all files. */
  readonly statements: number;
  /** Of the last statement, made of all texts of the file up to it. */
  readonly name: string;
}

/** The name before the first is only a beginning: any UUID would do, and it must never change. */
export const BEFORE_ALL: Position = {
  file: 0,
  ofFile: 0,
  statements: 0,
  name: '0b1c9f5e-52e0-5a0f-9d0e-6f2b4a9d7c31',
};

const WRITE_INTERVAL_MS = 500;

interface Batch {
  done: { readonly position: Position; readonly rejects: readonly Reject[] } | null;
}

/**
 * Remembers the position of an import on the disk. Batches end in any order; what is remembered is the end
 * of the last before which all have ended. Rejects are written in that order too, and the position knows
 * the size of their file: a killed import sends a few batches again, and nobody can tell.
 */
export class ImportProgress {
  readonly from: Position;
  /** False for stdin, which nobody can ask to begin at the same place. */
  readonly resumable: boolean;
  readonly #state: StateFile;
  readonly #rejects: RejectFile;
  readonly #subject: Pick<Remembered, 'url' | 'files'>;
  readonly #batches: Batch[] = [];
  #position: Position;
  #writing: Promise<void> = Promise.resolve();
  #writtenAt = 0;

  private constructor(options: Remembered, state: StateFile, rejects: RejectFile, from: Position) {
    this.#subject = subjectOf(options);
    this.resumable = !options.files.includes(STDIN);
    this.#state = state;
    this.#rejects = rejects;
    this.from = from;
    this.#position = from;
  }

  /** Finds what an interrupted import of the same files to the same server left, unless told not to. */
  static async open(options: Remembered, report: Report): Promise<ImportProgress> {
    const state = new StateFile(`${options.keptAt}.progress`);
    const found = options.resumes ? readLeft(await state.read(), options) : null;
    if (found !== null && found.position.statements > 0)
      report.note(
        `Going on after ${found.position.statements} statements, where an import was interrupted; --restart begins anew.`,
      );
    const rejects = await RejectFile.open(`${options.keptAt}.rejects`, found?.rejectBytes ?? 0);
    return new ImportProgress(options, state, rejects, found?.position ?? BEFORE_ALL);
  }

  get rejectsPath(): string | null {
    return this.#rejects.sizeBytes > 0 ? this.#rejects.path : null;
  }

  /** Call in the order of the file, and what it returns when the batch has been dealt with. */
  begin(): (position: Position, rejects: readonly Reject[]) => Promise<void> {
    const batch: Batch = { done: null };
    this.#batches.push(batch);
    return async (position, rejects) => {
      batch.done = { position, rejects };
      this.#writing = this.#writing.then(() => this.#settle());
      await this.#writing;
    };
  }

  async #settle(): Promise<void> {
    while (this.#batches[0]?.done) {
      const { position, rejects } = this.#batches[0].done;
      await this.#rejects.add(rejects);
      this.#batches.shift();
      this.#position = position;
    }
    if (performance.now() - this.#writtenAt >= WRITE_INTERVAL_MS) await this.#write();
  }

  async #write(): Promise<void> {
    if (!this.resumable) return;
    this.#writtenAt = performance.now();
    await this.#state.write({
      ...this.#subject,
      position: this.#position,
      rejectBytes: this.#rejects.sizeBytes,
    });
  }

  async close(isFinished: boolean): Promise<void> {
    // When this failed, who called `finish` was told so, and that is why the import is not finished.
    await this.#writing.catch(() => undefined);
    if (isFinished) await this.#state.remove();
    else await this.#write();
  }
}

function subjectOf({ url, files }: Remembered): Pick<Remembered, 'url' | 'files'> {
  return { url, files: files.map((path) => resolve(path)) };
}

interface Left {
  readonly position: Position;
  readonly rejectBytes: number;
}

/** Null when it is of another import. */
function readLeft(state: unknown, options: Remembered): Left | null {
  if (!isObject(state) || !isObject(state['position'])) return null;
  const { url, files } = subjectOf(options);
  if (state['url'] !== url || JSON.stringify(state['files']) !== JSON.stringify(files)) return null;
  const { file, ofFile, statements, name } = state['position'];
  return typeof name === 'string'
    ? {
        position: {
          file: Number(file),
          ofFile: Number(ofFile),
          statements: Number(statements),
          name,
        },
        rejectBytes: Number(state['rejectBytes']),
      }
    : null;
}
