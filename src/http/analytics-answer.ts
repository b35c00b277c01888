import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { GraphQLSchema } from 'graphql';
import { createCatalogue } from '../../graphql/catalogue.ts';
import { listColumns, readNames, type FlatColumn } from '../../graphql/flat-report.ts';
import { readParts } from '../../graphql/metrics/long-report.ts';
import { DEFINITION_VERSION } from '../../graphql/metrics/registry.ts';
import {
  planReport,
  readSlices,
  type Analytics,
  type ReportPlan,
  type Slice,
} from '../../graphql/metrics/report.ts';
import { measureUnmappedShare } from '../../graphql/metrics/unmapped-share.ts';
import type { QueryRunner } from '../../graphql/warehouse/query-runner.ts';
import { formatInstant } from '../../statements/instant.ts';
import type { ParquetFolder } from '../analytics/parquet-file.ts';
import type { SteadyStatus } from '../analytics/steady-status.ts';
import { openTurn, type TurnOptions, type WarehouseTurn } from '../analytics/warehouse-turn.ts';
import { callerOf, checkScope } from '../auth/authenticate.ts';
import {
  FORMATS,
  readRows,
  writeCsv,
  writeJson,
  writeNdjson,
  type Format,
} from './analytics-formats.ts';
import { namesPeople, readReportRequest, type Parameters } from './analytics-request.ts';

export interface AnswerOptions extends TurnOptions {
  readonly schema: GraphQLSchema;
  /** Throws UNAVAILABLE while the warehouse is opening. */
  status(): SteadyStatus;
  readonly minGroupSize: number;
  readonly parquet: ParquetFolder;
}

export interface WantedReport {
  readonly parameters: Parameters;
  readonly format: Format;
  /** Of the file, without its ending. */
  readonly name: string;
}

export type ReportSender = (
  request: Pick<Request, 'fresh' | 'method'>,
  response: Response,
  wanted: WantedReport,
) => Promise<void>;

/**
 * Answers a report as a flat table, part by part: it takes its turn at the warehouse for each, so that a client that
 * reads slowly keeps nobody waiting. What is wrong with a report shows with its first part, before the status is sent.
 */
export function createReportSender(options: AnswerOptions): ReportSender {
  return async (request, response, { parameters, format, name }) => {
    const status = options.status();
    const { schema, minGroupSize } = options;
    const asked = readReportRequest(schema, parameters, status.asOf);
    if (namesPeople(asked)) checkScope(callerOf(response), 'people/read');
    const open = openTurns(options, response);
    const analytics = (runner: QueryRunner): Analytics => ({
      runner,
      status: () => status,
      minGroupSize,
    });
    const plan = planReport({ status: () => status }, asked);
    const columns = listColumns(schema, plan);

    response.vary('Accept').vary('Authorization').set('Cache-Control', 'private, no-cache');
    const tag = writeTag([status.dataVersion, plan, columns, format, minGroupSize]);
    response.set('ETag', tag);
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    // Not of an error, should there be one.
    response.removeHeader('ETag');
    const first = open(false);
    const parts = readParts(plan, async (start, end, slicesAtMost) => {
      const turn = start === 0 ? first : open(true);
      try {
        const own = slicesAtMost === undefined ? {} : { slicesAtMost };
        return await readSlices({ ...analytics(turn.runner), ...own }, plan, start, end);
      } finally {
        if (turn !== first) turn.end();
      }
    });
    const [begun, names, unmappedShare] = await Promise.all([
      parts.next(),
      readNames(plan, createCatalogue(first.runner)),
      measureUnmappedShare(first.runner, plan.from, plan.to),
    ]).finally(() => first.end());

    const members = {
      asOf: formatInstant(plan.asOf),
      ruleSetVersion: plan.ruleSetVersion,
      definitionVersion: DEFINITION_VERSION,
      unmappedShare,
    };
    response.set({ ...describe(members), ETag: tag });
    response.type(FORMATS[format]);
    response.set('Content-Disposition', `attachment; filename="${name}.${format}"`);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const rows = readRows(columns, names, resume(begun, parts));
    await write(response, format, { columns, rows, members, parquet: options.parquet, open });
  };
}

interface Written {
  readonly columns: readonly FlatColumn[];
  readonly rows: ReturnType<typeof readRows>;
  readonly members: Readonly<Record<string, string | number>>;
  readonly parquet: ParquetFolder;
  readonly open: (goesOn: boolean) => WarehouseTurn;
}

async function write(
  response: Response,
  format: Format,
  { columns, rows, members, parquet, open }: Written,
): Promise<void> {
  try {
    if (format === 'csv') await pipeline(Readable.from(writeCsv(columns, rows)), response);
    else if (format === 'json')
      await pipeline(Readable.from(writeJson(members, columns, rows)), response);
    else
      await parquet.write(
        columns,
        writeNdjson(columns, rows),
        () => open(true).runner,
        async (path) => {
          const { size } = await stat(path);
          response.set('Content-Length', String(size));
          await pipeline(createReadStream(path), response);
        },
      );
  } catch (error) {
    // Who hung up wants no answer, and it is no fault of ours.
    if (!response.closed || response.writableFinished) throw error;
  }
}

/** Opens the turns of a request one after another; whichever is open when its client goes is ended. */
function openTurns(options: TurnOptions, response: Response): (goesOn: boolean) => WarehouseTurn {
  let last: WarehouseTurn | null = null;
  response.once('close', () => last?.end());
  return (goesOn) => {
    last?.end();
    last = openTurn(options, { goesOn });
    return last;
  };
}

async function* resume(
  begun: IteratorResult<readonly Slice[], undefined>,
  parts: AsyncIterable<readonly Slice[]>,
): AsyncGenerator<readonly Slice[], undefined> {
  if (begun.done === true) return;
  yield begun.value;
  yield* parts;
}

function describe({
  asOf,
  ruleSetVersion,
  definitionVersion,
  unmappedShare,
}: {
  readonly asOf: string;
  readonly ruleSetVersion: string;
  readonly definitionVersion: string;
  readonly unmappedShare: number;
}): Record<string, string> {
  return {
    'Praxis-As-Of': asOf,
    'Praxis-Rule-Set-Version': ruleSetVersion,
    'Praxis-Definition-Version': definitionVersion,
    'Praxis-Unmapped-Share': String(unmappedShare),
  };
}

/** Weak: a part that is read while the log is, may hold what came since. */
function writeTag([dataVersion, plan, columns, format, minGroupSize]: readonly [
  string,
  ReportPlan,
  readonly FlatColumn[],
  Format,
  number,
]): string {
  const { questions, ...rest } = plan;
  const told = {
    ...rest,
    dataVersion,
    definitionVersion: DEFINITION_VERSION,
    questions: questions.map(({ key }) => key),
    columns: columns.map(({ name, type }) => [name, type]),
    format,
    minGroupSize,
  };
  return `W/"${createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 27)}"`;
}
