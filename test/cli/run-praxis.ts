import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
}

const PRAXIS = fileURLToPath(new URL('../../src/cli/praxis.ts', import.meta.url));
const TIMEOUT_MS = 25_000;

/** Starts the command as a shell would, without a terminal. */
export function startPraxis(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { cwd }: RunOptions = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [PRAXIS, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    timeout: TIMEOUT_MS,
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** Waits for the end of the command. */
export function awaitEnd(child: ChildProcessWithoutNullStreams): Promise<Run> {
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
}

export function runPraxis(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  options: RunOptions = {},
): Promise<Run> {
  const child = startPraxis(args, env, options);
  child.stdin.end(options.input ?? '');
  return awaitEnd(child);
}
