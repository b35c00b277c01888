import { collectDefinitions } from './activity-definition.ts';
import { PraxisError } from './errors.ts';
import { indexKeys } from './index-keys.ts';
import { checkStructure, editMembers, elementSpans, parseJson, pointer } from './json-text.ts';
import type { Edit, MemberEdit } from './json-text.ts';
import type { PreparedStatement } from './prepared-statement.ts';
import { batchLimit, distinctIds, wellFormed } from './rules/json.ts';
import { isObject } from './rules/rule.ts';
import { CONTEXT_ACTIVITY_KINDS, VOIDED_VERB } from './statement.ts';
import type { Agent, Group, Statement, StatementId, XapiVersion } from './statement.ts';
import { validateStatement } from './validate.ts';

export interface ReceivedStatement {
  /** To the byte as the client sent it, from brace to brace. */
  readonly text: string;
  readonly statement: Statement;
}

export const MAX_BATCH = 10_000;

/**
 * Reads a request's statements: one object, or an array, which may be empty. Throws MALFORMED when the
 * body is no JSON, and INVALID when a statement breaks a rule or two of them share an id; nothing of
 * such a request is to be stored.
 */
export function readStatements(body: string, version: XapiVersion): ReceivedStatement[] {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) throw notStatements();
  checkStructure(body);
  const isBatch = Array.isArray(parsed);
  const values: readonly unknown[] = isBatch ? parsed : [parsed];
  if (values.length > MAX_BATCH) throw tooMany(values.length);
  const texts = isBatch
    ? elementSpans(body).map(({ start, end }) => body.slice(start, end))
    : [body.trim()];
  const received = values.map((value, i) => {
    validateStatement(value, version, isBatch ? pointer(i) : '');
    return { text: texts[i] ?? '', statement: value };
  });
  checkDistinctIds(received);
  return received;
}

/** As `readStatements`, for a PUT: an array, even of one, is INVALID. */
export function readStatement(body: string, version: XapiVersion): ReceivedStatement {
  const [received] = readStatements(body, version);
  if (received === undefined || body.trimStart().startsWith('[')) throw notStatements();
  return received;
}

function notStatements(): PraxisError {
  const message = 'send a statement, as a JSON object; POST also takes an array of them';
  return new PraxisError('INVALID', `The body holds no statement: ${message}.`, [
    { rule: wellFormed.id, path: 'the body', message },
  ]);
}

function tooMany(count: number): PraxisError {
  const message = `${count} statements are more than the ${MAX_BATCH} that a request may hold; send several requests`;
  return new PraxisError('INVALID', `${message}.`, [
    { rule: batchLimit.id, path: 'the body', message },
  ]);
}

function checkDistinctIds(received: readonly ReceivedStatement[]): void {
  const seen = new Set<string>();
  for (const [i, { statement }] of received.entries()) {
    const id = statement.id?.toLowerCase();
    if (id === undefined) continue;
    if (seen.has(id)) {
      throw new PraxisError('INVALID', `Two statements of the batch have the id ${id}.`, [
        { rule: distinctIds.id, path: `${pointer(i)}/id`, message: 'an id occurs once in a batch' },
      ]);
    }
    seen.add(id);
  }
}

export interface Preparation {
  /** For a statement that has none: from the request, or new. */
  readonly id: string;
  /** Of the credential: an agent, or in three-legged OAuth application and user together (Data §2.4.9). */
  readonly authority: Agent | Group;
  readonly version: XapiVersion;
  /** Leaves a client's authority as it is; only for a source that is trusted to say who asserts what. */
  readonly keepsAuthority?: boolean;
}

/**
 * Makes of a valid statement what is stored: the client's text to the byte, but for the members that
 * are the LRS's to set (Data §2.3.1) and the two that the specification has it write in another way.
 */
