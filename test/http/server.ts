import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import supertest, { type Response, type Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent.js';
import { hashSecret, makeSecret } from '../../src/auth/secret.ts';
import type { Scope } from '../../src/auth/scopes.ts';
import { readClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { startServer } from '../../src/main.ts';
import { openStore, type StoreSettings } from '../../src/storage/open-store.ts';
import { makeTestStore } from '../mongodb/test-store.ts';
import { findContractFaults } from './openapi.ts';

/** The real server on the real store, in this process, on a free port and a folder of its own. */
export interface TestServer<Name extends string = string> {
  readonly url: string;
  readonly operationsUrl: string;
  readonly dataDir: string;
  /** Every scope. */
  readonly admin: Credential;
  readonly credentials: Readonly<Record<Name, Credential>>;
  /** Sends what a client of xAPI 1.0.3 sends with each request: credential and version. */
  as(credential: Credential | Name, version?: string): TestAgent;
  /** Sends neither. */
  anonymous(): TestAgent;
  /** How many statements are stored, voided ones not counted. */
  countStatements(): Promise<number>;
  close(): Promise<void>;
}

export interface Credential {
  readonly key: string;
  readonly secret: string;
}

export interface TestServerOptions<Name extends string> {
  /** Credentials to have, with their scopes, beside the admin's. */
  readonly credentials?: Readonly<Record<Name, readonly Scope[]>>;
  readonly settings?: Readonly<Record<string, string>>;
  /** Puts something in the data folder before the server starts. */
  readonly prepare?: (dataDir: string) => Promise<void>;
}

export const ADMIN: Credential = { key: 'admin', secret: 'a-secret-for-tests-only' };
export const STATEMENTS = '/xapi/statements';

export async function startTestServer<Name extends string = never>({
  credentials: wanted,
  settings = {},
  prepare,
}: TestServerOptions<Name> = {}): Promise<TestServer<Name>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'praxis-test-'));
  await prepare?.(dataDir);
  const store = makeTestStore(dataDir);
  const credentials = await seedCredentials(store.settings, wanted ?? {});
  const config = readConfig({
    PORT: '0',
    DATA_DIR: dataDir,
    ADMIN_KEY: ADMIN.key,
    ADMIN_SECRET: ADMIN.secret,
    ...store.env,
    ...settings,
  });
  const server = await startServer(config, pino({ level: 'silent' }));
  const { url, operationsUrl } = server;

  function as(credential: Credential | Name, version = '1.0.3'): TestAgent {
    const { key, secret } = typeof credential === 'string' ? credentials[credential] : credential;
    return anonymous().auth(key, secret).set('X-Experience-API-Version', version);
  }
  async function countStatements(): Promise<number> {
    return (await walk(as(ADMIN), '')).length;
  }
  const faults = new Set<string>();
  function anonymous(): TestAgent {
    return supertest.agent(url).use((request: Test) => {
      request.on('response', (response: Response) => {
        for (const fault of findFaults(request, response)) faults.add(fault);
      });
    });
  }
  async function close(): Promise<void> {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
    await store.remove();
    // Every answer of every test is held to the contract; here is where that is told.
    if (faults.size > 0) throw new Error(`answers unlike openapi.yaml:\n${[...faults].join('\n')}`);
  }
  return {
    url,
    operationsUrl,
    dataDir,
    admin: ADMIN,
    credentials,
    as,
    anonymous,
    countStatements,
    close,
  };
}

function findFaults(
  { method, url }: Test,
  { status, headers, body, text }: Response,
): readonly string[] {
  const { pathname: path, searchParams } = new URL(url);
  const isJson = /^application\/json/.test(headers['content-type'] ?? '');
  // The alternate request syntax of xAPI 1.0.3: a POST that is answered as the method it names.
  const named = ['GET', 'PUT', 'DELETE'].find((each) => each === searchParams.get('method'));
  const found = findContractFaults({
    method: method === 'POST' && path.startsWith('/xapi/') ? (named ?? method) : method,
    path,
    status,
    headers,
    body: isJson ? body : text,
  });
  // openapi.yaml is about REST, and says nothing of places that are not there; who may not enter is
  // told so before what the place can do.
  const isOutside =
    path === '/graphql' || (status === 404 && found[0]?.startsWith(`${path} is not`));
  return isOutside === true || (status === 401 && found[0]?.endsWith('not 405') === true)
    ? []
    : found;
}

async function seedCredentials<Name extends string>(
  settings: StoreSettings,
  wanted: Partial<Readonly<Record<Name, readonly Scope[]>>>,
): Promise<Record<Name, Credential>> {
  const store = await openStore(settings);
  const made: Partial<Record<string, Credential>> = {};
  for (const [name, scopes] of Object.entries<readonly Scope[] | undefined>(wanted)) {
    const credential = { key: name, secret: makeSecret() };
    await store.createCredential({
      key: name,
      secretHash: await hashSecret(credential.secret),
      name,
      scopes: scopes ?? [],
      createdAt: readClock(),
    });
    made[name] = credential;
  }
  await store.close();
  return made as Record<Name, Credential>;
}

/** Stores statements; throws when the server takes them not. */
export async function storeStatements(
  client: TestAgent,
  statements: readonly unknown[],
): Promise<void> {
  await client
    .post(STATEMENTS)
    .send([...statements])
    .expect(200);
}

/** Puts records by collection, in this order; throws when the server takes them not. */
export async function putRecords(
  client: TestAgent,
  records: Readonly<Record<string, readonly object[]>>,
): Promise<void> {
  for (const [collection, rows] of Object.entries(records))
    await client
      .put(`/workforce/${collection}`)
      .type('application/x-ndjson')
      .send(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      .expect(200);
}

/** All statements of a query (`?verb=…`, or nothing), page by page along `more`. */
export async function walk(client: TestAgent, query: string): Promise<StatementResult[]> {
  const found: StatementResult[] = [];
  let path = `${STATEMENTS}${query}`;
  while (path !== '') {
    const { body, status, text } = await client.get(path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${text}`);
    found.push(...body.statements);
    path = body.more;
  }
  return found;
}

/** A statement as the LRS returns it; what else it holds, a test knows. */
export interface StatementResult {
  readonly id: string;
  readonly stored: string;
  readonly timestamp: string;
  readonly authority: unknown;
  readonly version: string;
  readonly [member: string]: unknown;
}
