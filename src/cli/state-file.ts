import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { CliError, EXIT } from './exit.ts';

/**
 * A small file of JSON that says how far a command has come. It is written beside and put in place by a
 * rename, so that a kill leaves the last state or the one before it, never half of one.
 */
export class StateFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Undefined when there is none. Throws CliError when it is not what this class wrote. */
  async read(): Promise<unknown> {
    const text = await readFile(this.path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw new CliError(EXIT.usage, `${this.path} cannot be read: ${messageOf(error)}.`);
    });
    if (text === null) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new CliError(
        EXIT.usage,
        `${this.path} is damaged. Delete it to begin anew: nothing is stored twice.`,
      );
    }
  }

  async write(state: object): Promise<void> {
    const partial = `${this.path}.partial`;
    try {
      await writeFile(partial, JSON.stringify(state), { flush: true });
      await rename(partial, this.path);
    } catch (error) {
      throw new CliError(EXIT.usage, `${this.path} cannot be written: ${messageOf(error)}.`);
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
