/**
 * Sends the demo organisation to a running server over HTTP, as HR and five tools would: nothing here
 * is known to the server but keys and URLs. Ids are fixed by the seed, so that loading again, or going
 * on after a broken load, adds nothing twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Statement } from '../../statements/statement.ts';
import { findInsights, type Finding } from './findings.ts';
import {
  COLLECTIONS,
  DEFAULT_SEED,
  generateDemo,
  type Demo,
  type DemoCollection,
  type DemoOptions,
  type WorkforceRecord,
} from './generate.ts';
import { TOOLS, TOOL_VERSIONS, type SentStatement, type Tool } from './tools/sent-statement.ts';

export interface LoadOptions extends Partial<DemoOptions> {
  /** Of the server, e.g. http://localhost:8080. */
  readonly url: string;
  readonly key: string;
  readonly secret: string;
  readonly end: string;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface LoadProgress {
  readonly stage: 'records' | 'statements' | 'refresh';
  /** The collection, while records are sent. */
  readonly collection?: DemoCollection;
  readonly done: number;
  readonly total: number;
}

export interface LoadReport {
  readonly people: number;
  readonly records: number;
  readonly statements: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

const BATCH_SIZE = 250;
const RECORDS_A_REQUEST = 2_000;
const REQUESTS_IN_FLIGHT = 4;
const ATTEMPTS = 5;
const REQUEST_TIMEOUT_MS = 60_000;
/** Reading a quarter of a million statements into the warehouse takes its time. */
const REFRESH_TIMEOUT_MS = 600_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Rejects with a DemoLoadError that says which request was refused and what the server said. */
export async function loadDemo(options: LoadOptions): Promise<LoadReport> {
  const { seed = DEFAULT_SEED, scale = 1, end, onProgress = () => undefined } = options;
  const startedAt = performance.now();
  const demo = generateDemo({ seed, scale, end });
  const sender = new Sender(options);
  const records = await sendRecords(sender, demo, onProgress);
  const statements = await sendStatements(sender, demo, onProgress);
  onProgress({ stage: 'refresh', done: 0, total: 1 });
  await sender.send('POST', '/analytics/refresh', {}, undefined, REFRESH_TIMEOUT_MS);
  onProgress({ stage: 'refresh', done: 1, total: 1 });
  return {
    people: demo.world.organisation.people.length,
    records,
    statements,
    seconds: (performance.now() - startedAt) / 1000,
    findings: await findInsights((query) => sender.ask(query), end),
  };
}

// Workforce -------------------------------------------------------------------------------------

/** HR exports its files as CSV; the rest comes as NDJSON. */
const AS_CSV: readonly DemoCollection[] = ['people', 'assignments', 'observations'];

async function sendRecords(
  sender: Sender,
  demo: Demo,
  onProgress: (progress: LoadProgress) => void,
): Promise<number> {
  let sent = 0;
  for (const collection of COLLECTIONS) {
    const records = [...demo.records(collection)];
    const csv = AS_CSV.includes(collection);
    for (let from = 0; from < records.length; from += RECORDS_A_REQUEST) {
      const part = records.slice(from, from + RECORDS_A_REQUEST);
      const headers = { 'content-type': csv ? 'text/csv' : 'application/x-ndjson' };
      const body = csv ? writeCsv(part) : writeNdjson(part);
      await sender.send('PUT', `/workforce/${collection}`, headers, body);
      const done = from + part.length;
      onProgress({ stage: 'records', collection, done, total: records.length });
    }
    sent += records.length;
  }
  return sent;
}

function writeNdjson(records: readonly WorkforceRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** RFC 4180; lists separated by semicolons, as the import format asks. */
export function writeCsv(records: readonly WorkforceRecord[]): string {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const rows = records.map((record) => columns.map((column) => writeCell(record[column])));
  return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function writeCell(value: unknown): string {
  if (value === undefined) return '';
  // Of the collections sent as CSV, no column holds anything but these.
  const text = Array.isArray(value) ? value.join(';') : JSON.stringify(value).replace(/^"|"$/g, '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Statements ------------------------------------------------------------------------------------

interface Batch {
  readonly tool: Tool;
  readonly statements: readonly Statement[];
}

async function sendStatements(
  sender: Sender,
  demo: Demo,
  onProgress: (progress: LoadProgress) => void,
): Promise<number> {
  // Counting first costs two seconds, and the bar then tells the truth.
  const total = Iterator.from(demo.statements()).reduce((count) => count + 1, 0);
  let done = 0;
  await runBounded(batch(demo.statements()), REQUESTS_IN_FLIGHT, async ({ tool, statements }) => {
    const headers = {
      'content-type': 'application/json',
      'x-experience-api-version': TOOL_VERSIONS[tool],
    };
    await sender.send('POST', '/xapi/statements', headers, JSON.stringify(statements));
    done += statements.length;
    onProgress({ stage: 'statements', done, total });
  });
  return done;
}

/** Each tool has a queue of its own. An id that is in the queue already closes the batch: twice in one is refused. */
function* batch(statements: Iterable<SentStatement>): Generator<Batch> {
  const queues = new Map<Tool, Map<string, Statement>>(TOOLS.map((tool) => [tool, new Map()]));
  for (const { tool, statement } of statements) {
    let queue = queues.get(tool) ?? new Map<string, Statement>();
    if (queue.size === BATCH_SIZE || queue.has(statement.id)) {
      yield { tool, statements: [...queue.values()] };
      queue = new Map();
      queues.set(tool, queue);
    }
    queue.set(statement.id, statement);
  }
  for (const [tool, queue] of queues)
    if (queue.size > 0) yield { tool, statements: [...queue.values()] };
}

async function runBounded<T>(
  items: Generator<T>,
  limit: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  async function work(): Promise<void> {
    for (let next = items.next(); next.done !== true; next = items.next()) {
      try {
        await run(next.value);
      } catch (error) {
        // The other workers find nothing more to do.
        items.return(undefined);
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, work));
}

// HTTP ------------------------------------------------------------------------------------------

export class DemoLoadError extends Error {
  override readonly name = 'DemoLoadError';
}

/** The server may be starting, busy or restarting: these are worth another attempt, the others are not. */
const RETRIED_STATUSES: readonly number[] = [429, 502, 503, 504];

class Sender {
  readonly #base: string;
  readonly #authorization: string;

  constructor({ url, key, secret }: LoadOptions) {
    this.#base = url.replace(/\/+$/, '');
    this.#authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
  }

  /** The body of the answer, as text. */
  async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<string> {
    let problem = '';
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 4 ** (attempt - 1)));
      try {
        const response = await fetch(this.#base + path, {
          method,
          headers: { ...headers, authorization: this.#authorization },
          signal: AbortSignal.timeout(timeoutMs),
          ...(body === undefined ? {} : { body }),
        });
        const text = await response.text();
        if (response.ok) return text;
        problem = `HTTP ${response.status}: ${text.slice(0, 1_000)}`;
        if (!RETRIED_STATUSES.includes(response.status)) break;
      } catch (error) {
        problem = describeFailure(error);
      }
    }
    throw new DemoLoadError(`${method} ${this.#base}${path} did not work. ${problem}`);
  }

  /** The data of a GraphQL answer. */
  async ask(query: string): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const text = await this.send('POST', '/graphql', headers, JSON.stringify({ query }));
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || 'errors' in answer || !('data' in answer))
      throw new DemoLoadError(`POST ${this.#base}/graphql did not work. ${text.slice(0, 1_000)}`);
    return answer.data;
  }
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says "fetch failed" and keeps the reason in its cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
