import { Router, type Request, type Response } from 'express';
import { createAnalyticsSchema } from '../../graphql/analytics.ts';
import { planReport } from '../../graphql/metrics/report.ts';
import { formatInstant } from '../../statements/instant.ts';
import { createParquetFolder } from '../analytics/parquet-file.ts';
import { createSteadyStatus } from '../analytics/steady-status.ts';
import type { TurnOptions } from '../analytics/warehouse-turn.ts';
import type { WarehouseClient } from '../analytics/warehouse-client.ts';
import { requireScope } from '../auth/authenticate.ts';
import type { RecordStore } from '../storage/store.ts';
import { createReportSender, type ReportSender } from './analytics-answer.ts';
import { FORMATS, type Format } from './analytics-formats.ts';
import { createSavedQueries, type SavedQueries } from './analytics-queries.ts';
import { readParameters, readQuery } from './analytics-parameters.ts';
import { invalid, readReportRequest } from './analytics-request.ts';
import { objectOf, readBody } from './body.ts';
import { allowOnly } from './errors.ts';
import { cutPage, readPaging } from './paging.ts';

export interface AnalyticsOptions extends TurnOptions {
  readonly store: RecordStore;
  readonly warehouse: WarehouseClient;
  readonly minGroupSize: number;
  readonly dataDir: string;
}

const MAX_DEFINITION_BYTES = 65_536;
const DEFINITION =
  'the parameters of /analytics/workforce, e.g. {"metrics": ["participation"], "by": ["ROLE"], "last": "P12M"}';

/** `/analytics`: the workforce report as a flat table, for tools that read a URL, and queries saved under a name. */
export function createAnalyticsRouter(options: AnalyticsOptions): Router {
  const { store, warehouse } = options;
  const schema = createAnalyticsSchema();
  const status = createSteadyStatus(warehouse);
  const queries = createSavedQueries(store, (parameters) => {
    const now = status.read();
    planReport({ status: () => now }, readReportRequest(schema, parameters, now.asOf));
  });
  const send = createReportSender({
    ...options,
    schema,
    status: () => status.read(),
    parquet: createParquetFolder(options.dataDir),
  });
  const router = Router();

  router
    .route('/refresh')
    .post(requireScope('analytics/read'), async (_request, response) => {
      const { asOf, ruleSetVersion } = await warehouse.refresh();
      status.forget();
      response.json({ asOf: formatInstant(asOf), ruleSetVersion });
    })
    .all(allowOnly('POST'));

  router
    .route('/workforce')
    .get(requireScope('analytics/read'), async (request, response) => {
      const { format, ...parameters } = readQuery(request);
      await send(request, response, {
        parameters: readParameters(parameters),
        format: readFormat(request, format),
        name: 'workforce',
      });
    })
    .all(allowOnly('GET', 'HEAD'));

  router
    .route('/queries')
    .get(requireScope('analytics/read'), async (request, response) => {
      const { after, limit } = readPaging(request);
      const { items, cursor } = cutPage(await queries.list(after, limit + 1), limit);
      const described = items.map(({ key, definition }) => ({ name: key, definition }));
      response.set('Cache-Control', 'no-store').json({ queries: described, cursor });
    })
    .all(allowOnly('GET', 'HEAD'));

  router
    .route('/queries/:name')
    .get(requireScope('analytics/read'), (request, response) =>
      sendSaved(request, response, queries, send),
    )
    .put(
      requireScope('analytics/write'),
      readBody(MAX_DEFINITION_BYTES),
      async (request, response) => {
        const isNew = await queries.put(request.params.name, objectOf(request, DEFINITION));
        response.status(isNew ? 201 : 204).end();
      },
    )
    .delete(requireScope('analytics/write'), async (request, response) => {
      await queries.remove(request.params.name);
      response.status(204).end();
    })
    .all(allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  return router;
}

async function sendSaved(
  request: Request<{ name: string }>,
  response: Response,
  queries: SavedQueries,
  send: ReportSender,
): Promise<void> {
  const { format, ...others } = readQuery(request);
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw invalid(other, 'is no parameter here; there is format: the rest is in the definition');
  const { name } = request.params;
  const { parameters } = await queries.get(name);
  await send(request, response, { parameters, format: readFormat(request, format), name });
}

/** `format` goes before Accept, which a tool cannot always set; who accepts none of them gets JSON. */
function readFormat(request: Request, given: readonly string[] | undefined): Format {
  const known = Object.keys(FORMATS) as Format[];
  if (given !== undefined) {
    const found = known.find((name) => given.length === 1 && name === given[0]);
    if (found !== undefined) return found;
    throw invalid('format', `must be ${known.join(', ')}`);
  }
  // A client may ask for the charset too (Grafana does), and then accepts no type without it.
  const offered = known.flatMap((name) => [FORMATS[name], `${FORMATS[name]}; charset=utf-8`]);
  const accepted = request.accepts(offered) || '';
  return known.find((name) => accepted.startsWith(FORMATS[name])) ?? 'json';
}
