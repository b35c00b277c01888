import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestServer, type TestServer } from '../http/server.ts';
import { startLossyProxy } from './lossy-proxy.ts';
import { runPraxis, type Run } from './run-praxis.ts';

let server: TestServer;
let folder: string;

beforeEach(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'praxis-cli-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function run(args: readonly string[], { url = server.url, input = '' } = {}): Promise<Run> {
  const { key, secret } = server.admin;
  return runPraxis(args, { PRAXIS_URL: url, PRAXIS_KEY: key, PRAXIS_SECRET: secret }, input);
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

function statements(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify(statement(`p${index}`)));
}

test('statements come from NDJSON, arrays, gzip and stdin alike', async () => {
  const all = statements(8);
  const files = [
    await write('lines.ndjson', `\ufeff${all[0]!}\r\n\r\n${all[1]!}`),
    await write(
      'array.json',
      `[\n${all[2]!},\n${JSON.stringify(JSON.parse(all[3]!), null, 2)}\n]\n`,
    ),
    await write('array.json.gz', gzipSync(`[${all[4]!},${all[5]!}]`)),
    await write('empty.json', '[]'),
  ];
  const input = `${all[6]!}\n${all[7]!}\n`;
  const { code, stdout, stderr } = await run(['import', ...files, '-', '--json'], { input });
  expect([stderr, JSON.parse(stdout), code]).toEqual(['', { stored: 8, refused: 0 }, 0]);
  expect(await server.countStatements()).toBe(8);
});

test('a request whose answer is lost is sent again and stores nothing twice', async () => {
  const proxy = await startLossyProxy(server.url, ['lose answer', 'answer 503', 'lose answer']);
  const file = await write('all.ndjson', statements(1200).join('\n'));
  const { code, stdout } = await run(['import', file], { url: proxy.url });
  await proxy.close();
  expect([stdout, code]).toEqual(['1200 statements stored.\n', 0]);
  expect(await server.countStatements()).toBe(1200);
});

test('a refused batch is reported with file and line, and the others are stored', async () => {
  const lines = [...statements(1001)];
  lines[600] = '{"actor":{"mbox":"nobody"},"verb":{"id":"urn:v"},"object":{"id":"urn:a"}}';
  lines[1000] = '{"actor":';
  const file = await write('some.ndjson', lines.join('\n'));
  const { code, stdout, stderr } = await run(['import', file]);
  expect([stdout, code]).toEqual(['500 statements stored, 501 refused.\n', 1]);
  expect(stderr).toContain(`${file}:601: /actor`);
  expect(stderr).toContain(`${file}:1001: is not a JSON object`);
  expect(stderr).toContain(`${file}:501 to ${file}:1000: none of this batch of 500 was stored`);
  expect(await server.countStatements()).toBe(500);
});

test('elements of an array are reported with the line on which they begin', async () => {
  const file = await write('array.json', '[\n  {},\n\n  3,\n  {"id":\n 7}, nonsense');
  const { code, stderr } = await run(['import', file]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${file}:4: is not a JSON object`);
  expect(stderr).toContain(`${file}:6: is not a JSON object`);
  expect(stderr).toContain(`${file}:2 to ${file}:5: none of this batch of 2`);
});

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
