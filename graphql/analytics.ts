import { readFileSync } from 'node:fs';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { execute, GraphQLError, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { createSchema, createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { PraxisError, type ErrorCode } from '../statements/errors.ts';
import type { AnalyticsContext, AnalyticsScope } from './analytics-context.ts';
import { createCatalogue } from './catalogue.ts';
import type { Analytics } from './metrics/report.ts';
import { createPeople } from './people/people.ts';
import { limitQueries } from './query-limits.ts';
import { resolvers } from './resolvers.ts';

export interface GraphqlOptions<ServerContext> extends Analytics {
  /** Throws FORBIDDEN unless the caller of this request holds the scope. */
  authorise(server: ServerContext, scope: AnalyticsScope): void;
  /** The status of an answer that failed with this code. */
  statusOf(code: ErrorCode): number;
  /** Takes what failed here unexpectedly, whole; the caller sees it masked. */
  log(error: unknown): void;
  /** How long one request may take. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const BODY_BYTES_AT_MOST = 1_000_000;
const STATUS_UNREADABLE = 400;
const STATUS_UNEXPECTED = 500;

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
  const analytics: Analytics = {
    runner: options.runner,
    status: () => options.status(),
    minGroupSize: options.minGroupSize,
  };
  return createYoga<ServerContext, AnalyticsContext>({
    schema: createAnalyticsSchema(),
    graphqlEndpoint: '/graphql',
    context: (server) => {
      const catalogue = createCatalogue(analytics.runner);
      return {
        analytics,
        catalogue,
        people: createPeople(analytics, catalogue),
        authorise: (scope) => options.authorise(server, scope),
      };
    },
    plugins: [limitSize, limitTime(options.timeoutMs ?? TIMEOUT_MS), refuseUnreadable],
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

/** Runs graphql's own executor under a deadline. What the warehouse has begun, it stops by its own. */
function limitTime(timeoutMs: number): Plugin {
  return {
    onExecute: ({ setExecuteFn }) => {
      setExecuteFn(async (args: ExecutionArgs) => {
        const deadline = new AbortController();
        const timer = setTimeout(
          () =>
            deadline.abort(
              new PraxisError(
                'TIMEOUT',
                `The query took longer than ${timeoutMs / 1000} s. Ask for less at once: a shorter period or fewer metrics.`,
              ),
            ),
          timeoutMs,
        );
        try {
          return await execute({ ...args, abortSignal: deadline.signal });
        } catch (error) {
          // graphql wraps the reason in an error of its own.
          throw deadline.signal.aborted ? deadline.signal.reason : error;
        } finally {
          clearTimeout(timer);
        }
      });
    },
  };
}

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
  { statusOf, log }: Pick<GraphqlOptions<never>, 'statusOf' | 'log'>,
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
        http: { status: statusOf(cause.code) },
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
