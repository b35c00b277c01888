/** The server under test: `node src/main.ts`, as production runs it, on a data folder of its own. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const KEY = 'bench';
const SECRET = 'a secret for the bench only';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;

export interface ServerUnderTest {
  readonly url: string;
  readonly authorization: string;
  stop(): Promise<void>;
}

/** With a `profileDir`, each thread and process of the server leaves a `.cpuprofile` there when it stops. */
export async function startServer(
  dataDir: string,
  profileDir: string | undefined,
): Promise<ServerUnderTest> {
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const child = spawn(
    process.execPath,
    [...profiling, '--disable-warning=ExperimentalWarning', join('src', 'main.ts')],
    {
      cwd: join(import.meta.dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        DATA_DIR: dataDir,
        ADMIN_KEY: KEY,
        ADMIN_SECRET: SECRET,
        LOG_LEVEL: 'info',
      },
    },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server did not start in ${START_TIMEOUT_MS / 1000} s`));
    }, START_TIMEOUT_MS);
    void exited.then(() => reject(new Error('the server ended while it started')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { msg?: string; url?: string; level?: number };
      if (entry.msg === 'listening' && entry.url !== undefined) {
        clearTimeout(timer);
        resolve(entry.url);
      } else if ((entry.level ?? 0) >= 40) process.stderr.write(`${line}\n`);
    });
  });
  return {
    url,
    authorization: `Basic ${Buffer.from(`${KEY}:${SECRET}`).toString('base64')}`,
    async stop() {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(killer);
    },
  };
}

/** Waits until the warehouse has read all that is stored; returns the seconds it took. */
export async function refreshWarehouse({ url, authorization }: ServerUnderTest): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/analytics/refresh`, {
    method: 'POST',
    headers: { authorization },
    signal: AbortSignal.timeout(600_000),
  });
  if (!response.ok)
    throw new Error(
      `POST /analytics/refresh answered ${response.status}: ${await response.text()}`,
    );
  return (performance.now() - start) / 1000;
}
