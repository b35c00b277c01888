import { randomUUID } from 'node:crypto';
import { Router, type Request, type RequestHandler, type Response } from 'express';
import { checkAttachments } from '../../../statements/attachments.ts';
import { areEqualStatements } from '../../../statements/equality.ts';
import { PraxisError } from '../../../statements/errors.ts';
import { formatStatement, type StatementFormat } from '../../../statements/formats.ts';
import { activitiesOf, agentKey, indexKeys } from '../../../statements/index-keys.ts';
import { formatInstant } from '../../../statements/instant.ts';
import { prepareStatement, readStatement, readStatements } from '../../../statements/prepare.ts';
import type { PreparedStatement, StoredStatement } from '../../../statements/prepared-statement.ts';
import {
  encodeMore,
  parseStatementQuery,
  type PageRequest,
  type StatementQuery,
  type StatementRequest,
} from '../../../statements/query.ts';
import type { Agent, Statement, StatementId, XapiVersion } from '../../../statements/statement.ts';
import { callerOf, requireScope, type Caller } from '../../auth/authenticate.ts';
import { grants } from '../../auth/scopes.ts';
import type {
  AttachmentStore,
  StagedAttachment,
  StatementPage,
  StatementStore,
} from '../../storage/store.ts';
import { allowOnly } from '../errors.ts';
import {
  readStatementBody,
  sendWithAttachments,
  type BodyLimits,
  type StatementBody,
} from './statement-body.ts';
import { versionOf } from './version.ts';

export interface StatementsRouterOptions {
  readonly store: StatementStore & AttachmentStore;
  readonly limits: BodyLimits;
  /** Called after so many statements were stored. */
  readonly onStored: (count: number) => void;
}

/** The Statements Resource (1.0.3 Communication §2.1; IEEE 9274.1.1 §5.6.1). */
export function createStatementsRouter(options: StatementsRouterOptions): Router {
  const router = Router();
  router
    .route('/')
    .get(requireScope('statements/read', 'statements/read/mine'), async (request, response) => {
      await answerQuery(options, request, response);
    })
    .put(requireScope('statements/write'), async (request, response) => {
      await putStatement(options, request, response);
      options.onStored(1);
    })
    .post(requireScope('statements/write'), async (request, response) => {
      const ids = await storeBody(options, request, response, null);
      response.json(ids);
      options.onStored(ids.length);
    })
    .all(allowOnly('GET', 'HEAD', 'PUT', 'POST'));
  return router;
}

export const CONSISTENT_THROUGH = 'X-Experience-API-Consistent-Through';

/**
 * `X-Experience-API-Consistent-Through` on every answer, errors too. It is read before the request does
 * anything, so that what the answer shows is at least what the header promises.
 */
export function promiseConsistency(
  store: Pick<StatementStore, 'consistentThrough'>,
): RequestHandler {
  return async (_request, response, next) => {
    const instant = await store.consistentThrough();
    response.setHeader(CONSISTENT_THROUGH, formatInstant(instant));
    next();
  };
}

// Writing ---------------------------------------------------------------------------------------

async function putStatement(
  options: StatementsRouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { statementId, ...others } = request.query;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined)
    throw new PraxisError(
      'MALFORMED',
      `PUT takes the parameter statementId only, not ${JSON.stringify(unknown)}.`,
    );
  if (
    typeof statementId !== 'string' ||
    !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(statementId)
  )
    throw new PraxisError('MALFORMED', 'PUT needs the parameter statementId, a UUID.');
  await storeBody(options, request, response, statementId);
  response.status(204).end();
}

async function storeBody(
  { store, limits }: StatementsRouterOptions,
  request: Request,
  response: Response,
  putId: string | null,
): Promise<readonly string[]> {
  const version = versionOf(response);
  const { authority } = callerOf(response);
  const body = await readStatementBody(request, limits);
  return storeStatements(store, body, { version, authority, putId });
}

export interface Sender {
  readonly version: XapiVersion;
  readonly authority: Agent;
  /** Of a PUT, its statementId. */
  readonly putId: string | null;
}

/** Stores the statements of the body, all or none, and returns their ids in order. */
export async function storeStatements(
  store: StatementStore & AttachmentStore,
  { text, parts }: StatementBody,
  { version, authority, putId }: Sender,
): Promise<readonly string[]> {
  const read = putId === null ? readStatements(text, version) : [readStatement(text, version)];
  const sent = read.map(({ statement }) => statement);

  const ids = read.map(({ statement }) => statement.id ?? putId ?? randomUUID());
  if (putId !== null && ids[0]?.toLowerCase() !== putId.toLowerCase())
    throw new PraxisError('MALFORMED', 'The statement’s id is not the statementId of the request.');
  const prepared = read.map((one, index) =>
    prepareStatement(one, { id: ids[index] ?? randomUUID(), authority, version }),
  );
  const staged: StagedAttachment[] = [];
  try {
    for await (const { sha2, content } of checkAttachments(sent, parts))
      staged.push(await store.stageAttachment(sha2, content));
    await appendUnlessStored(store, prepared, sent, staged);
  } finally {
    await Promise.all(staged.map((each) => store.discardAttachment(each)));
  }
  return ids;
}

