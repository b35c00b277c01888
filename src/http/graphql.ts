import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { createGraphqlHandler } from '../../graphql/analytics.ts';
import type { WarehouseClient } from '../analytics/warehouse-client.ts';
import { callerOf, checkScope } from '../auth/authenticate.ts';
import { STATUS } from './errors.ts';

export interface GraphqlRouteOptions {
  readonly warehouse: WarehouseClient;
  readonly logger: Logger;
  readonly minGroupSize: number;
}

/** Mounts the GraphQL endpoint; who asks is known already. */
export function createGraphqlRoute({
  warehouse,
  logger,
  minGroupSize,
}: GraphqlRouteOptions): RequestHandler {
  const yoga = createGraphqlHandler<{ req: Request; res: Response }>({
    runner: warehouse,
    status: () => warehouse.status(),
    minGroupSize,
    authorise: ({ res }, scope) => checkScope(callerOf(res), scope),
    statusOf: (code) => STATUS[code],
    log: (error) => logger.error({ err: error }, 'a query failed unexpectedly'),
  });
  return (request, response) => yoga(request, response);
}
