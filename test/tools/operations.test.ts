import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runPraxis } from '../cli/run-praxis.ts';
import { ADMIN, walk, type TestServer } from '../http/server.ts';
import { HYGIENE, readEvents, startToolServer } from './tool-server.ts';

const ROOT = new URL('../../', import.meta.url);
const agents = ['1001', '1002'].map((name) => `account:https://operations.example.org|${name}`);

let server: TestServer;
beforeAll(async () => {
  server = await startToolServer(agents, []);
});
afterAll(() => server.close());

test('an export of tasks becomes applications, those that somebody checked as observed ones, once', async () => {
  const run = promisify(execFile)(
    'sh',
    [
      '-c',
      `"${process.execPath}" examples/operations/statements.ts < examples/operations/tasks.csv`,
    ],
    { cwd: ROOT },
  );
  const { stdout, stderr } = await run;
  expect(stderr).toBe('1 tasks show no known skill and were left out.\n');
  const env = { PRAXIS_URL: server.url, PRAXIS_KEY: ADMIN.key, PRAXIS_SECRET: ADMIN.secret };
  for (let time = 0; time < 2; time += 1)
    expect(
      await runPraxis(['import', '-'], env, { input: stdout, cwd: server.dataDir }),
    ).toMatchObject({ code: 0 });
  const stored = await walk(server.as(server.admin), '?ascending=true');
  const events = await readEvents(
    server,
    stored.map(({ id }) => id),
  );
  expect(events.map((each) => each.map(({ kind, skill, tier }) => [kind, skill, tier]))).toEqual([
    [['APPLIED', HYGIENE, 'OBSERVED']],
    [['APPLIED', HYGIENE, 'SYSTEM']],
  ]);
});

test('its figures are imported as observations, and a bad row is named', async () => {
  const page = readFileSync(new URL('docs/tools/operations.md', ROOT), 'utf8');
  const files = [...page.matchAll(/^ {4}# (\w+)\.csv\n((?: {4}.+\n)+)/gm)];
  const env = { PRAXIS_URL: server.url, PRAXIS_KEY: ADMIN.key, PRAXIS_SECRET: ADMIN.secret };
  expect(files.map(([, name]) => name)).toEqual(['kpis', 'observations']);
  for (const [, name = '', rows = ''] of files) {
    const input = rows.replaceAll(/^ {4}/gm, '');
    const args = ['import', '--collection', name, '-'];
    expect(await runPraxis(args, env, { input })).toMatchObject({ code: 0 });
    const bad = await runPraxis(args, env, { input: `${input.trim()}\n,,,,,\n` });
    expect(bad.code).not.toBe(0);
    expect(bad.stdout + bad.stderr).toContain(`line ${input.trim().split('\n').length + 1}`);
  }
});
