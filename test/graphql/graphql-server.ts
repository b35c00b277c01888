import express from 'express';
import supertest from 'supertest';
import { createGraphqlHandler } from '../../graphql/analytics.ts';
import { did, organise } from '../../graphql/metrics/example-world.ts';
import type { ExampleWorld } from '../../graphql/metrics/metric.ts';
import type { Database } from '../../graphql/warehouse/database.ts';
import type { QueryRunner } from '../../graphql/warehouse/query-runner.ts';
import { PraxisError } from '../../statements/errors.ts';
import { parseInstant } from '../../statements/instant.ts';
import { openWorld } from '../metrics/world.ts';

export interface GraphqlServer {
  /** Warehouse queries since the last `ask`. */
  readonly queries: string[];
  readonly logged: unknown[];
  /** Takes the place of the warehouse until the next call with none. */
  answerWith(runner: QueryRunner | null): void;
  ask(query: string, options?: AskOptions): supertest.Test;
  agent(): ReturnType<typeof supertest>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly variables?: object;
  readonly accept?: string;
  readonly scopes?: string;
}

export interface ServerOptions {
  readonly world?: ExampleWorld;
  readonly minGroupSize?: number;
}

const TIMEOUT_MS = 3_000;

/** The endpoint under Express as the product mounts it, over six cooks of whom one takes a course, or another world. */
export async function startGraphqlServer({
  world = SIX_COOKS,
  minGroupSize = 2,
}: ServerOptions = {}): Promise<GraphqlServer> {
  const database: Database = await openWorld(world);
  const queries: string[] = [];
  const logged: unknown[] = [];
  let stand: QueryRunner | null = null;
  const handler = createGraphqlHandler<{ req: express.Request; res: express.Response }>({
    openTurn: () => {
      const deadline = new AbortController();
      const late = new PraxisError('TIMEOUT', 'Too slow.');
      setTimeout(() => deadline.abort(late), TIMEOUT_MS).unref();
      return {
        signal: deadline.signal,
        runner: {
          query: (sql, parameters) => {
            queries.push(sql);
            return (stand ?? database).query(sql, parameters);
          },
        },
      };
    },
    status: () => ({ asOf: parseInstant('2026-12-01T00:00:00.5Z')!, ruleSetVersion: 'r1' }),
    minGroupSize,
    authorise: ({ req }, scope) => {
      if (req.get('x-scopes')?.split(' ').includes(scope) !== true)
        throw new PraxisError('FORBIDDEN', `Needs ${scope}.`);
    },
    statusOf: (code) => (({ FORBIDDEN: 403, TIMEOUT: 504 }) as Record<string, number>)[code] ?? 400,
    headersOf: () => ({}),
    log: (error) => logged.push(error),
  });
  const app = express();
  app.use('/graphql', (request, response) => handler(request, response));
  const http = app.listen(0);
  return {
    queries,
    logged,
    answerWith: (runner) => {
      stand = runner;
    },
    ask: (
      query,
      { variables = {}, accept = 'application/json', scopes = 'analytics/read' } = {},
    ) => {
      queries.length = 0;
      return supertest(http)
        .post('/graphql')
        .set('x-scopes', scopes)
        .accept(accept)
        .send({ query, variables });
    },
    agent: () => supertest(http),
    close: async () => {
      await new Promise((resolve) => http.close(resolve));
      await database.close();
    },
  };
}

const SIX_COOKS = organise({
  staff: Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [`p${index}`, 'cook FRONTLINE']),
  ),
  skills: [
    { id: 's:1', name: 'Knife' },
    { id: 's:2', name: 'Santoku', parentId: 's:1' },
  ],
  courses: [{ id: 'c:1', name: 'Cutting', skills: ['s:2'] }],
  events: [
    did('p0', 'ENGAGED', '2026-01-05', { course: 'c:1' }),
    did('p0', 'COMPLETED', '2026-01-05', { course: 'c:1', skill: 's:2' }),
    did('p0', 'APPLIED', '2026-01-15', { skill: 's:2' }),
  ],
});
