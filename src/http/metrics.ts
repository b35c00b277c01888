import { Router } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ObserveRequest } from './request-log.ts';

/** What the server knows of its own state when it is asked. */
export interface Vitals {
  /** Whether every part answers. */
  readonly ready: boolean;
  /** How far the numbers are behind the statements, in seconds; null while the warehouse opens. */
  readonly warehouseLagSeconds: number | null;
}

export interface ServerMetrics {
  /** Counts and times every request. */
  readonly observe: ObserveRequest;
  readonly countStatements: (count: number) => void;
  /** `/metrics` in Prometheus' text format. */
  readonly router: Router;
}

/** From well under a group commit to a report that is stopped. */
const BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of a path the part that says what is asked; ids and names would make a series each. */
const AREAS = ['xapi', 'workforce', 'analytics', 'graphql', 'keys', 'dashboard', 'health', 'ready'];

/** A registry of its own for each server, so that two in one process do not add up. */
export function createServerMetrics(readVitals: () => Promise<Vitals>): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const duration = new Histogram({
    name: 'praxis_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['area', 'method', 'status'] as const,
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const statements = new Counter({
    name: 'praxis_statements_stored_total',
    help: 'Statements acknowledged since the start of this process.',
    registers,
  });
  const ready = new Gauge({
    name: 'praxis_ready',
    help: '1 when statements are taken and queries answered, as /ready says.',
    registers,
  });
  const lag = new Gauge({
    name: 'praxis_warehouse_lag_seconds',
    help: 'How far the numbers are behind the statements; NaN while the warehouse opens.',
    registers,
  });

  const router = Router();
  router.get('/metrics', async (_request, response) => {
    const vitals = await readVitals();
    ready.set(vitals.ready ? 1 : 0);
    lag.set(vitals.warehouseLagSeconds ?? Number.NaN);
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
  return {
    router,
    countStatements: (count) => statements.inc(count),
    observe: ({ method, url }, status, seconds) =>
      duration.observe({ area: areaOf(url), method, status }, seconds),
  };
}

function areaOf(url: string): string {
  const [, first = ''] = /^\/([a-z]*)/.exec(url) ?? [];
  return AREAS.includes(first) ? first : 'other';
}
