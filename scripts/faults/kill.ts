/**
 * `npm run faults`: kills the server with SIGKILL at random moments while 64 writers write, and holds
 * what is stored to what was acknowledged. See docs/reliability.md.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { Ledger } from './ledger.ts';
import { CREDENTIAL, readJson, readStored } from './lrs-client.ts';
import {
  launchServer,
  sleep,
  startServerProcess,
  warehousePidOf,
  type ServerProcess,
} from './server-process.ts';
import { makeRandom, PEOPLE, writeUntilGone, type Random } from './writers.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly seed: string;
  readonly writers: number;
  readonly onRound?: (done: number, faults: number) => void;
}

export interface KillReport {
  readonly faults: readonly string[];
  readonly kills: Readonly<Record<KillKind, number>>;
  readonly requests: number;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly refused: number;
  readonly stored: number;
  readonly voided: number;
}

/** What dies: the server alone, server and warehouse at once, or the server while it is starting. */
type KillKind = 'server' | 'group' | 'starting';

/** Long enough to be amid commits, short enough that fifty rounds are a coffee break. */
const MIN_LIFE_MS = 100;
const LIFE_SPREAD_MS = 1_200;

export async function runKillRounds({
  rounds,
  seed,
  writers,
  onRound,
}: KillOptions): Promise<KillReport> {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-faults-'));
  const settings = {
    DATA_DIR: dataDir,
    ADMIN_KEY: CREDENTIAL.key,
    ADMIN_SECRET: CREDENTIAL.secret,
  };
  const random = makeRandom(seed);
  const ledger = new Ledger();
  const faults: string[] = [];
  const kills = { server: 0, group: 0, starting: 0 };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const kind = pickKill(random);
      kills[kind] += 1;
      if (kind === 'starting') await killWhileStarting(settings, random);
      else await killWhileWriting(settings, kind, { ledger, random, writers, faults });
      const server = await startServerProcess(settings);
      faults.push(...(await check(server.url, ledger)).map((fault) => `round ${round}: ${fault}`));
      if (round === rounds) faults.push(...(await checkWarehouse(server, settings)));
      else server.killGroup();
      await server.exited;
      onRound?.(round, faults.length);
    }
    return await makeReport(settings, ledger, { faults, kills });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function pickKill(random: Random): KillKind {
  const at = random();
  return at < 0.45 ? 'server' : at < 0.9 ? 'group' : 'starting';
}

async function killWhileStarting(settings: Record<string, string>, random: Random): Promise<void> {
  const launch = launchServer(settings);
  await sleep(random() * 800);
  launch.killGroup();
  await launch.exited;
}

interface Writing {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly writers: number;
  readonly faults: string[];
}

async function killWhileWriting(
  settings: Record<string, string>,
  kind: 'server' | 'group',
  { ledger, random, writers, faults }: Writing,
): Promise<void> {
  const server = await startServerProcess(settings);
  // The first check of a secret takes its time on purpose; without it most lives would end before a write.
  await readJson(`${server.url}/xapi/statements?limit=1`);
  const writing = Array.from({ length: writers }, () =>
    writeUntilGone(server.url, ledger, random, faults),
  );
  await sleep(MIN_LIFE_MS + random() * LIFE_SPREAD_MS);
  if (kind === 'group') server.killGroup();
  else server.signal('SIGKILL');
  await server.exited;
  await Promise.all(writing);
  ledger.endRound();
}

async function check(url: string, ledger: Ledger): Promise<string[]> {
  const { stored, faults } = await readStored(url, ledger.ids());
  return [...faults, ...ledger.compare(stored)];
}

async function makeReport(
  settings: Record<string, string>,
  ledger: Ledger,
  { faults, kills }: Pick<KillReport, 'faults' | 'kills'>,
): Promise<KillReport> {
  const server = await startServerProcess(settings);
  const { stored } = await readStored(server.url, ledger.ids());
  await server.stop();
  const count = (outcome: string): number =>
    ledger.requests.filter((request) => request.outcome === outcome).length;
  return {
    faults,
    kills,
    requests: ledger.requests.length,
    acknowledged: ledger.acknowledged.size,
    unanswered: count('unknown'),
    refused: count('refused'),
    stored: stored.size,
    voided: [...stored.values()].filter(({ voided }) => voided).length,
  };
}

// The warehouse ---------------------------------------------------------------------------------

