import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { createGraphqlHandler } from '../../graphql/analytics.ts';
import { openTurn, type TurnOptions } from '../analytics/warehouse-turn.ts';
import type { WarehouseClient } from '../analytics/warehouse-client.ts';
import { callerOf, checkScope } from '../auth/authenticate.ts';
import { headersOf, STATUS } from './errors.ts';

export interface GraphqlRouteOptions extends TurnOptions {
  readonly warehouse: WarehouseClient;
  readonly logger: Logger;
  readonly minGroupSize: number;
}

/** Mounts the GraphQL endpoint; who asks is known already. */
export function createGraphqlRoute({
  logger,
  minGroupSize,
  ...options
}: GraphqlRouteOptions): RequestHandler {
  const yoga = createGraphqlHandler<{ req: Request; res: Response }>({
    openTurn: ({ res }) => {
      const turn = openTurn(options);
      // Also when the client has gone: then what the warehouse still does for it is of no use.
      res.once('close', () => turn.end());
      return turn;
    },
    status: () => options.warehouse.status(),
    minGroupSize,
    authorise: ({ res }, scope) => checkScope(callerOf(res), scope),
    statusOf: (code) => STATUS[code],
    headersOf,
    log: (error) => logger.error({ err: error }, 'a query failed unexpectedly'),
  });
  return (request, response) => yoga(request, response);
}