/**
 * Appends what is not stored yet. The same statement sent again is no error and no change; the same id
 * with other content is a conflict, and then nothing of the request is stored (Data §2.2, §2.3.1).
 */
async function appendUnlessStored(
  store: StatementStore,
  prepared: readonly PreparedStatement[],
  sent: readonly Statement[],
  attachments: readonly StagedAttachment[],
): Promise<void> {
  let remaining = prepared.map((one, index) => ({ one, index }));
  // Each round leaves out at least one statement, so the rounds are bounded by their number.
  while (remaining.length > 0) {
    const outcome = await store.append(
      remaining.map(({ one }) => one),
      attachments,
    );
    if (outcome.kind === 'stored') return;
    const existing = new Map(outcome.existing.map((statement) => [statement.id, statement]));
    const next: typeof remaining = [];
    for (const candidate of remaining) {
      const stored = existing.get(candidate.one.id);
      const again = sent[candidate.index];
      if (stored === undefined) next.push(candidate);
      else if (
        again === undefined ||
        !areEqualStatements(again, JSON.parse(stored.text) as Statement)
      )
        throw new PraxisError(
          'CONFLICT',
          `A different statement with the id ${candidate.one.id} is stored; nothing of this request was.`,
        );
    }
    remaining = next;
  }
}

// Reading ---------------------------------------------------------------------------------------

async function answerQuery(
  options: StatementsRouterOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { store } = options;
  const asked = parseStatementQuery(request.query, versionOf(response));
  if (asked.kind === 'page') {
    const caller = callerOf(response);
    const found = await store.queryStatements(restrictTo(caller, asked));
    // A reference inherits the authority of what it refers to, and is still not the caller's own.
    const statements = found.statements.filter((one) => mayRead(caller, one));
    const page = { ...found, statements };
    const definitions = await readDefinitions(store, asked.format, statements);
    await answer(
      options,
      asked,
      response,
      writePage(page, asked, request, definitions),
      page.statements,
    );
  } else {
    const statement = await findStatement(store, asked.id, asked.voided, callerOf(response));
    response.set('Last-Modified', new Date(statement.stored / 1000).toUTCString());
    const definitions = await readDefinitions(store, asked.format, [statement]);
    await answer(options, asked, response, render(statement, asked.format, request, definitions), [
      statement,
    ]);
  }
}

/** A StatementResult (Data §2.5). */
function writePage(
  page: StatementPage,
  asked: PageRequest,
  request: Request,
  definitions: Definitions,
): string {
  const texts = page.statements.map((one) => render(one, asked.format, request, definitions));
  const next = { ...asked, query: { ...asked.query, cursor: page.cursor } };
  const more = page.cursor === null ? '' : `${request.baseUrl}?more=${encodeMore(next)}`;
  return `{"statements":[${texts.join(',')}],"more":${JSON.stringify(more)}}`;
}

async function answer(
  { store, limits }: StatementsRouterOptions,
  { attachments }: StatementRequest,
  response: Response,
  json: string,
  statements: readonly StoredStatement[],
): Promise<void> {
  if (attachments) await sendWithAttachments(store, response, json, statements, limits.idleMs);
  else response.type('application/json').send(json);
}

async function findStatement(
  store: StatementStore,
  id: StatementId,
  voided: boolean,
  caller: Caller,
): Promise<StoredStatement> {
  const found = await store.getStatement(id);
  if (found?.voided !== voided || !mayRead(caller, found))
    throw new PraxisError('NOT_FOUND', `No ${voided ? 'voided ' : ''}statement has the id ${id}.`);
  return found;
}

/** `statements/read/mine` reads only statements whose authority is the caller's (Communication §4.2). */
function readsOnlyOwn(caller: Caller): boolean {
  return !grants(caller.scopes, 'statements/read');
}

function restrictTo(caller: Caller, { query }: PageRequest): StatementQuery {
  if (!readsOnlyOwn(caller)) return query;
  return { ...query, allOf: [...query.allOf, [authorityKey(caller.authority)]] };
}

function authorityKey(agent: Agent): string {
  return `authority:${agentKey(agent) ?? ''}`;
}

function mayRead(caller: Caller, { text }: StoredStatement): boolean {
  if (!readsOnlyOwn(caller)) return true;
  return indexKeys(JSON.parse(text) as Statement).includes(authorityKey(caller.authority));
}

/** JSON by id. */
type Definitions = ReadonlyMap<string, string>;

/** What canonical needs to know of the activities of a whole page, asked for at once. */
async function readDefinitions(
  store: StatementStore,
  format: StatementFormat,
  statements: readonly StoredStatement[],
): Promise<Definitions> {
  if (format !== 'canonical') return new Map();
  const activities = statements.flatMap(({ text }) => activitiesOf(JSON.parse(text) as Statement));
  const ids = new Set(activities.map(({ id }) => id));
  return ids.size === 0 ? new Map() : await store.getActivityDefinitions([...ids]);
}

function render(
  { text }: StoredStatement,
  format: StatementFormat,
  request: Request,
  definitions: Definitions,
): string {
  return formatStatement(text, format, request.get('Accept-Language') ?? '', definitions);
}
