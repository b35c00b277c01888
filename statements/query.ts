import { parseActor } from './agent-parameter.ts';
import { PraxisError } from './errors.ts';
import { registrationKey } from './index-keys.ts';
import { BEGINNING, parseInstant } from './instant.ts';
import type { Instant } from './instant.ts';
import { statementId } from './prepare.ts';
import { isIri, isTimestamp, isUuid } from './rules/data-types.ts';
import {
  PARAMETER_RULES,
  knownParameters,
  parameterCase,
  sameStandards,
  statementIdAlone,
  voidedStatementIdAlone,
} from './rules/query.ts';
import type { ParameterName } from './rules/query.ts';
import type { QueryRule } from './rules/rule.ts';
import type { StatementId, XapiVersion } from './statement.ts';

/** What the store is asked for. */
export interface StatementQuery {
  /** A statement must have, of each inner list, at least one index key (own or inherited). */
  readonly allOf: readonly (readonly string[])[];
  /** Stored after this instant. */
  readonly since: Instant | null;
  /** Stored at or before this instant. */
  readonly until: Instant | null;
  readonly ascending: boolean;
  /** At least 1. */
  readonly limit: number;
  /** Where the last page ended; null for the first. */
  readonly cursor: Instant | null;
}

export const STATEMENT_FORMATS = ['ids', 'exact', 'canonical'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

export type StatementRequest = SingleRequest | PageRequest;

interface Presentation {
  readonly format: StatementFormat;
  readonly attachments: boolean;
}

/** `statementId` or `voidedStatementId`. */
export interface SingleRequest extends Presentation {
  readonly kind: 'one';
  readonly id: StatementId;
  readonly voided: boolean;
}

export interface PageRequest extends Presentation {
  readonly kind: 'page';
  readonly query: StatementQuery;
}

/** What `limit=0`, and no limit, ask for: as many as the server gives on a page. */
export const MAX_PAGE = 500;

type Parameters = Partial<Readonly<Record<ParameterName, string>>>;

/**
 * Reads the parameters of GET /statements, as a parsed query string or form: values are texts, and a
 * list where a parameter was repeated. `more` stands alone and is what `encodeMore` made. Throws INVALID
 * with the rule and the parameter as the path.
 */
export function parseStatementQuery(
  parameters: Readonly<Record<string, unknown>>,
  version: XapiVersion,
): StatementRequest {
  const { more, ...others } = parameters;
  if (more !== undefined) return parseMore(more, Object.keys(others));
  const given = readNames(parameters);
  const presentation = {
    format: readFormat(given),
    attachments: readBoolean(given, 'attachments'),
  };
  const single = readSingle(given, presentation);
  if (single !== null) return single;
  const query: StatementQuery = {
    allOf: readFilters(given, version),
    since: readInstant(given, 'since'),
    until: readInstant(given, 'until'),
    ascending: readBoolean(given, 'ascending'),
    limit: readLimit(given),
    cursor: null,
  };
  return { kind: 'page', query, ...presentation };
}

function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(PARAMETER_RULES, name);
}

function readNames(parameters: Readonly<Record<string, unknown>>): Parameters {
  const given: Partial<Record<ParameterName, string>> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (!isParameterName(name)) throw unknownParameter(name);
    if (typeof value !== 'string')
      throw refuse(PARAMETER_RULES[name], name, 'send it once, as text');
    given[name] = value;
  }
  return given;
}

function unknownParameter(name: string): PraxisError {
  const folded = name.toLowerCase();
  const meant = Object.keys(PARAMETER_RULES).find((known) => known.toLowerCase() === folded);
  return meant === undefined
    ? refuse(knownParameters, name, `the parameters are ${Object.keys(PARAMETER_RULES).join(', ')}`)
    : refuse(parameterCase, name, `write ${meant}`);
}

function readSingle(given: Parameters, presentation: Presentation): SingleRequest | null {
  for (const name of ['statementId', 'voidedStatementId'] as const) {
    const id = given[name];
    if (id === undefined) continue;
    const isVoided = name === 'voidedStatementId';
    const other = Object.keys(given).find((key) => ![name, 'format', 'attachments'].includes(key));
    if (other !== undefined) {
      throw refuse(
        isVoided ? voidedStatementIdAlone : statementIdAlone,
        other,
        `leave it out, or ask without ${name}`,
      );
    }
    if (!isUuid(id)) throw refuseValue(name);
    return { kind: 'one', id: statementId(id), voided: isVoided, ...presentation };
  }
  return null;
}

function readFilters(given: Parameters, version: XapiVersion): string[][] {
  const { verb, activity, registration, agent } = given;
  if (verb !== undefined && !isIri(verb)) throw refuseValue('verb');
  if (activity !== undefined && !isIri(activity)) throw refuseValue('activity');
  if (registration !== undefined && !isUuid(registration)) throw refuseValue('registration');
  const allActivities = readBoolean(given, 'related_activities');
  const allAgents = readBoolean(given, 'related_agents');
  const key = agent === undefined ? null : readAgent(agent, version);
  return [
    verb === undefined ? [] : [`verb:${verb}`],
    activity === undefined ? [] : activityKeys(activity, allActivities),
    registration === undefined ? [] : [registrationKey(registration)],
    key === null ? [] : agentKeys(key, allAgents),
  ].filter((alternatives) => alternatives.length > 0);
}

