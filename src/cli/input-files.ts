import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, EXIT } from './exit.ts';
import { STDIN } from './statement-file.ts';
import { messageOf } from './state-file.ts';

export interface InputFile {
  readonly path: string;
  /** As it lies on the disk; 0 for stdin. */
  readonly sizeBytes: number;
}

/**
 * The files that a command line names, in its order; of a folder those below it whose name matches, in the
 * order of their names. Throws CliError when one cannot be read, or a folder has none.
 */
export async function listInputFiles(
  paths: readonly string[],
  pattern: RegExp,
): Promise<readonly InputFile[]> {
  const found: InputFile[] = [];
  for (const path of paths) {
    if (path === STDIN) found.push({ path, sizeBytes: 0 });
    else found.push(...(await expand(path, pattern)));
  }
  return found;
}

async function expand(path: string, pattern: RegExp): Promise<readonly InputFile[]> {
  const found = await statOf(path);
  if (!found.isDirectory()) return [{ path, sizeBytes: found.size }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (paths.length === 0)
    throw new CliError(EXIT.usage, `${path} has no file that matches ${pattern.source}.`);
  const files: InputFile[] = [];
  for (const each of paths) files.push({ path: each, sizeBytes: (await statOf(each)).size });
  return files;
}

async function statOf(path: string): Promise<Stats> {
  return stat(path).catch((error: unknown) => {
    throw new CliError(EXIT.usage, `${path} cannot be read: ${messageOf(error)}.`);
  });
}
