import { Router } from 'express';
import { parseActivityRequest } from '../../../statements/document-request.ts';
import { requireScope } from '../../auth/authenticate.ts';
import type { StatementStore } from '../../storage/store.ts';
import { allowOnly } from '../errors.ts';
import { versionOf } from './version.ts';

/**
 * The Activities Resource (1.0.3 Communication §2.5): an activity with all that statements say of it. One
 * that no statement defines is an Activity too: 1.0.3 says SHOULD, 2.0 SHALL.
 */
export function createActivitiesRouter(store: StatementStore): Router {
  const router = Router();
  router
    .route('/')
    .get(requireScope('statements/read'), async (request, response) => {
      const id = parseActivityRequest(request.query, versionOf(response));
      const definition = (await store.getActivityDefinitions([id])).get(id);
      const known = definition === undefined ? '' : `,"definition":${definition}`;
      response.type('application/json');
      response.send(`{"objectType":"Activity","id":${JSON.stringify(id)}${known}}`);
    })
    .all(allowOnly('GET', 'HEAD'));
  return router;
}
