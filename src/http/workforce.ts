import { Router, type Request, type RequestHandler, type Response } from 'express';
import { COLLECTIONS, rules } from '../../graphql/workforce/collections.ts';
import {
  createRecordReader,
  keyColumnsOf,
  type RecordReader,
} from '../../graphql/workforce/read-record.ts';
import { createRuleReader, MAX_RULES } from '../../graphql/workforce/read-rule.ts';
import { PraxisError } from '../../statements/errors.ts';
import { agentKey } from '../../statements/index-keys.ts';
import { callerOf } from '../auth/authenticate.ts';
import type { KeyedRecord, RecordStore, StatementStore } from '../storage/store.ts';
import type { Erasures } from '../workforce/erase-person.ts';
import { CSV, NDJSON, readRecords, type FileFormat } from '../workforce/read-records.ts';
import { recordRuleVersion } from '../workforce/rule-versions.ts';
import { writeCsv } from '../workforce/write-csv.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { allowOnly } from './errors.ts';
import { cutPage, readPaging, type Page } from './paging.ts';

export interface WorkforceOptions {
  readonly store: RecordStore & Pick<StatementStore, 'consistentThrough'>;
  readonly erasures: Erasures;
  readonly requireScope: (scope: 'workforce/read' | 'workforce/write') => RequestHandler;
  /** Called after records have changed. */
  readonly onChange: () => void;
}

const MAX_FILE_BYTES = 64 * 2 ** 20;
const JSON_TYPE = 'application/json';

const READERS: ReadonlyMap<string, RecordReader> = new Map(
  [...COLLECTIONS.map(createRecordReader), createRuleReader()].map((reader) => [
    reader.collection.name,
    reader,
  ]),
);

/** `/workforce/{collection}`: what HR systems send, and what was taken of it. */
export function createWorkforceRouter({
  store,
  erasures,
  requireScope,
  onChange,
}: WorkforceOptions): Router {
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
      answerPage(request, response, cutPage(found, limit));
    })
    .put(
      requireScope('workforce/write'),
      (request, _response, next) => {
        // Before the body is read: a wrong type shall not cost an upload.
        formatOf(request, readerOf(request.params.collection));
        next();
      },
      readBody(MAX_FILE_BYTES),
      async (request, response) => {
        const reader = readerOf(request.params.collection);
        const body: unknown = request.body;
        const file = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
        const records = await readRecords(reader, formatOf(request, reader), file);
        const { name } = reader.collection;
        const outcome = isOrdered(reader)
          ? await store.replaceRecords(name, records)
          : await store.putRecords(name, records);
        if (isOrdered(reader)) await recordRuleVersion(store);
        if (outcome.created + outcome.updated + outcome.deleted > 0) onChange();
        response.json(outcome);
      },
    )
    .all(allowOnly('GET', 'HEAD', 'PUT'));

  router
    .route('/:collection/*key')
    .get(requireScope('workforce/read'), async (request, response) => {
      const reader = readerOf(request.params.collection);
      const [key] = await findKeys(store, reader, request.params.key);
      const record = key === undefined ? null : await store.getRecord(reader.collection.name, key);
      if (record === null) throw noRecord(reader, request.params.key);
      response.set('Cache-Control', 'no-store').type(JSON_TYPE).send(record.json);
    })
    .delete(requireScope('workforce/write'), async (request, response) => {
      const reader = readerOf(request.params.collection);
      const { name } = reader.collection;
      const values = request.params.key;
      if (readErase(request.query['erase'], name)) {
        const by = agentKey(callerOf(response).authority) ?? '';
        response.json(await erasures.erase(values.join('/'), by));
        return;
      }
      let deleted = false;
      for (const key of await findKeys(store, reader, values))
        deleted = (await store.deleteRecord(name, key)) || deleted;
      if (!deleted) throw noRecord(reader, values);
      if (isOrdered(reader)) await recordRuleVersion(store);
      onChange();
      response.status(204).end();
    })
    .all(allowOnly('GET', 'HEAD', 'DELETE'));
  return router;
}

function noRecord(reader: RecordReader, values: readonly string[]): PraxisError {
  return new PraxisError(
    'NOT_FOUND',
    `${reader.collection.name} has no record ${values.join(', ')}. ${describeKeyColumns(reader)}`,
  );
}

function readerOf(name: string): RecordReader {
  const reader = READERS.get(name);
  if (reader !== undefined) return reader;
  throw new PraxisError(
    'NOT_FOUND',
    `There is no collection ${name}; there are ${[...READERS.keys()].join(', ')}.`,
  );
}

/** An ordered collection is one thing: a new one replaces it, and its parts are no rows of a table. */
function isOrdered({ collection }: RecordReader): boolean {
  return collection === rules;
}

function readErase(value: unknown, collection: string): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true' && collection === 'people') return true;
  throw new PraxisError(
    'INVALID',
    'erase is true or false, and only people can be erased. Leave it out to delete the record alone.',
  );
}

/** Of a record its key; of a rule the keys of all with its id, one or one for each source. */
async function findKeys(
  store: RecordStore,
  reader: RecordReader,
  values: readonly string[],
): Promise<readonly string[]> {
  if (!isOrdered(reader)) return [reader.readKey(values)].filter((key) => key !== null);
  const records = await store.listRecords(rules.name, null, MAX_RULES);
  return records
    .filter(({ json }) => values.length === 1 && idOf(json) === values[0])
    .map(({ key }) => key);
}

function idOf(json: string): unknown {
  const rule: unknown = JSON.parse(json);
  return Reflect.get(Object(rule), 'id');
}

function describeKeyColumns(reader: RecordReader): string {
  const columns = isOrdered(reader) ? ['id'] : keyColumnsOf(reader.collection);
  return `Its key is ${columns.join(', ')}: a path segment each, URL-encoded.`;
}

function formatOf(request: Request, reader: RecordReader): FileFormat {
  const type = mediaTypeOf(request);
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  const isUtf8 = charset === undefined || charset.toLowerCase() === 'utf-8';
  const formats = formatsOf(reader);
  const format = formats.find((candidate) => candidate === type);
  if (format !== undefined && isUtf8) return format;
  throw new PraxisError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Content-Type must be ${formats.join(' or ')}, in UTF-8.`,
  );
}

function formatsOf(reader: RecordReader): readonly FileFormat[] {
  return isOrdered(reader) ? [NDJSON] : [CSV, NDJSON];
}

// Pages -----------------------------------------------------------------------------------------

function answerPage(
  request: Request<{ collection: string }>,
  response: Response,
  { items: records, cursor }: Page<KeyedRecord>,
): void {
  const reader = readerOf(request.params.collection);
  response.vary('Accept').set('Cache-Control', 'no-store');
  if (cursor !== null) {
    const next = new URLSearchParams({ limit: String(records.length), cursor });
    response.set('Link', `<${request.baseUrl}${request.path}?${next.toString()}>; rel="next"`);
  }
  // The first that the client takes; whoever takes none of them gets JSON rather than nothing.
  const accepted = request.accepts(JSON_TYPE, ...formatsOf(reader)) || JSON_TYPE;
  const text = writePage(reader, accepted, records, cursor);
  response.type(accepted).send(text);
}

function writePage(
  { collection }: RecordReader,
  type: string,
  records: readonly KeyedRecord[],
  cursor: string | null,
): string {
  if (type === CSV) return writeCsv(collection, records);
  const texts = records.map(({ json }) => json);
  if (type === NDJSON) return texts.map((text) => `${text}\n`).join('');
  return `{"records":[${texts.join(',')}],"cursor":${JSON.stringify(cursor)}}`;
}
