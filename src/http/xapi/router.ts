import { Router } from 'express';
import type { WarehouseClient } from '../../analytics/warehouse-client.ts';
import { requireCaller, type Authenticator } from '../../auth/authenticate.ts';
import type { StatementStore } from '../../storage/store.ts';
import { readBody } from '../body.ts';
import { allowOnly } from '../errors.ts';
import { createStatementsRouter } from './statements.ts';
import { negotiateVersion, VERSIONS } from './version.ts';

export interface XapiRouterOptions {
  readonly store: StatementStore;
  readonly authenticator: Authenticator;
  readonly maxBodyBytes: number;
  readonly warehouse: Pick<WarehouseClient, 'wake'>;
}

/** Everything under /xapi. State, profile, agents and activities resources join here. */
export function createXapiRouter(options: XapiRouterOptions): Router {
  const router = Router();
  router.use(negotiateVersion);
  // About needs no credential (Communication §2.8).
  router
    .route('/about')
    .get((_request, response) => {
      response.json({ version: VERSIONS });
    })
    .all(allowOnly('GET', 'HEAD'));
  router.use(requireCaller(options.authenticator));
  router.use(readBody(options.maxBodyBytes));
  router.use(
    '/statements',
    createStatementsRouter({ store: options.store, onStored: () => options.warehouse.wake() }),
  );
  return router;
}