const NUMBERS = `{
  workforce(period: {from: "2020-01-01", to: "2100-01-01"}, by: [ROLE]) {
    unmappedShare
    slices { role headcount participation { active headcount } }
  }
}`;

/**
 * The warehouse that lived through the kills must say what one says that is built anew, and the death of
 * the warehouse process alone must be healed without the server noticing. Stops the server at the end.
 */
async function checkWarehouse(
  server: ServerProcess,
  settings: Record<string, string>,
): Promise<string[]> {
  const faults: string[] = [];
  await importPeople(server.url);
  const survivor = await readNumbers(server.url);
  // Two answers of nothing would be equal too.
  if (!survivor.includes(`"headcount":${PEOPLE / 2},`))
    faults.push(`the numbers are not there: ${survivor}`);

  const pid = warehousePidOf(server.pid);
  if (pid === null) faults.push('the server has no warehouse process');
  else process.kill(pid, 'SIGKILL');
  await readJson(`${server.url}/xapi/statements?limit=1`);
  if ((await readNumbers(server.url)) !== survivor)
    faults.push('numbers changed with the warehouse process');

  await server.stop();
  await rm(join(settings['DATA_DIR'] ?? '', 'warehouse.duckdb'), { force: true });
  await rm(join(settings['DATA_DIR'] ?? '', 'warehouse.duckdb.wal'), { force: true });
  const rebuilt = await startServerProcess(settings);
  const numbers = await readNumbers(rebuilt.url);
  if (numbers !== survivor)
    faults.push(`a rebuilt warehouse says ${numbers}, this one said ${survivor}`);
  await rebuilt.stop();
  return faults;
}

async function importPeople(url: string): Promise<void> {
  const people = Array.from({ length: PEOPLE }, (_, n) => `p${n},mailto:person-${n}@example.org`);
  const roles = Array.from({ length: PEOPLE }, (_, n) => `p${n},2020-01-01,role-${n % 2},DESK`);
  for (const [collection, rows] of [
    ['people', ['id,agents', ...people]],
    ['assignments', ['personId,from,role,segment', ...roles]],
  ] as const) {
    const response = await fetch(`${url}/workforce/${collection}`, {
      method: 'PUT',
      headers: {
        Authorization: `Basic ${Buffer.from(`${CREDENTIAL.key}:${CREDENTIAL.secret}`).toString('base64')}`,
        'Content-Type': 'text/csv',
      },
      body: `${rows.join('\n')}\n`,
    });
    if (!response.ok) throw new Error(`importing ${collection}: ${await response.text()}`);
  }
}

const WAREHOUSE_RETURNS_MS = 30_000;

/** Refreshes, and asks; tries again while the warehouse process starts. */
async function readNumbers(url: string): Promise<string> {
  const deadline = performance.now() + WAREHOUSE_RETURNS_MS;
  for (;;) {
    try {
      await readJson(`${url}/analytics/refresh`, { method: 'POST' });
      const body = JSON.stringify({ query: NUMBERS });
      const answer = await readJson<{ data?: unknown; errors?: unknown }>(`${url}/graphql`, {
        method: 'POST',
        body,
      });
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
      return JSON.stringify(answer.data);
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

// The command -----------------------------------------------------------------------------------

async function main(): Promise<void> {
  const command = new Command('npm run faults --')
    .description(
      'Kills the server at random moments under concurrent writers and checks what it kept.',
    )
    .option('--rounds <n>', 'how many kills', '50')
    .option('--writers <n>', 'how many write at once', '64')
    .option(
      '--seed <text>',
      'what is sent and when it is killed follow from this',
      String(Date.now()),
    )
    .parse();
  const { rounds, writers, seed } = command.opts<{
    rounds: string;
    writers: string;
    seed: string;
  }>();
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: '{bar} {value}/{total} kills, {faults} faults, {eta_formatted} left',
      })
    : null;
  bar?.start(Number(rounds), 0, { faults: 0 });
  const start = performance.now();
  const report = await runKillRounds({
    rounds: Number(rounds),
    writers: Number(writers),
    seed,
    onRound: (done, faults) => {
      if (bar === null) console.error(`kill ${done}/${rounds}, ${faults} faults`);
      else bar.update(done, { faults });
    },
  });
  bar?.stop();
  const { faults, ...figures } = report;
  console.log({ seed, ...figures, seconds: Math.round((performance.now() - start) / 1000) });
  for (const fault of faults.slice(0, 100)) console.log(fault);
  console.log(faults.length === 0 ? 'No fault.' : `${faults.length} faults.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main();
