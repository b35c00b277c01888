import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import type { Logger } from 'pino';
import type { Instant } from '../../statements/instant.ts';
import { createReportQueue } from '../analytics/report-queue.ts';
import type { WarehouseClient } from '../analytics/warehouse-client.ts';
import { createAuthenticator, requireCaller, requireScope } from '../auth/authenticate.ts';
import { createTokenVerifier } from '../auth/bearer.ts';
import type { Config } from '../config.ts';
import type { Store } from '../storage/store.ts';
import type { Erasures } from '../workforce/erase-person.ts';
import { createAnalyticsRouter } from './analytics.ts';
import { limitBodyTime } from './body.ts';
import { createDashboardRouter } from './dashboard.ts';
import { answerErrors, answerNotFound, createErrorAnswer } from './errors.ts';
import { createGraphqlRoute } from './graphql.ts';
import { createHealthRouter } from './health.ts';
import { createKeysRouter } from './keys.ts';
import { createServerMetrics, type Vitals } from './metrics.ts';
import { createRequestLog } from './request-log.ts';
import { createProjectionRouter } from './projection.ts';
import { createRulesRouter } from './rules.ts';
import { createWorkforceRouter } from './workforce.ts';
import { createPlainPosts } from './xapi/plain-posts.ts';
import { createXapiRouter } from './xapi/router.ts';
import { promiseConsistency } from './xapi/statements.ts';

const PROBE_TIMEOUT_MS = 2_000;

export interface AppOptions {
  readonly config: Config;
  readonly store: Store;
  readonly warehouse: WarehouseClient;
  readonly logger: Logger;
  readonly erasures: Erasures;
}

export interface Apps {
  readonly app: RequestListener;
  /** Health, readiness and metrics for a port of their own; null when `app` answers them. */
  readonly operations: RequestListener | null;
}

/** All of HTTP: which router answers which path. */
export function createApps({ config, store, warehouse, erasures, logger }: AppOptions): Apps {
  const authenticator = createAuthenticator(
    store,
    config.PUBLIC_URL,
    createTokenVerifier(config, logger),
  );
  const signIn = requireCaller(authenticator);
  const app = express();
  app.disable('x-powered-by');
  // Hashing every answer for an ETag that only documents and reports need would cost each of them.
  app.disable('etag');
  // `?verb[id]=x` is no nested object in xAPI, nor anywhere here: parameters are flat texts.
  app.set('query parser', 'simple');

  const metrics = createServerMetrics(() => readVitals(store, warehouse));
  const health = createHealthRouter({ check: () => checkReadiness(store, warehouse) });
  const isApart = config.OPERATIONS_PORT !== undefined;
  if (!isApart) app.use(health, metrics.router);
  const onStored = (count: number): void => {
    warehouse.wake();
    metrics.countStatements(count);
  };
  // Ahead of version, credential and body, for their refusals carry the header too.
  app.use('/xapi/statements', promiseConsistency(store));
  app.use(
    '/xapi',
    createXapiRouter({
      store,
      authenticator,
      onStored,
      limits: {
        maxBodyBytes: config.MAX_BODY_BYTES,
        maxAttachmentBytes: config.MAX_ATTACHMENT_BYTES,
        idleMs: config.MAX_IDLE_SECONDS * 1000,
      },
    }),
  );
  app.use(
    '/workforce',
    signIn,
    createWorkforceRouter({ store, erasures, requireScope, onChange: () => warehouse.wake() }),
  );
  app.use('/keys', signIn, requireScope('admin'), createKeysRouter({ store, authenticator }));
  const turns = {
    warehouse,
    queue: createReportQueue({ atOnce: config.REPORTS_AT_ONCE, waiting: config.REPORTS_WAITING }),
    timeoutMs: config.QUERY_TIMEOUT_SECONDS * 1000,
    minGroupSize: config.MIN_GROUP_SIZE,
  };
  app.use('/analytics/projection', signIn, createProjectionRouter(warehouse));
  app.use('/analytics/rules', signIn, createRulesRouter({ store, warehouse }));
  app.use(
    '/analytics',
    signIn,
    createAnalyticsRouter({ ...turns, store, dataDir: config.DATA_DIR }),
  );
  app.use('/graphql', signIn, createGraphqlRoute({ ...turns, logger }));
  app.use(createDashboardRouter());
  app.use(answerNotFound);
  const answerError = createErrorAnswer(logger);
  app.use(answerErrors(answerError));
  const takePlainPost = createPlainPosts({
    store,
    authenticator,
    maxBodyBytes: config.MAX_BODY_BYTES,
    onStored,
    answerError,
  });
  const logRequest = createRequestLog(logger, metrics.observe);
  const listener: RequestListener = (request, response) => {
    logRequest(request, response);
    limitBodyTime(request);
    if (!takePlainPost(request, response)) app(request, response);
  };
  if (!isApart) return { app: listener, operations: null };
  const operations = express().disable('x-powered-by').disable('etag');
  operations.use(health, metrics.router, answerNotFound, answerErrors(answerError));
  return { app: listener, operations };
}

async function readVitals(store: Store, warehouse: WarehouseClient): Promise<Vitals> {
  const status = warehouse.status();
  const through = await probeStore(store);
  const isKnown = status !== null && through !== null;
  return { ready: isKnown, warehouseLagSeconds: isKnown ? (through - status.asOf) / 1e6 : null };
}

async function checkReadiness(
  store: Store,
  warehouse: WarehouseClient,
): Promise<{ ready: boolean; parts: Record<string, string> }> {
  const opened = warehouse.status() !== null;
  const answers = (await probeStore(store)) !== null;
  const parts = { store: answers ? 'ready' : 'failed', warehouse: opened ? 'ready' : 'opening' };
  return { ready: answers && opened, parts };
}

/** Null when the store does not answer in time: a probe has less patience than a request. */
async function probeStore(store: Store): Promise<Instant | null> {
  const answer = store.consistentThrough().catch(() => null);
  return Promise.race([answer, sleep(PROBE_TIMEOUT_MS, null, { ref: false })]);
}
