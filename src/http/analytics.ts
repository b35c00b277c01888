import { Router } from 'express';
import { formatInstant } from '../../statements/instant.ts';
import { requireScope } from '../auth/authenticate.ts';
import type { WarehouseClient } from '../analytics/warehouse-client.ts';
import { allowOnly } from './errors.ts';

/** `POST /analytics/refresh` answers when everything stored before it is reflected in metrics. */
export function createAnalyticsRouter(warehouse: WarehouseClient): Router {
  const router = Router();
  router
    .route('/refresh')
    .post(requireScope('analytics/read'), async (_request, response) => {
      const { asOf, ruleSetVersion } = await warehouse.refresh();
      response.json({ asOf: formatInstant(asOf), ruleSetVersion });
    })
    .all(allowOnly('POST'));
  return router;
}
