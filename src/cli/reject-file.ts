import { appendFile, stat, truncate } from 'node:fs/promises';
import { CliError, EXIT } from './exit.ts';
import { isMissing, messageOf } from './state-file.ts';

/** A statement that a server refused, or that is none. */
export interface Reject {
  /** Where it was found: file and line, or the id in another LRS. */
  readonly source: Readonly<Record<string, string | number>>;
  readonly reasons: readonly string[];
  /** As it was found, to the byte. */
  readonly text: string;
}

/**
 * What was refused, a JSON object a line, for a person to mend and send again. Its size is part of what a
 * command remembers of itself: going on cuts what was written after that, so that nothing is in it twice.
 */
export class RejectFile {
  readonly path: string;
  #sizeBytes: number;

  private constructor(path: string, sizeBytes: number) {
    this.path = path;
    this.#sizeBytes = sizeBytes;
  }

  /** `keepBytes`: how much of a file that is there already belongs to this command. */
  static async open(path: string, keepBytes: number): Promise<RejectFile> {
    try {
      const found = await stat(path);
      if (found.size > keepBytes) await truncate(path, keepBytes);
      return new RejectFile(path, Math.min(found.size, keepBytes));
    } catch (error) {
      if (isMissing(error)) return new RejectFile(path, 0);
      throw new CliError(EXIT.usage, `${path} cannot be written: ${messageOf(error)}.`);
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async add(rejects: readonly Reject[]): Promise<void> {
    if (rejects.length === 0) return;
    const lines = rejects.map(({ source, ...others }) => JSON.stringify({ ...source, ...others }));
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    await appendFile(this.path, bytes).catch((error: unknown) => {
      throw new CliError(EXIT.usage, `${this.path} cannot be written: ${messageOf(error)}.`);
    });
    this.#sizeBytes += bytes.length;
  }
}
