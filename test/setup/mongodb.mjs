import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 30_000;

/** The `mongod` on PATH; null when there is none. */
export function findMongod(env = process.env) {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  const paths = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Gives the tests a MongoDB: the one MONGODB_URI names, or a `mongod` of their own on a free port. When
 * there is neither it says so, and what needs one is skipped.
 */
export default async function prepareMongodb() {
  if ((process.env.MONGODB_URI ?? '') !== '') return;
  const mongod = findMongod();
  if (mongod === null) {
    process.stderr.write(
      'MongoDB is skipped: MONGODB_URI is not set and there is no mongod on PATH. To test it too:\n' +
        '  MONGODB_URI=mongodb://localhost:27017 npm test\n',
    );
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'praxis-mongod-'));
  const port = await findFreePort();
  const child = spawn(
    mongod,
    ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'],
    {
      stdio: 'ignore',
    },
  );
  process.env.MONGODB_URI = `mongodb://127.0.0.1:${port}/`;
  globalThis.stopMongod = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null) {
      child.kill();
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + START_TIMEOUT_MS; !(await answers(port)); await sleep(100)) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${mongod} did not start.`);
  }
}

async function findFreePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
