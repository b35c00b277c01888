import { readFileSync } from 'node:fs';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { execute, GraphQLError, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { createSchema, createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { PraxisError, type ErrorCode } from '../statements/errors.ts';
import type { AnalyticsContext, AnalyticsScope } from './analytics-context.ts';
import { createCatalogue } from './catalogue.ts';
import type { Analytics } from './metrics/report.ts';
import type { QueryRunner } from './warehouse/query-runner.ts';
import { createPeople } from './people/people.ts';
import { createBudget, limitQueries } from './query-limits.ts';
import { resolvers } from './resolvers.ts';

export interface GraphqlOptions<ServerContext> extends Pick<Analytics, 'status' | 'minGroupSize'> {
  /** What this request asks the warehouse through, and how long it may. */
  openTurn(server: ServerContext): Turn;
  /** Throws FORBIDDEN unless the caller of this request holds the scope. */
  authorise(server: ServerContext, scope: AnalyticsScope): void;
  /** The status of an answer that failed with this code. */
  statusOf(code: ErrorCode): number;
  /** Headers that go with it. */
  headersOf(code: ErrorCode): Readonly<Record<string, string>>;
  /** Takes what failed here unexpectedly, whole; the caller sees it masked. */
  log(error: unknown): void;
}

const BODY_BYTES_AT_MOST = 1_000_000;
const STATUS_UNREADABLE = 400;
const STATUS_UNEXPECTED = 500;

/** A request's way to the warehouse. */
export interface Turn {
  readonly runner: QueryRunner;
  /** Aborted with the error to answer; what the warehouse does for this request is then stopped. */
  readonly signal: AbortSignal;
}

export function createAnalyticsSchema(): GraphQLSchema {
  const typeDefs = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');
  return createSchema<AnalyticsContext>({ typeDefs, resolvers });
}

/**
 * The GraphQL endpoint with GraphiQL, as a request listener for `/graphql`. `ServerContext` is what the server
 * calls it with: `{ req, res }` under Express.
 */
export function createGraphqlHandler<ServerContext extends object>(
  options: GraphqlOptions<ServerContext>,
): YogaServerInstance<ServerContext, AnalyticsContext> {
  return createYoga<ServerContext, AnalyticsContext>({
    schema: createAnalyticsSchema(),
    graphqlEndpoint: '/graphql',
    context: (server) => {
      const { runner, signal } = options.openTurn(server);
      const analytics: Analytics = {
        runner,
        status: () => options.status(),
        minGroupSize: options.minGroupSize,
      };
      const catalogue = createCatalogue(analytics.runner);
      return {
        analytics,
        signal,
        spend: createBudget(),
        catalogue,
        people: createPeople(analytics, catalogue),
        authorise: (scope) => options.authorise(server, scope),
      };
    },
    plugins: [limitSize, limitTime, refuseUnreadable],
    maskedErrors: { maskError: (error) => maskError(error, options) },
    renderGraphiQL,
    graphiql: { title: 'Praxis' },
    maxRequestBodySize: BODY_BYTES_AT_MOST,
    // A browser on another site has no business here, and no file is ever sent.
    cors: false,
    multipart: false,
    landingPage: false,
    // What matters is logged by maskError, once.
    logging: false,
  });
}

const limitSize: Plugin = {
  onValidate: ({ addValidationRule }) => addValidationRule(limitQueries),
};

/** Runs graphql's own executor until the signal of the request. */
const limitTime: Plugin<AnalyticsContext> = {
  onExecute: ({ setExecuteFn }) => {
    setExecuteFn(async (args: ExecutionArgs) => {
      const { signal } = args.contextValue as AnalyticsContext;
      try {
        return await execute({ ...args, abortSignal: signal });
      } catch (error) {
        // graphql wraps the reason in an error of its own.
        throw signal.aborted ? signal.reason : error;
      }
    });
  },
};

/**
 * A query that was not run (syntax, an unknown field, a wrong variable) is the client's fault also for one that
 * accepts application/json, whom the GraphQL-over-HTTP draft would let us answer 200.
 */
const refuseUnreadable: Plugin = {
  onExecutionResult: (payload) => {
    const { result } = payload;
    if (result === undefined || Array.isArray(result) || !('errors' in result)) return;
    if ('data' in result) return;
    payload.setResult({
      ...result,
      extensions: { ...result.extensions, http: { status: STATUS_UNREADABLE } },
    });
  },
};

function maskError(
  error: unknown,
  { statusOf, headersOf, log }: Pick<GraphqlOptions<never>, 'statusOf' | 'headersOf' | 'log'>,
): GraphQLError {
  const located = error instanceof GraphQLError ? error : null;
  const cause = located === null ? error : (located.cause ?? null);
  // Syntax, validation, variables: graphql's own words for the caller.
  if (located !== null && (cause === null || cause instanceof GraphQLError)) return located;
  if (cause instanceof PraxisError)
    return new GraphQLError(cause.message, {
      ...place(located),
      extensions: {
        code: cause.code,
        ...(cause.violations.length > 0 ? { violations: cause.violations } : {}),
        http: { status: statusOf(cause.code), headers: headersOf(cause.code) },
      },
    });
  log(error);
  return new GraphQLError('Something failed here; it has been logged.', {
    ...place(located),
    extensions: { code: 'INTERNAL', http: { status: STATUS_UNEXPECTED } },
  });
}

function place(error: GraphQLError | null): Pick<GraphQLError, 'nodes' | 'path'> {
  return { nodes: error?.nodes, path: error?.path };
}
