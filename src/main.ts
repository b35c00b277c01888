import { createServer, type Server } from 'node:http';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { pino, type Logger } from 'pino';
import type { DatabaseLimits } from '../graphql/warehouse/database.ts';
import { startWarehouse } from './analytics/warehouse-client.ts';
import { ensureFirstCredential, type PlainCredential } from './auth/first-credential.ts';
import { readClock } from './clock.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createApps } from './http/app.ts';
import { openStore, type StoreSettings } from './storage/open-store.ts';
import { recordRuleVersion } from './workforce/rule-versions.ts';
import { createErasures } from './workforce/erase-person.ts';

export interface RunningServer {
  /** e.g. http://127.0.0.1:8080, without a slash at the end. */
  readonly url: string;
  /** Where /health, /ready and /metrics are: `url`, unless OPERATIONS_PORT sets them apart. */
  readonly operationsUrl: string;
  /** The credential made at the first start; null when there was one, or one was configured. */
  readonly madeCredential: PlainCredential | null;
  /** Settles when the server cannot go on, with the reason. */
  readonly failed: Promise<Error>;
  /** Answers what is under way, refuses what is new, then frees everything. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 15_000;
const SWEEP_INTERVAL_MS = 50;
/** The longest upload of attachments; for any other body `limitBodyTime` is far stricter. */
const REQUEST_TIMEOUT_MS = 3_600_000;

/** Starts everything and returns when requests are taken. */
export async function startServer(
  config: Config,
  logger: Logger = makeLogger(config),
): Promise<RunningServer> {
  await mkdir(config.DATA_DIR, { recursive: true });
  const storeSettings = storeSettingsOf(config);
  const store = await openStore(storeSettings);
  await recordRuleVersion(store);
  const madeCredential = await ensureFirstCredential(
    store,
    configuredCredential(config),
    readClock(),
  );
  const warehouse = startWarehouse(
    {
      dataDir: config.DATA_DIR,
      store: storeSettings,
      limits: warehouseLimitsOf(config),
      queryTimeoutMs: config.QUERY_TIMEOUT_SECONDS * 1000,
    },
    () => store.consistentThrough(),
    logger,
  );
  const erasures = createErasures({ store, logger, onChange: () => warehouse.wake() });
  const { app, operations } = createApps({ config, store, warehouse, erasures, logger });
  const server = createServer(app);
  const operationsServer = operations === null ? null : createServer(operations);
  try {
    await listen(server, config.PORT, config.HOST);
    if (operationsServer !== null)
      await listen(operationsServer, config.OPERATIONS_PORT ?? 0, config.HOST);
  } catch (error) {
    server.close();
    await warehouse.close();
    await store.close();
    throw error;
  }
  const url = urlOf(server);
  const operationsUrl = operationsServer === null ? url : urlOf(operationsServer);
  logger.info({ url, operationsUrl, store: config.STORE }, 'listening');

  // Beside serving: it may take a while, and nothing waits for it.
  erasures.finishPending().catch((error: unknown) => {
    logger.warn({ err: error }, 'an erasure is not finished; the next start goes on with it');
  });

  let closed: Promise<void> | undefined;
  async function stop(): Promise<void> {
    const idle = new Promise<void>((resolve) => server.close(() => resolve()));
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    // Again and again: a connection whose last answer went out later is idle only then, and would be kept
    // for the keep-alive time.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL_MS);
    await idle;
    // Last: until then an orchestrator can ask how the stop goes.
    operationsServer?.close();
    operationsServer?.closeAllConnections();
    clearInterval(sweep);
    clearTimeout(cut);
    await warehouse.close();
    await store.close();
    logger.info('stopped');
  }
  return {
    url,
    operationsUrl,
    madeCredential,
    failed: store.failed,
    close: () => (closed ??= stop()),
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function makeLogger(config: Config): Logger {
  return pino({ level: config.LOG_LEVEL });
}

function warehouseLimitsOf({ WAREHOUSE_MEMORY_MB, WAREHOUSE_THREADS }: Config): DatabaseLimits {
  return {
    ...(WAREHOUSE_MEMORY_MB === undefined ? {} : { memoryBytes: WAREHOUSE_MEMORY_MB * 2 ** 20 }),
    ...(WAREHOUSE_THREADS === undefined ? {} : { threads: WAREHOUSE_THREADS }),
  };
}

function storeSettingsOf(config: Config): StoreSettings {
  return config.STORE === 'sqlite'
    ? { store: 'sqlite', dataDir: config.DATA_DIR }
    : { store: 'mongodb', uri: config.MONGODB_URI ?? '' };
}

function configuredCredential({ ADMIN_KEY, ADMIN_SECRET }: Config): PlainCredential | null {
  return ADMIN_KEY === undefined || ADMIN_SECRET === undefined
    ? null
    : { key: ADMIN_KEY, secret: ADMIN_SECRET };
}

/** `praxis serve` and `node src/main.ts`: runs until a signal, and exits with what went wrong. */
export async function serve(): Promise<void> {
  let server: RunningServer;
  try {
    server = await startServer(readConfig(process.env));
  } catch (error) {
    process.stderr.write(`${describeStartFailure(error)}\n`);
    process.exitCode = 1;
    return;
  }
  if (server.madeCredential !== null) {
    const { key, secret } = server.madeCredential;
    process.stdout.write(`First credential, shown this once. Key: ${key}  Secret: ${secret}\n`);
  }
  process.once('SIGTERM', () => void server.close());
  process.once('SIGINT', () => void server.close());
  void server.failed.then((error) => {
    process.stderr.write(`The store failed: ${error.message}\n`);
    process.exit(1);
  });
}

export function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `${error.message}. Stop what listens there, or set PORT to another.`;
  if (code === 'EACCES')
    return `${error.message}. Set PORT above 1023, or DATA_DIR to a folder you may write.`;
  return error.message;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await serve();
