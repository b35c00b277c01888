import { Router } from 'express';
import { readStatus } from '../../graphql/metrics/report.ts';
import { formatInstant } from '../../statements/instant.ts';
import type { ReprojectionUnderWay, WarehouseClient } from '../analytics/warehouse-client.ts';
import { requireScope } from '../auth/authenticate.ts';
import { allowOnly } from './errors.ts';

/** `GET /analytics/projection`: up to when the numbers are, by which rules, and how far new rules have got. */
export function createProjectionRouter(
  warehouse: Pick<WarehouseClient, 'status' | 'reprojection'>,
): Router {
  const router = Router();
  router
    .route('/')
    .get(requireScope('analytics/read'), (_request, response) => {
      const { asOf, ruleSetVersion } = readStatus(warehouse);
      const reprojection = warehouse.reprojection();
      response.set('Cache-Control', 'no-store').json({
        asOf: formatInstant(asOf),
        ruleSetVersion,
        reprojection: reprojection === null ? null : describe(reprojection),
      });
    })
    .all(allowOnly('GET', 'HEAD'));
  return router;
}

/** `done` is the share of the log's time that has been read. */
function describe({ ruleSetVersion, since, done, total }: ReprojectionUnderWay): object {
  return { ruleSetVersion, since: formatInstant(since), done: total === 0 ? 0 : done / total };
}
