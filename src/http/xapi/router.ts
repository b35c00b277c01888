import { Router } from 'express';
import { requireCaller, type Authenticator } from '../../auth/authenticate.ts';
import type { AttachmentStore, DocumentStore, StatementStore } from '../../storage/store.ts';
import { readBody } from '../body.ts';
import { allowOnly } from '../errors.ts';
import { createActivitiesRouter } from './activities.ts';
import { createAgentsRouter } from './agents.ts';
import { unwrapAlternateRequest } from './alternate-request.ts';
import { allowOrigins } from './cors.ts';
import { createDocumentsRouter } from './documents.ts';
import type { BodyLimits } from './statement-body.ts';
import { createStatementsRouter } from './statements.ts';
import { announceVersion, negotiateVersion, VERSIONS } from './version.ts';

export interface XapiRouterOptions {
  readonly store: StatementStore & AttachmentStore & DocumentStore;
  readonly authenticator: Authenticator;
  readonly limits: BodyLimits;
  /** Called after so many statements were stored. */
  readonly onStored: (count: number) => void;
}

/** Everything under /xapi. */
export function createXapiRouter(options: XapiRouterOptions): Router {
  const router = Router();
  router.use(allowOrigins);
  router.use(announceVersion);
  router.use(...unwrapAlternateRequest(options.limits.maxBodyBytes));
  router.use(negotiateVersion);
  // About needs no credential (Communication §2.8).
  router
    .route('/about')
    .get((_request, response) => {
      response.json({ version: VERSIONS });
    })
    .all(allowOnly('GET', 'HEAD'));
  // Before the body is read: a stranger is not to fill the memory.
  router.use(requireCaller(options.authenticator));
  router.use(
    '/statements',
    readBody(options.limits.maxBodyBytes, 'multipart/mixed'),
    createStatementsRouter({
      store: options.store,
      limits: options.limits,
      onStored: options.onStored,
    }),
  );
  router.use(readBody(options.limits.maxBodyBytes));
  router.use('/agents', createAgentsRouter(options.store));
  router.use('/activities', createActivitiesRouter(options.store));
  router.use(createDocumentsRouter(options.store));
  return router;
}
