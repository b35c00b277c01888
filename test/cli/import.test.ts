import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../http/server.ts';
import { startLossyProxy } from './lossy-proxy.ts';
import { awaitEnd, runPraxis, startPraxis, type Run } from './run-praxis.ts';

let server: TestServer;
let folder: string;
let countBefore: number;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  countBefore = await server.countStatements();
  folder = await mkdtemp(join(tmpdir(), 'praxis-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(args: readonly string[], { url = server.url, input = '' } = {}): Promise<Run> {
  return runPraxis(args, environment(url), { input, cwd: folder });
}

function environment(url: string): Record<string, string> {
  const { key, secret } = server.admin;
  return { PRAXIS_URL: url, PRAXIS_KEY: key, PRAXIS_SECRET: secret };
}

/** How many statements this test has stored. */
async function countNew(): Promise<number> {
  return (await server.countStatements()) - countBefore;
}

async function isUnderWay(progress: string): Promise<boolean> {
  if (!existsSync(progress)) return false;
  const { position } = JSON.parse(await readFile(progress, 'utf8')) as {
    position: { statements: number };
  };
  return position.statements > 0;
}

interface Rejected {
  readonly file: string;
  readonly line: number;
  readonly reasons: readonly string[];
  readonly text: string;
}

async function readRejects(name: string): Promise<readonly Rejected[]> {
  const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Rejected);
}

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function statement(name: string): object {
  return {
    actor: { mbox: `mailto:${name}@example.org` },
    verb: { id: 'http://adlnet.gov/expapi/verbs/experienced' },
    object: { id: 'https://example.org/activities/1' },
    result: { response: 'a [bracket], a \\ and a "}"', score: { scaled: 0.5 } },
  };
}

let made = 0;

/** Like no others of this file: the same text at the same place would be the same statement. */
function statements(count: number): readonly string[] {
  made += 1;
  const names = Array.from({ length: count }, (_, index) => `p${index}.of${made}`);
  return names.map((name) => JSON.stringify(statement(name)));
}

test('statements come from NDJSON, arrays, gzip, folders and stdin alike', async () => {
  const all = statements(9);
  const files = [
    await write('lines.ndjson', `\ufeff${all[0]!}\r\n\r\n${all[1]!}`),
    await write(
      'array.json',
      `[\n${all[2]!},\n${JSON.stringify(JSON.parse(all[3]!), null, 2)}\n]\n`,
    ),
    await write('array.json.gz', gzipSync(`[${all[4]!},${all[5]!}]`)),
    await write('empty.json', '[]'),
  ];
  await mkdir(join(folder, 'many', 'deep'), { recursive: true });
  await write('many/deep/one.jsonl', all[8]!);
  await write('many/notes.txt', 'no statement');
  const input = `${all[6]!}\n${all[7]!}\n`;
  const { code, stdout, stderr } = await run(['import', ...files, '-', 'many', '--json'], {
    input,
  });
  expect([stderr, JSON.parse(stdout), code]).toEqual([
    '',
    { stored: 9, refused: 0, skipped: 0, rejects: null },
    0,
  ]);
  expect(await countNew()).toBe(9);
});

test('a request whose answer is lost is sent again and stores nothing twice', async () => {
  const proxy = await startLossyProxy(server.url, ['lose answer', 'answer 503', 'lose answer']);
  const file = await write('all.ndjson', statements(1200).join('\n'));
  const { code, stdout } = await run(['import', file], { url: proxy.url });
  await proxy.close();
  expect([stdout, code]).toEqual(['1200 statements stored.\n', 0]);
  expect(await countNew()).toBe(1200);
});

test('statements without an id are stored once however often their file is imported or grows, and twins in it stay two', async () => {
  const [one, two] = statements(2);
  const file = await write('log.ndjson', `${one!}\n${one!}\n`);
  for (let again = 0; again < 2; again += 1)
    expect(await run(['import', file])).toMatchObject({ code: 0 });
  expect(await countNew()).toBe(2);
  await write('log.ndjson', `${one!}\n${one!}\n${two!}\n`);
  await run(['import', file]);
  expect(await countNew()).toBe(3);
});

test('of a refused batch only what is wrong is left out, and kept with its reasons', async () => {
  const lines = [...statements(1001)];
  lines[600] = '{"actor":{"mbox":"nobody"},"verb":{"id":"urn:v"},"object":{"id":"urn:a"}}';
  lines[700] = `{"id":"5f2f1b0a-3f5e-4d0e-9d26-4f8e2f2a1c11",${lines[700]!.slice(1)}`;
  // The same statement again is no fault, another with its id is.
  lines[701] = lines[700];
  lines[702] = lines[700].replace('p700.', 'somebody.else.');
  lines[1000] = '{"actor":';
  const file = await write('some.ndjson', lines.join('\n'));
  const { code, stdout, stderr } = await run(['import', file]);
  expect([stdout, code]).toEqual([
    '998 statements stored, 3 refused, see some.ndjson.rejects.\n',
    1,
  ]);
  expect(stderr).toContain(`${file}:601: /actor`);
  const kept = await readRejects('some.ndjson.rejects');
  expect(kept).toEqual([
    {
      file,
      line: 601,
      text: lines[600],
      reasons: expect.arrayContaining([expect.stringContaining('/actor/mbox')]),
    },
    { file, line: 703, text: lines[702], reasons: [expect.stringContaining('different')] },
    { file, line: 1001, text: lines[1000], reasons: ['is not a JSON object'] },
  ]);
  expect(await countNew()).toBe(997);
});

