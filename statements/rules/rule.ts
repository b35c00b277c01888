import type { XapiVersion } from '../statement.ts';

/**
 * A requirement of the specification, with its one home in this folder: where it is written, what it
 * asks, and examples that show it. `test/rules/rules.test.ts` replays every example; `compile.ts` makes
 * one JSON Schema a version of all that speak of a statement's shape.
 */
export type Rule = StatementRule | TextRule | QueryRule | ParameterRule | MergeRule | BehaviourRule;

/** A rule of the shape of a statement. */
export type StatementRule = MemberRule | ShapeRule | FormatRule | Restatement;

interface Requirement {
  /** As the ADL conformance suite numbers it (XAPI-…); IEEE-… for what 2.0 added without a number. */
  readonly id: string;
  /** Where the specification says so: part and section of 1.0.3, or of IEEE 9274.1.1. */
  readonly spec: string;
  readonly title: string;
  /** Both when absent. */
  readonly versions?: readonly XapiVersion[];
}

interface StatementExamples {
  readonly accepts: readonly StatementExample[];
  readonly rejects: readonly StatementExample[];
}

/** What a member of an object must be. Several rules may speak of one member. */
export interface MemberRule extends Requirement, StatementExamples {
  readonly of: Shape | readonly Shape[];
  readonly member: string;
  readonly required?: true;
  readonly schema: Schema;
}

/** What holds between the members of an object, where a schema would say it badly. */
export interface ShapeRule extends Requirement, StatementExamples {
  readonly of: Shape | readonly Shape[];
  /** Null, or what is wrong. The value is an object; nothing else of it has been checked. */
  readonly check: (value: JsonObject) => string | null;
}

/** A kind of string, which schemas name as `format`. */
export interface FormatRule extends Requirement, StatementExamples {
  readonly format: Format;
  readonly matches: (text: string) => boolean;
}

/**
 * A requirement that other rules already enforce: §2.2 repeats "especially important requirements
 * already included elsewhere". It names itself beside the rule that failed.
 */
export interface Restatement extends Requirement, StatementExamples {
  readonly restates: (failure: Failure) => boolean;
}

/** A rule that only the JSON text of a request can break; `readStatements` enforces it. */
export interface TextRule extends Requirement {
  readonly text: true;
  readonly accepts: readonly string[];
  readonly rejects: readonly string[];
}

/** A rule of the parameters of GET /statements; `parseStatementQuery` enforces it. */
export interface QueryRule extends Requirement {
  readonly query: true;
  readonly accepts: readonly QueryExample[];
  readonly rejects: readonly QueryExample[];
}

/** The resources that `ParameterRule` speaks of, by the path they are at. */
export type Resource =
  'activities/state' | 'agents/profile' | 'activities/profile' | 'agents' | 'activities';
export type ResourceMethod = 'PUT' | 'POST' | 'GET' | 'DELETE';

/** A rule of one parameter of a resource other than statements; `document-request.ts` enforces it. */
export interface ParameterRule extends Requirement {
  readonly resource: Resource;
  readonly method: ResourceMethod;
  readonly parameter: string;
  /** What it is that the rule asks of the parameter. */
  readonly asks: 'presence' | 'value' | 'choice' | 'absence';
  readonly accepts: readonly QueryExample[];
  readonly rejects: readonly QueryExample[];
}

/** A rule of what POST makes of the stored document and the one that is sent; `mergeDocuments` enforces it. */
export interface MergeRule extends Requirement {
  readonly merges: true;
  readonly accepts: readonly MergeExample[];
  readonly rejects: readonly MergeExample[];
}

/** A promise about what comes back, kept by the named function; its examples map a statement sent to members returned. */
export interface BehaviourRule extends Requirement {
  readonly behaviour: 'prepareStatement' | 'formatStatement';
  readonly accepts: readonly BehaviourExample[];
  readonly rejects: readonly [];
}

/** Changes to the base statement of `examples.ts`: JSON Pointer → new value, or `ABSENT`. */
export type StatementExample = Readonly<Record<string, unknown>>;
export type QueryExample = Readonly<Record<string, string>>;

/** Contents as text; the types are application/json when absent. */
export interface MergeExample {
  readonly stored: string | null;
  readonly storedType?: string;
  readonly sent: string;
  readonly sentType?: string;
  /** What is stored then; absent where the POST is refused. */
  readonly expect?: string;
}

export interface BehaviourExample {
  readonly given: StatementExample;
  readonly format?: 'ids' | 'exact' | 'canonical';
  readonly acceptLanguage?: string;
  /** JSON Pointer → what is found there in what comes back. */
  readonly expect: StatementExample;
}

export type Schema = Readonly<Record<string, unknown>>;
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a failed keyword says to a restatement. */
export interface Failure {
  readonly keyword: string;
  /** The JSON Pointer of the value that failed, or of the member that is missing or too much. */
  readonly path: string;
  /** The value that failed; for a member too much, its name. */
  readonly value: unknown;
  /** The schema that it failed. */
  readonly schema: Schema;
  /** Names that the object allows, when a member is too much. */
  readonly allowed: readonly string[];
  readonly statement: unknown;
}

/** The objects of a statement. Each is closed: a member that no rule names is refused. */
export const CLOSED_SHAPES = [
  'statement',
  'subStatement',
  'agent',
  'group',
  'account',
  'verb',
  'activity',
  'definition',
  'component',
  'statementRef',
  'result',
  'score',
  'context',
  'contextActivities',
  'contextAgent',
  'contextGroup',
  'attachment',
] as const;

/** Maps with any key of one kind. */
export const MAP_SHAPES = ['languageMap', 'extensions'] as const;

/** Places whose shape `objectType` decides: which value of it means which shape, and what its absence means. */
export const UNION_SHAPES = {
  actor: { absent: 'agent', Agent: 'agent', Group: 'group' },
  authority: { absent: 'agent', Agent: 'agent', Group: 'group' },
  object: {
    absent: 'activity',
    Activity: 'activity',
    Agent: 'agent',
    Group: 'group',
    StatementRef: 'statementRef',
    SubStatement: 'subStatement',
  },
  subObject: {
    absent: 'activity',
    Activity: 'activity',
    Agent: 'agent',
    Group: 'group',
    StatementRef: 'statementRef',
  },
} as const;

export type ClosedShape = (typeof CLOSED_SHAPES)[number];
export type MapShape = (typeof MAP_SHAPES)[number];
export type UnionShape = keyof typeof UNION_SHAPES;
export type Shape = ClosedShape | MapShape | UnionShape;

export type Format = 'iri' | 'uuid' | 'timestamp' | 'duration' | 'language-tag';

/** The schema of a member that holds an object of this shape. The type comes first, so that the member's own rule names a value that is no object. */
export function shaped(shape: Shape): Schema {
  return { type: 'object', $ref: `#/$defs/${shape}` };
}

export function listOf(shape: Shape): Schema {
  return { type: 'array', items: shaped(shape) };
}

export function formatted(format: Format): Schema {
  return { type: 'string', format };
}
