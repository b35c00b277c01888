/**
 * The client of the bench, in a process of its own so that it shares no thread with what it measures.
 * Bodies are made before the clock starts; while it runs only the ids in them are overwritten.
 */
import { Client, type Dispatcher } from 'undici';
import { makeStatement, statementId } from './sample-statements.ts';
import { serveJobs } from './jobs.ts';

export interface PostJob {
  readonly kind: 'post';
  readonly url: string;
  readonly path: string;
  readonly authorization: string;
  readonly connections: number;
  /** Statements in a request; 1 sends an object, more an array. */
  readonly batchSize: number;
  /** Number of the first statement; ids follow from it. */
  readonly first: number;
  /** Ends at whichever comes first. */
  readonly seconds: number;
  readonly statements: number;
}

export interface GetJob {
  readonly kind: 'get';
  readonly url: string;
  readonly authorization: string;
  /** Asked one after another. */
  readonly paths: readonly string[];
  /** Also asks for the pages that follow each, up to so many, and measures only those. */
  readonly morePages: number;
  readonly seconds: number;
}

export interface PostResult {
  readonly statements: number;
  readonly perSecond: number;
  /** Of a request, milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface GetResult {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /** Of an answer, the mean. */
  readonly bytes: number;
}

/** Enough different bodies that no cache holds them all, few enough to stay in memory. */
const BODY_STATEMENTS = 10_000;
const ID_LENGTH = 36;

interface Body {
  readonly bytes: Buffer;
  readonly idOffsets: readonly number[];
}

function makeBody(first: number, batchSize: number): Body {
  const statements = Array.from({ length: batchSize }, (_, index) => makeStatement(first + index));
  const bytes = Buffer.from(JSON.stringify(batchSize === 1 ? statements[0] : statements));
  const idOffsets = statements.map((_, index) => bytes.indexOf(statementId(first + index)));
  return { bytes, idOffsets };
}

interface Answer {
  readonly status: number;
  readonly chunks: readonly Buffer[];
}

function send(client: Client, options: Dispatcher.DispatchOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const chunks: Buffer[] = [];
    client.dispatch(options, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => void (status = statusCode),
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd: () => resolve({ status, chunks }),
      onResponseError: (_controller, error) => reject(error),
    });
  });
}

function refuse(options: Dispatcher.DispatchOptions, { status, chunks }: Answer): Error {
  const text = Buffer.concat(chunks).toString('utf8').slice(0, 500);
  return new Error(`${options.method} ${options.path} answered ${status}: ${text}`);
}

async function post(job: PostJob): Promise<PostResult> {
  const bodyCount = Math.max(job.connections, Math.ceil(BODY_STATEMENTS / job.batchSize));
  const bodies = Array.from({ length: bodyCount }, (_, index) =>
    makeBody(job.first + index * job.batchSize, job.batchSize),
  );
  const headers = {
    authorization: job.authorization,
    'content-type': 'application/json',
    'x-experience-api-version': '2.0.0',
  };
  const latencies: number[] = [];
  let sent = 0;
  const start = performance.now();
  const end = start + job.seconds * 1000;

  /** Each lane has bodies of its own, so that none is overwritten while it is on its way. */
  async function runLane(lane: number): Promise<void> {
    const client = new Client(job.url, { pipelining: 1 });
    const own = bodies.filter((_, index) => index % job.connections === lane);
    for (let turn = 0; performance.now() < end && sent < job.statements; turn += 1) {
      const body = own[turn % own.length];
      if (body === undefined) throw new Error('a lane without a body');
      for (const offset of body.idOffsets) {
        body.bytes.write(statementId(job.first + sent), offset, ID_LENGTH, 'latin1');
        sent += 1;
      }
      const options = { method: 'POST', path: job.path, headers, body: body.bytes } as const;
      const before = performance.now();
      const answer = await send(client, options);
      latencies.push(performance.now() - before);
      if (answer.status !== 200) throw refuse(options, answer);
    }
    await client.close();
  }

  await Promise.all(Array.from({ length: job.connections }, (_, lane) => runLane(lane)));
  const perSecond = sent / ((performance.now() - start) / 1000);
  return { statements: sent, perSecond, ...summarise(latencies) };
}

async function get(job: GetJob): Promise<GetResult> {
  const client = new Client(job.url, { pipelining: 1 });
  const headers = { authorization: job.authorization, 'x-experience-api-version': '2.0.0' };
  const latencies: number[] = [];
  let bytes = 0;
  const end = performance.now() + job.seconds * 1000;

  async function ask(path: string, counts: boolean): Promise<Buffer> {
    const options = { method: 'GET', path, headers } as const;
    const before = performance.now();
    const answer = await send(client, options);
    const elapsed = performance.now() - before;
    if (answer.status !== 200) throw refuse(options, answer);
    const body = Buffer.concat(answer.chunks);
    if (counts) {
      latencies.push(elapsed);
      bytes += body.length;
    }
    return body;
  }

  for (const path of job.paths) {
    if (performance.now() > end) break;
    let body = await ask(path, job.morePages === 0);
    for (let page = 0; page < job.morePages; page += 1) {
      const { more } = JSON.parse(body.toString('utf8')) as { more: string };
      if (more === '') break;
      body = await ask(more, true);
    }
  }
  await client.close();
  return {
    requests: latencies.length,
    bytes: Math.round(bytes / Math.max(1, latencies.length)),
    ...summarise(latencies),
  };
}

function summarise(latencies: number[]): { p50: number; p99: number } {
  latencies.sort((a, b) => a - b);
  const at = (share: number): number =>
    latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

serveJobs((job: PostJob | GetJob) => (job.kind === 'post' ? post(job) : get(job)));
