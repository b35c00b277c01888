/**
 * `npm run conformance -- --suite DIR`: runs both batteries of the ADL LRS conformance suite, from a
 * checkout that the user has, each against a fresh server. The suite's exit code says nothing (it is the
 * number of failures modulo 256, and 0 when nothing ran), so its totals are read and held to a floor.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { dropDatabase, makeDatabaseUri } from '../test/mongodb/place.ts';
import { startServerProcess } from './faults/server-process.ts';

/** How many tests there are at least: fewer would pass by not being run. */
const FLOORS = { '1.0.3': 1365, '2.0.0': 1435 } as const;
type Version = keyof typeof FLOORS;
const BATTERY_TIMEOUT_MS = 300_000;

interface Totals {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
}

interface TestLog {
  readonly title?: string;
  readonly name?: string;
  readonly status?: string;
  readonly error?: string;
  readonly tests?: readonly TestLog[];
}

async function runBattery(suite: string, version: Version, preload: number): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-conformance-'));
  const key = 'conformance';
  const secret = randomBytes(24).toString('base64url');
  const store = makeStoreSettings();
  const settings = { DATA_DIR: dataDir, ADMIN_KEY: key, ADMIN_SECRET: secret, LOG_LEVEL: 'info' };
  const server = await startServerProcess({ ...settings, ...store });
  try {
    await storeStatements(`${server.url}/xapi/statements`, key, secret, preload);
    const startedAt = Date.now();
    await runSuite(suite, `${server.url}/xapi`, key, secret, version);
    const { totals, failures } = await readNewestLog(suite, startedAt);
    const { total, passed } = totals;
    const ok = passed === total && total >= FLOORS[version];
    console.log(
      `${version} on ${store.STORE}: ${passed} of ${total} passed${ok ? '' : `; at least ${FLOORS[version]} wanted, all of them`}`,
    );
    for (const failure of failures) console.log(`  ${failure}`);
    return ok;
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true });
    if (store.STORE === 'mongodb') await dropDatabase(store.MONGODB_URI);
  }
}

/** With STORE=mongodb a new database on the server of MONGODB_URI, else the embedded store. */
function makeStoreSettings(): { STORE: 'sqlite' } | { STORE: 'mongodb'; MONGODB_URI: string } {
  const { STORE = 'sqlite', MONGODB_URI = '' } = process.env;
  if (STORE === 'sqlite') return { STORE };
  if (STORE !== 'mongodb' || MONGODB_URI === '')
    throw new Error('STORE is sqlite or mongodb; mongodb needs MONGODB_URI.');
  return { STORE, MONGODB_URI: makeDatabaseUri(MONGODB_URI) };
}

const BATCH_SIZE = 1000;
const REQUEST_TIMEOUT_MS = 60_000;

/** Other people's statements, among which those of the suite have to be found. */
async function storeStatements(
  url: string,
  key: string,
  secret: string,
  count: number,
): Promise<void> {
  for (let stored = 0; stored < count; stored += BATCH_SIZE) {
    const size = Math.min(BATCH_SIZE, count - stored);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
        'Content-Type': 'application/json',
        'X-Experience-API-Version': '1.0.3',
      },
      body: JSON.stringify(Array.from({ length: size }, (_, i) => makeStatement(stored + i))),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (!response.ok)
      throw new Error(
        `Storing other statements failed with ${response.status}: ${await response.text()}`,
      );
    await response.arrayBuffer();
  }
  if (count > 0) console.log(`${count} other statements stored`);
}

function makeStatement(n: number): object {
  return {
    actor: { mbox: `mailto:learner-${n % 2000}@example.org` },
    verb: { id: `http://adlnet.gov/expapi/verbs/${n % 3 === 0 ? 'completed' : 'experienced'}` },
    object: {
      id: `https://example.org/courses/${n % 100}`,
      definition: { name: { en: `Course ${n % 100}` } },
    },
    context: { contextActivities: { grouping: [{ id: 'https://example.org/programme' }] } },
  };
}

/** The suite runs on whatever Node it was installed with: the one of this process serves. */
async function runSuite(
  suite: string,
  endpoint: string,
  key: string,
  secret: string,
  version: Version,
): Promise<void> {
  const options = ['-e', endpoint, '-a', '-u', key, '-p', secret, '-x', version];
  const run = spawn(process.execPath, [join(suite, 'bin', 'console_runner.js'), ...options], {
    cwd: suite,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: BATTERY_TIMEOUT_MS,
  });
  await new Promise((settle, reject) => {
    run.once('error', reject);
    run.once('close', settle);
  });
}

async function readNewestLog(
  suite: string,
  since: number,
): Promise<{ totals: Totals; failures: readonly string[] }> {
  const folder = join(suite, 'logs');
  const logs = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      return { path, writtenAt: (await stat(path)).mtimeMs };
    }),
  );
  const newest = logs
    .filter(({ writtenAt }) => writtenAt >= since)
    .sort((a, b) => b.writtenAt - a.writtenAt)[0];
  if (newest === undefined)
    throw new Error(`The suite wrote no log into ${folder}; it did not run.`);
  const { summary, log } = JSON.parse(await readFile(newest.path, 'utf8')) as {
    summary: Totals;
    log: TestLog;
  };
  return { totals: summary, failures: listFailures(log) };
}

function listFailures({ title, name, status, error, tests = [] }: TestLog): string[] {
  const inner = tests.flatMap(listFailures);
  if (status !== 'failed' || inner.length > 0) return inner;
  return [`${title ?? name ?? 'a test'}: ${(error ?? '').split('\n', 1)[0] ?? ''}`];
}

const program = new Command('conformance')
  .description(
    'Run the ADL LRS conformance suite (adlnet/lrs-conformance-test-suite) against a fresh server.',
  )
  .requiredOption('--suite <dir>', 'a checkout of the suite with its dependencies installed')
  .option('--version-only <version>', '1.0.3 or 2.0.0 alone')
  .option('--runs <count>', 'so many runs one after another, each on a fresh store', readCount, 1)
  .option(
    '--preload <count>',
    'so many other statements are stored before each battery',
    readCount,
    0,
  )
  .addHelpText(
    'after',
    `
Examples:
  npm run conformance -- --suite ../lrs-conformance-test-suite
  npm run conformance -- --suite ../lrs-conformance-test-suite --runs 3
  npm run conformance -- --suite ../lrs-conformance-test-suite --preload 100000
  STORE=mongodb MONGODB_URI=mongodb://localhost:27017 npm run conformance -- --suite ../lrs-conformance-test-suite
`,
  )
  .parse();
const { suite, versionOnly, runs, preload } = program.opts<{
  suite: string;
  versionOnly?: string;
  runs: number;
  preload: number;
}>();
const folder = resolve(suite);
if (!existsSync(join(folder, 'bin', 'console_runner.js'))) {
  console.error(`${folder} is no checkout of the suite: bin/console_runner.js is not there.`);
  process.exit(2);
}
const versions = (Object.keys(FLOORS) as Version[]).filter(
  (version) => versionOnly === undefined || version === versionOnly,
);
if (versions.length === 0) {
  console.error(`--version-only ${String(versionOnly)} is neither 1.0.3 nor 2.0.0.`);
  process.exit(2);
}
let allPassed = true;
for (let run = 0; run < runs; run++)
  for (const version of versions)
    if (!(await runBattery(folder, version, preload))) allPassed = false;
process.exit(allPassed ? 0 : 1);

function readCount(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
