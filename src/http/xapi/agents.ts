import { Router } from 'express';
import { parseAgentRequest } from '../../../statements/document-request.ts';
import { describePerson, findNames } from '../../../statements/person.ts';
import type { Statement } from '../../../statements/statement.ts';
import { requireScope } from '../../auth/authenticate.ts';
import type { StatementStore } from '../../storage/store.ts';
import { allowOnly } from '../errors.ts';
import { versionOf } from './version.ts';

/** So many of the newest statements of an agent are looked through for its names. */
const STATEMENTS_READ = 100;

/** The Agents Resource (1.0.3 Communication §2.4): what statements call an agent; an unknown one is a Person too. */
export function createAgentsRouter(store: StatementStore): Router {
  const router = Router();
  router
    .route('/')
    .get(requireScope('statements/read'), async (request, response) => {
      const { actor, key } = parseAgentRequest(request.query, versionOf(response));
      const { statements } = await store.queryStatements({
        allOf: [[`agent:${key}`, `related-agent:${key}`]],
        since: null,
        until: null,
        ascending: false,
        limit: STATEMENTS_READ,
        cursor: null,
      });
      const names = statements.flatMap(({ text }) => findNames(JSON.parse(text) as Statement, key));
      response.json(describePerson(actor, names));
    })
    .all(allowOnly('GET', 'HEAD'));
  return router;
}
