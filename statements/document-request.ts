import { parseActor } from './agent-parameter.ts';
import type { DocumentResource, DocumentScope } from './documents.ts';
import { PraxisError } from './errors.ts';
import { parseInstant, type Instant } from './instant.ts';
import { isIri, isTimestamp, isUuid } from './rules/data-types.ts';
import { PARAMETER_RULES, TAKEN, type ResourceParameter } from './rules/documents.ts';
import { knownParameters, parameterCase, sameStandards } from './rules/query.ts';
import type { ParameterRule, Resource, ResourceMethod } from './rules/rule.ts';
import type { Actor, XapiVersion } from './statement.ts';

/** What a request to a document resource is about. */
export interface DocumentRequest {
  readonly scope: DocumentScope;
  /** stateId or profileId; null asks for the list, or for the deletion, of all in the scope. */
  readonly id: string | null;
  /** Of lists only. */
  readonly since: Instant | null;
}

/** Values are texts, and a list where a parameter was repeated. */
type Parameters = Readonly<Record<string, unknown>>;

/**
 * Reads the parameters of a request to a document resource (Communication §2.3, §2.6, §2.7). Throws
 * INVALID with the rule, and the parameter as the path.
 */
export function parseDocumentRequest(
  resource: DocumentResource,
  method: ResourceMethod,
  parameters: Parameters,
  version: XapiVersion,
): DocumentRequest {
  const given = readParameters({ resource, method, version }, parameters);
  const scope = {
    resource,
    activityId: given.activityId ?? '',
    agent: given.agent?.key ?? '',
    registration: given.registration?.toLowerCase() ?? null,
  };
  return { scope, id: given.stateId ?? given.profileId ?? null, since: given.since };
}

/** The agent that GET /agents asks about. Throws as `parseDocumentRequest` does. */
export function parseAgentRequest(
  parameters: Parameters,
  version: XapiVersion,
): { readonly actor: Actor; readonly key: string } {
  const { agent } = readParameters({ resource: 'agents', method: 'GET', version }, parameters);
  if (agent === undefined) throw new Error('agents is listed as having no required agent');
  return agent;
}

/** The id that GET /activities asks about. Throws as `parseDocumentRequest` does. */
export function parseActivityRequest(parameters: Parameters, version: XapiVersion): string {
  const target: Target = { resource: 'activities', method: 'GET', version };
  return readParameters(target, parameters).activityId ?? '';
}

interface Target {
  readonly resource: Resource;
  readonly method: ResourceMethod;
  readonly version: XapiVersion;
}

interface Given extends Partial<Readonly<Record<ResourceParameter, unknown>>> {
  readonly activityId?: string;
  readonly agent?: { readonly actor: Actor; readonly key: string };
  readonly registration?: string;
  readonly stateId?: string;
  readonly profileId?: string;
  readonly since: Instant | null;
}

function readParameters(target: Target, parameters: Parameters): Given {
  const { activityId, agent, registration, stateId, profileId, since } = readTexts(
    target,
    parameters,
  );
  return {
    ...(activityId !== undefined && { activityId: readIri(target, activityId) }),
    ...(agent !== undefined && { agent: readAgent(target, agent) }),
    ...(registration !== undefined && { registration: readUuid(target, registration) }),
    ...(stateId !== undefined && { stateId: readId(target, 'stateId', stateId) }),
    ...(profileId !== undefined && { profileId: readId(target, 'profileId', profileId) }),
    since: since === undefined ? null : readInstant(target, since),
  };
}

function readTexts(
  target: Target,
  parameters: Parameters,
): Partial<Record<ResourceParameter, string>> {
  const { required = [], optional = [] } = TAKEN[target.resource][target.method] ?? {};
  const known = [...required, ...optional];
  const given: Partial<Record<ResourceParameter, string>> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const parameter = known.find((each) => each === name);
    if (parameter === undefined) throw unknownParameter(target, name, known);
    if (typeof value !== 'string') throw refuseValue(target, parameter, 'is sent once, as text');
    given[parameter] = value;
  }
  const missing = required.find((name) => given[name] === undefined);
  if (missing !== undefined)
    throw refuse(target, missing, [findRule(target, missing, 'presence')], 'is required');
  return given;
}

function unknownParameter(target: Target, name: string, known: readonly string[]): PraxisError {
  const meant = known.find((each) => each.toLowerCase() === name.toLowerCase());
  if (meant !== undefined) return refuse(target, name, [parameterCase], `is written ${meant}`);
  const message = `is not known; ${known.join(', ')} are`;
  return refuse(target, name, [knownParameters, findRule(target, name, 'absence')], message);
}

function readIri(target: Target, text: string): string {
  if (!isIri(text)) throw refuseValue(target, 'activityId', 'is the IRI of an activity');
  return text;
}

function readAgent(target: Target, text: string): { readonly actor: Actor; readonly key: string } {
  const parsed = parseActor(text, target.version);
  if ('fault' in parsed) {
    const fault = parsed.fault === '' ? '' : `: ${parsed.fault}`;
    throw refuseValue(target, 'agent', `is an Agent in JSON${fault}`);
  }
  if (parsed.actor.objectType === 'Group')
    throw refuseValue(target, 'agent', 'is an Agent here, and no Group');
  return parsed;
}

function readUuid(target: Target, text: string): string {
  if (!isUuid(text)) throw refuseValue(target, 'registration', 'is a UUID');
  return text;
}

/** An empty id would read as none in logs and lists. */
function readId(target: Target, name: 'stateId' | 'profileId', text: string): string {
  if (text === '') throw refuseValue(target, name, 'is a text that is not empty');
  return text;
}

function readInstant(target: Target, text: string): Instant {
  const instant = isTimestamp(text) ? parseInstant(text) : null;
  if (instant === null)
    throw refuseValue(target, 'since', 'is a timestamp; in a URL a + is written %2B');
  return instant;
}

function refuseValue(target: Target, name: ResourceParameter, message: string): PraxisError {
  return refuse(target, name, [findRule(target, name, 'value'), sameStandards], message);
}

function findRule(
  { resource, method }: Target,
  name: string,
  asks: ParameterRule['asks'],
): ParameterRule | undefined {
  return PARAMETER_RULES.find(
    (rule) =>
      rule.resource === resource &&
      rule.method === method &&
      rule.parameter === name &&
      rule.asks === asks,
  );
}

function refuse(
  { resource, method }: Target,
  name: string,
  rules: readonly ({ readonly id: string } | undefined)[],
  message: string,
): PraxisError {
  const ids = rules.flatMap((rule) => (rule === undefined ? [] : [rule.id]));
  return new PraxisError(
    'INVALID',
    `The parameter ${JSON.stringify(name)} of ${method} /${resource} ${message} [${ids.join(', ')}].`,
    ids.map((rule) => ({ rule, path: name, message })),
  );
}