export function prepareStatement(
  { text, statement }: ReceivedStatement,
  { id, authority, version, keepsAuthority = false }: Preparation,
): PreparedStatement {
  const ownAuthority = keepsAuthority && statement.authority !== undefined;
  const effective: Statement = ownAuthority ? statement : { ...statement, authority };
  const added = [
    statement.id === undefined ? `,"id":${JSON.stringify(id)}` : '',
    ownAuthority ? '' : `,"authority":${JSON.stringify(authority)}`,
    statement.version === undefined ? `,"version":"${DEFAULT_VERSION[version]}"` : '',
  ];
  const { object } = statement;
  const refersTo = object.objectType === 'StatementRef' ? object.id : null;
  return {
    id: statementId(statement.id ?? id),
    openText: withoutBrace(editText(text, statement, ownAuthority)) + added.join(''),
    needsTimestamp: statement.timestamp === undefined,
    keys: indexKeys(effective),
    refersTo: refersTo === null ? null : statementId(refersTo),
    voids: statement.verb.id === VOIDED_VERB,
    definitions: collectDefinitions(statement),
  };
}

/** A statement that lacks a version is given 1.0.0 (Data §2.4.10), or 2.0.0 (IEEE 9274.1.1 4.2.4.3). */
const DEFAULT_VERSION: Readonly<Record<XapiVersion, string>> = {
  '1.0.3': '1.0.0',
  '2.0.0': '2.0.0',
};

/** Ids are told apart without regard to case (RFC 4122 §3), so the store sees one case. */
export function statementId(uuid: string): StatementId {
  return uuid.toLowerCase() as StatementId;
}

function editText(text: string, statement: Statement, ownAuthority: boolean): string {
  const edits: Record<string, MemberEdit> = {};
  if (statement.stored !== undefined) edits.stored = remove;
  if (statement.authority !== undefined && !ownAuthority) edits.authority = remove;
  if (statement.timestamp !== undefined && !hasMilliseconds(statement.timestamp))
    edits.timestamp = padTimestamp;
  if (hasSingleActivity(statement.context)) edits.context = listContextActivities;
  if (isObject(statement.object) && hasSingleActivity(statement.object.context)) {
    edits.object = editMembers({ context: listContextActivities });
  }
  return Object.keys(edits).length === 0 ? text : editMembers(edits)(text);
}

const remove: MemberEdit = () => null;

const SECONDS = /(T\d\d:\d\d:\d\d)(?:([.,])(\d+))?/i;

function hasMilliseconds(timestamp: string): boolean {
  return (SECONDS.exec(timestamp)?.[3]?.length ?? 0) >= 3;
}

/**
 * "A Timestamp MUST preserve precision to at least milliseconds" (Data §4.5), and clients read a
 * fraction of three digits. Nothing is lost: zeros are appended, the zone and any further digits stay,
 * and the serialisation of timestamps is no part of the immutable statement (Data §2.3.1).
 */
function padTimestamp(text: string): string {
  return text.replace(
    SECONDS,
    (_, time: string, mark = '.', digits = '') =>
      `${time}${String(mark)}${String(digits).padEnd(3, '0')}`,
  );
}

/** "The LRS MUST return every value in the contextActivities Object as an array" (Data §2.4.6.2). */
const listContextActivities: Edit = editMembers({
  contextActivities: editMembers(
    Object.fromEntries<Edit>(
      CONTEXT_ACTIVITY_KINDS.map((kind) => [
        kind,
        (text) => (text.startsWith('{') ? `[${text}]` : text),
      ]),
    ),
  ),
});

function hasSingleActivity(context: unknown): boolean {
  if (!isObject(context) || !isObject(context.contextActivities)) return false;
  return Object.values(context.contextActivities).some(isObject);
}

/** `{"a":1 }` → `{"a":1`: a statement has members, so that more can follow after a comma. */
function withoutBrace(text: string): string {
  return text.slice(0, text.lastIndexOf('}')).trimEnd();
}
