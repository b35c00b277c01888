import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { launchServer, startServerProcess } from '../../scripts/faults/server-process.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'praxis-config-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test.each<[string, Record<string, string>, RegExp]>([
  [
    'a misspelt setting',
    { ADMIN_SECRT: 'a-secret-for-tests-only' },
    /ADMIN_SECRT.*did you mean ADMIN_SECRET/,
  ],
  ['a port that is none', { PORT: '80a' }, /^PORT .*80a/],
  ['a port out of range', { PORT: '70000' }, /^PORT .*65535/],
  ['a store nobody knows', { STORE: 'postgres' }, /^STORE .*sqlite or mongodb.*postgres/],
  ['mongodb without its address', { STORE: 'mongodb' }, /MONGODB_URI/],
  ['a key without a secret', { ADMIN_KEY: 'admin' }, /ADMIN_KEY and ADMIN_SECRET/],
  [
    'a secret that is too short',
    { ADMIN_KEY: 'admin', ADMIN_SECRET: 'short' },
    /^ADMIN_SECRET (?!.*"short")/,
  ],
  ['a log level nobody knows', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL .*debug/],
  ['a folder that cannot be made', { DATA_DIR: '/dev/null/nowhere' }, /\/dev\/null/],
])('%s stops the start with one line that says so', async (_case, settings, message) => {
  const { output, exited } = launchServer({ DATA_DIR: dataDir, ...settings });
  expect(await exited).toBe(1);
  expect(output).toEqual([expect.stringMatching(message)]);
  expect(await readdir(dataDir)).toEqual([]);
});

test('a port that is taken stops the start with one line that says what to do', async () => {
  const first = await startServerProcess({ DATA_DIR: dataDir });
  const elsewhere = await mkdtemp(join(tmpdir(), 'praxis-config-'));
  try {
    const { output, exited } = launchServer({ DATA_DIR: elsewhere, PORT: new URL(first.url).port });
    expect(await exited).toBe(1);
    expect(output).toEqual([expect.stringMatching(/EADDRINUSE.*PORT/)]);
  } finally {
    await first.stop();
    await rm(elsewhere, { recursive: true, force: true });
  }
});

test('the first credential is shown at the first start only, and works', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'praxis-config-'));
  try {
    const first = await startServerProcess({ DATA_DIR: folder });
    while (!first.output.some((line) => line.startsWith('First credential')))
      await new Promise((resolve) => setTimeout(resolve, 10));
    const [, key, secret] = /Key: (\S+) {2}Secret: (\S+)/.exec(first.output.join('\n'))!;
    const { status } = await fetch(`${first.url}/xapi/statements`, {
      headers: {
        Authorization: `Basic ${Buffer.from(`${key!}:${secret!}`).toString('base64')}`,
        'X-Experience-API-Version': '1.0.3',
      },
    });
    expect(status).toBe(200);
    expect(await first.stop()).toBe(0);
    expect(first.output.filter((line) => line.startsWith('{')).join('\n')).not.toContain(secret);

    const second = await startServerProcess({ DATA_DIR: folder });
    expect(await second.stop()).toBe(0);
    expect(second.output.join('\n')).not.toContain('First credential');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
