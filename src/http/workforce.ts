import { Router, type Request, type RequestHandler, type Response } from 'express';
import { COLLECTIONS } from '../../graphql/workforce/collections.ts';
import {
  createRecordReader,
  keyColumnsOf,
  type RecordReader,
} from '../../graphql/workforce/read-record.ts';
import { PraxisError } from '../../statements/errors.ts';
import type { KeyedRecord, RecordStore } from '../storage/store.ts';
import { CSV, NDJSON, readRecords, type FileFormat } from '../workforce/read-records.ts';
import { writeCsv } from '../workforce/write-csv.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { allowOnly } from './errors.ts';

export interface WorkforceOptions {
  readonly store: RecordStore;
  readonly requireScope: (scope: 'workforce/read' | 'workforce/write') => RequestHandler;
  /** Called after records have changed. */
  readonly onChange: () => void;
}

const MAX_FILE_BYTES = 64 * 2 ** 20;
const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;
const JSON_TYPE = 'application/json';

const READERS: ReadonlyMap<string, RecordReader> = new Map(
  COLLECTIONS.map((collection) => [collection.name, createRecordReader(collection)]),
);

/** `/workforce/{collection}`: what HR systems send, and what was taken of it. */
export function createWorkforceRouter({ store, requireScope, onChange }: WorkforceOptions): Router {
  const router = Router();
  router.param('collection', (_request, _response, next, name: string) => {
    readerOf(name);
    next();
  });

  router
    .route('/:collection')
    .get(requireScope('workforce/read'), async (request, response) => {
      const { collection } = readerOf(request.params.collection);
      const { after, limit } = readPaging(request);
      // One more than asked for tells whether there is a next page.
      const found = await store.listRecords(collection.name, after, limit + 1);
      const records = found.slice(0, limit);
      const cursor = found.length > limit ? encodeCursor(records.at(-1)) : null;
      answerPage(request, response, records, cursor);
    })
    .put(
      requireScope('workforce/write'),
      (request, _response, next) => {
        // Before the body is read: a wrong type shall not cost an upload.
        formatOf(request);
        next();
      },
      readBody(MAX_FILE_BYTES),
      async (request, response) => {
        const reader = readerOf(request.params.collection);
        const body: unknown = request.body;
        const file = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
        const records = await readRecords(reader, formatOf(request), file);
        const outcome = await store.putRecords(reader.collection.name, records);
        if (outcome.created + outcome.updated + outcome.deleted > 0) onChange();
        response.json(outcome);
      },
    )
    .all(allowOnly('GET', 'HEAD', 'PUT'));

  router
    .route('/:collection/*key')
    .delete(requireScope('workforce/write'), async (request, response) => {
      const reader = readerOf(request.params.collection);
      const { name } = reader.collection;
      const values = request.params.key;
      const key = reader.readKey(values);
      if (key === null || !(await store.deleteRecord(name, key)))
        throw new PraxisError(
          'NOT_FOUND',
          `${name} has no record ${values.join(', ')}. Its key is ${keyColumnsOf(reader.collection).join(', ')}: a path segment each, URL-encoded.`,
        );
      onChange();
      response.status(204).end();
    })
    .all(allowOnly('DELETE'));
  return router;
}

function readerOf(name: string): RecordReader {
  const reader = READERS.get(name);
  if (reader !== undefined) return reader;
  throw new PraxisError(
    'NOT_FOUND',
    `There is no collection ${name}; there are ${[...READERS.keys()].join(', ')}.`,
  );
}

function formatOf(request: Request): FileFormat {
  const type = mediaTypeOf(request);
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  const isUtf8 = charset === undefined || charset.toLowerCase() === 'utf-8';
  if ((type === CSV || type === NDJSON) && isUtf8) return type;
  throw new PraxisError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Content-Type must be ${CSV} or ${NDJSON}, in UTF-8.`,
  );
}

// Pages -----------------------------------------------------------------------------------------

interface Paging {
  readonly after: string | null;
  readonly limit: number;
}

function readPaging({ query }: Request): Paging {
  const unknown = Object.keys(query).find((name) => name !== 'limit' && name !== 'cursor');
  if (unknown !== undefined)
    throw new PraxisError(
      'MALFORMED',
      `There is no parameter ${unknown}; there are limit, cursor.`,
    );
  const { limit = String(DEFAULT_PAGE_SIZE), cursor } = query;
  const size = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw new PraxisError('MALFORMED', `limit must be a whole number from 1 to ${MAX_PAGE_SIZE}.`);
  return { after: cursor === undefined ? null : decodeCursor(cursor), limit: size };
}

function encodeCursor(last: KeyedRecord | undefined): string | null {
  return last === undefined ? null : Buffer.from(last.key).toString('base64url');
}

function decodeCursor(cursor: unknown): string {
  const after = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  if (after !== '' && Buffer.from(after).toString('base64url') === cursor) return after;
  throw new PraxisError('MALFORMED', 'cursor must be what the page before answered, unchanged.');
}

function answerPage(
  request: Request<{ collection: string }>,
  response: Response,
  records: readonly KeyedRecord[],
  cursor: string | null,
): void {
  const { collection } = readerOf(request.params.collection);
  response.vary('Accept').set('Cache-Control', 'no-store');
  if (cursor !== null) {
    const next = new URLSearchParams({ limit: String(records.length), cursor });
    response.set('Link', `<${request.baseUrl}${request.path}?${next.toString()}>; rel="next"`);
  }
  // The first that the client takes; whoever takes none of them gets JSON rather than nothing.
  const type = request.accepts(JSON_TYPE, CSV, NDJSON);
  if (type === CSV) response.type(`${CSV}; charset=utf-8`).send(writeCsv(collection, records));
  else if (type === NDJSON)
    response.type(`${NDJSON}; charset=utf-8`).send(records.map(({ json }) => `${json}\n`).join(''));
  else
    response
      .type(JSON_TYPE)
      .send(
        `{"records":[${records.map(({ json }) => json).join(',')}],"cursor":${JSON.stringify(cursor)}}`,
      );
}
