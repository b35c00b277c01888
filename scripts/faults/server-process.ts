import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The server as a user runs it: `node src/main.ts` in a process of its own, with nothing of our environment. */
export interface ServerProcess {
  /** e.g. http://127.0.0.1:40123. */
  readonly url: string;
  readonly pid: number;
  /** Every line of the log and of stderr so far. */
  readonly output: readonly string[];
  /** Sends the signal to the server process alone. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** As a container or a power cut ends it: the server and the warehouse in the same moment, with no warning. */
  readonly killGroup: () => void;
  /** Settles with the exit code, or with the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>;
  /** SIGTERM, and waits for the end. */
  readonly stop: () => Promise<number | NodeJS.Signals>;
}

export interface Launch {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly output: string[];
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly killGroup: () => void;
}

const ROOT = join(import.meta.dirname, '..', '..');
const START_TIMEOUT_MS = 30_000;

/** Starts the process and returns at once, for who wants to kill it while it starts. */
export function launchServer(settings: Readonly<Record<string, string>>): Launch {
  const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts')], {
    cwd: ROOT,
    env: { PORT: '0', LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group, so that server and warehouse can be killed together, and Ctrl-C here kills neither.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the server process could not be started');
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => output.push(line));
  const exited = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  });
  const killGroup = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // ESRCH: all of them ended by themselves before.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  return { child, pid, output, exited, killGroup };
}

/** Starts the server and returns when it listens; throws with its output when it ends or hangs before. */
export async function startServerProcess(
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const launch = launchServer(settings);
  const { child, pid, output, exited, killGroup } = launch;
  const url = await waitUntilListening(launch);
  return {
    url,
    pid,
    output,
    exited,
    signal: (signal) => void child.kill(signal),
    killGroup,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

async function waitUntilListening({ output, exited, killGroup }: Launch): Promise<string> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  const state = { ended: false };
  void exited.then(() => (state.ended = true));
  for (;;) {
    const url = output.map(readListeningLine).find((found) => found !== undefined);
    if (url !== undefined) return url;
    if (state.ended || performance.now() > deadline) {
      killGroup();
      throw new Error(`the server did not start:\n${output.join('\n')}`);
    }
    await sleep(10);
  }
}

function readListeningLine(line: string): string | undefined {
  if (!line.includes('"listening"')) return undefined;
  const { url } = JSON.parse(line) as { url: string };
  return url;
}

/** The process that owns the warehouse: the server's only child. Linux only, by /proc. */
export function warehousePidOf(serverPid: number): number | null {
  const children = readFileSync(`/proc/${serverPid}/task/${serverPid}/children`, 'utf8').trim();
  return children === '' ? null : Number(children.split(' ')[0]);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