function activityKeys(id: string, related: boolean): string[] {
  return related ? [`activity:${id}`, `related-activity:${id}`] : [`activity:${id}`];
}

function agentKeys(key: string, related: boolean): string[] {
  return related ? [`agent:${key}`, `related-agent:${key}`, `authority:${key}`] : [`agent:${key}`];
}

function readAgent(text: string, version: XapiVersion): string {
  const parsed = parseActor(text, version);
  if ('fault' in parsed) throw refuseValue('agent', parsed.fault);
  return parsed.key;
}

function readInstant(given: Parameters, name: 'since' | 'until'): Instant | null {
  const text = given[name];
  if (text === undefined) return null;
  const instant = isTimestamp(text) ? parseInstant(text) : null;
  if (instant === null) throw refuseValue(name, 'in a URL a + is written %2B');
  return instant;
}

function readBoolean(given: Parameters, name: ParameterName): boolean {
  const text = given[name] ?? 'false';
  if (text !== 'true' && text !== 'false') throw refuseValue(name);
  return text === 'true';
}

function readLimit(given: Parameters): number {
  const text = given.limit ?? '0';
  if (!/^\d+$/.test(text)) throw refuseValue('limit');
  const limit = Number(text);
  return limit === 0 ? MAX_PAGE : Math.min(limit, MAX_PAGE);
}

function readFormat(given: Parameters): StatementFormat {
  const format = STATEMENT_FORMATS.find((known) => known === (given.format ?? 'exact'));
  if (format === undefined) throw refuseValue('format');
  return format;
}

/** A value that is not what its parameter is: also a breach of "the same standards" for all of them. */
function refuseValue(name: ParameterName, hint = ''): PraxisError {
  const { title } = PARAMETER_RULES[name];
  return refuse(
    PARAMETER_RULES[name],
    name,
    hint === '' ? title : `${title}; ${hint}`,
    sameStandards,
  );
}

function refuse(
  rule: QueryRule,
  name: string,
  message: string,
  ...restated: readonly QueryRule[]
): PraxisError {
  return new PraxisError(
    'INVALID',
    `The parameter ${JSON.stringify(name)} is refused: ${message} [${rule.id}].`,
    [rule, ...restated].map(({ id }) => ({ rule: id, path: name, message })),
  );
}

/**
 * The state of a `more` link, for the parameter `more`: all that the next page needs, so that links
 * stay good for as long as the statements do (at least 24 hours, Data §2.5).
 */
export function encodeMore({ query, format, attachments }: PageRequest): string {
  const { allOf, since, until, ascending, limit, cursor } = query;
  return Buffer.from(
    JSON.stringify([allOf, since, until, ascending, limit, cursor, format, attachments]),
  ).toString('base64url');
}

const KEY = /^(?:verb|registration|agent|related-agent|authority|activity|related-activity):/;

/** What comes back in a `more` link comes from anyone, so it is read like any other parameter. */
function parseMore(more: unknown, others: readonly string[]): PageRequest {
  const state = others.length === 0 && typeof more === 'string' ? decodeMore(more) : null;
  if (state === null) {
    throw new PraxisError(
      'INVALID',
      'The parameter "more" is refused: follow the link as it was given.',
      [
        {
          rule: 'PRAXIS-more',
          path: 'more',
          message: 'it stands alone and is what the last page gave',
        },
      ],
    );
  }
  return state;
}

function decodeMore(more: string): PageRequest | null {
  const [allOf, since, until, ascending, limit, cursor, format, attachments, ...rest] =
    decodeList(more);
  const known = STATEMENT_FORMATS.find((name) => name === format);
  if (
    rest.length > 0 ||
    !isAllOf(allOf) ||
    !isInstantOrNull(since) ||
    !isInstantOrNull(until) ||
    typeof ascending !== 'boolean' ||
    !(typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) ||
    !isInstantOrNull(cursor) ||
    known === undefined ||
    typeof attachments !== 'boolean'
  ) {
    return null;
  }
  return {
    kind: 'page',
    query: { allOf, since, until, ascending, limit, cursor },
    format: known,
    attachments,
  };
}

function decodeList(more: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(Buffer.from(more, 'base64url').toString());
    return Array.isArray(list) ? list : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isInstantOrNull(value: unknown): value is Instant | null {
  return (
    value === null ||
    (typeof value === 'number' && Number.isSafeInteger(value) && value >= BEGINNING)
  );
}

/** There are four filters, of at most three keys each. */
function isAllOf(value: unknown): value is string[][] {
  return (
    Array.isArray(value) &&
    value.length <= 4 &&
    value.every(
      (keys: unknown) =>
        Array.isArray(keys) &&
        keys.length <= 3 &&
        keys.length > 0 &&
        keys.every((key: unknown) => typeof key === 'string' && KEY.test(key)),
    )
  );
}