test('elements of an array are rejected with the line on which they begin', async () => {
  const file = await write('array.json', '[\n  {},\n\n  3,\n  {"id":\n 7}, nonsense');
  expect((await run(['import', file])).code).toBe(1);
  const kept = await readRejects('array.json.rejects');
  expect(kept.map(({ line, text }) => [line, text])).toEqual([
    [2, '{}'],
    [4, '3'],
    [5, '{"id":\n 7}'],
    [6, 'nonsense ['],
  ]);
});

test('an interrupted import of a file that has changed since begins at its beginning', async () => {
  const [first, ...others] = statements(1_200);
  const file = await write('changing.ndjson', [first, ...others].join('\n'));
  const proxy = await startLossyProxy(server.url, ['none', 'answer 500']);
  const stopped = await run(['import', file, '--in-flight', '1'], { url: proxy.url });
  expect(stopped).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('500 statements were stored before'),
  });

  await write('changing.ndjson', others.join('\n'));
  const again = await run(['import', file], { url: proxy.url });
  expect(again.stderr).toContain('has changed since');
  expect(again).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1199 statements stored'),
  });
  const elsewhere = await run(['import', file, '--in-flight', '1']);
  expect(elsewhere.stderr).toBe('');
  await proxy.close();
  expect(await countNew()).toBe(500 + 1_199);
}, 60_000);

test('a workforce file is taken whole, or refused with its lines', async () => {
  const good = await write('kpis.csv', 'id,name,unit,valuePerUnit\nk1,Sales,EUR,1\n');
  const taken = await run(['import', '--collection', 'kpis', good]);
  expect(taken).toEqual({
    code: 0,
    stdout: 'kpis: 1 created, 0 updated, 0 unchanged, 0 deleted.\n',
    stderr: '',
  });
  const bad = await write('bad.ndjson.gz', gzipSync('{"id":"k2","name":"Errors","unit":"n"}\n'));
  const refused = await run(['import', '--collection', 'kpis', bad, '--json']);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ created: 0, refused: 1 });
  expect(refused.stderr).toContain(`${bad}: line 1, column valuePerUnit: is missing`);
});

test('refresh answers up to when the metrics reach', async () => {
  const { code, stdout } = await run(['refresh', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ asOf: expect.stringMatching(/Z$/) });
});

test('what is wrong with the command is said with what to do, and an exit code of its own', async () => {
  const file = await write('one.ndjson', statements(1)[0]!);
  const wrongSecret = await run(['import', file, '--secret', 'wrong']);
  expect([wrongSecret.code, wrongSecret.stdout]).toEqual([3, '']);
  expect(wrongSecret.stderr).toContain('Check --key and --secret');
  expect(wrongSecret.stderr).not.toContain('wrong"');

  const absent = await run(['import', join(folder, 'absent.ndjson')]);
  expect(absent.code).toBe(2);
  expect(absent.stderr).toContain('absent.ndjson cannot be read');

  const nobody = await run(['import', file], { url: 'http://127.0.0.1:1' });
  expect(nobody.code).toBe(3);
  expect(nobody.stderr).toContain('Is the server running');

  const noCredential = await runPraxis(['import', file]);
  expect(noCredential.code).toBe(2);
  expect(noCredential.stderr).toContain('PRAXIS_KEY and PRAXIS_SECRET');
});

test('rebuild refuses while a server holds the folder', async () => {
  const other = await startTestServer({ settings: { DATA_DIR: folder } });
  await other.as(other.admin).post('/analytics/refresh');
  const held = await runPraxis(['rebuild', '--data-dir', folder]);
  await other.close();
  expect(held.code).toBe(2);
  expect(held.stderr).toContain('Stop it first');
  const free = await runPraxis(['rebuild', '--data-dir', folder]);
  expect([free.stderr, free.code]).toEqual(['', 0]);
  expect(free.stdout).toContain('holds everything up to');
});

test('the help of every command shows examples', async () => {
  for (const command of ['serve', 'import', 'refresh', 'rebuild']) {
    const { code, stdout } = await runPraxis([command, '--help']);
    expect([command, code]).toEqual([command, 0]);
    expect(stdout).toContain(`praxis ${command}`);
    expect(stdout).toContain('Examples:');
  }
});

test('an import that is killed goes on where it was, with nothing twice and nothing left out', async () => {
  const lines = [...statements(20_000)];
  const wrong = [3, 9_000, 19_999];
  for (const index of wrong) lines[index] = '{}';
  const file = await write('many.ndjson.gz', gzipSync(lines.join('\n')));
  const child = startPraxis(['import', file], environment(server.url), { cwd: folder });
  const killed = awaitEnd(child);
  const progress = join(folder, 'many.ndjson.gz.progress');
  while (!(await isUnderWay(progress))) await sleep(5);
  child.kill('SIGKILL');
  expect((await killed).code).toBe(null);

  const { code, stdout, stderr } = await run(['import', file, '--json']);
  expect(stderr).toContain('Going on after');
  const outcome = JSON.parse(stdout) as Record<'skipped' | 'stored' | 'refused', number>;
  expect(outcome.skipped).toBeGreaterThan(0);
  expect(outcome.skipped + outcome.stored + outcome.refused).toBe(20_000);
  expect(code).toBe(1);
  const kept = await readRejects('many.ndjson.gz.rejects');
  expect(kept.map(({ line }) => line)).toEqual(wrong.map((index) => index + 1));
  expect(await countNew()).toBe(20_000 - wrong.length);
  expect(existsSync(progress)).toBe(false);
}, 60_000);
