import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import type { Violation } from '../errors.ts';
import { pointer } from '../json-text.ts';
import type { XapiVersion } from '../statement.ts';
import { CLOSED_SHAPES, MAP_SHAPES, UNION_SHAPES, isObject } from './rule.ts';
import type {
  Failure,
  JsonObject,
  MemberRule,
  Schema,
  Shape,
  ShapeRule,
  StatementRule,
} from './rule.ts';
import { STATEMENT_SHAPE_RULES } from './rules.ts';

/**
 * Turns the rules of a statement's shape into one JSON Schema a version, and what ajv says of a value
 * back into the rules: a rule is recognised by the very schema objects that it contributed, which ajv
 * hands back with each error.
 */
export interface CompiledRules {
  /** Quick, and says no more. */
  readonly isValid: (shape: CheckedShape, value: unknown) => boolean;
  /** The broken rules, at most MAX_VIOLATIONS; `at` is the JSON Pointer of the value in what was sent. */
  readonly listViolations: (
    shape: CheckedShape,
    value: unknown,
    at: string,
  ) => readonly Violation[];
}

/** Where validation starts: a statement, or the `agent` of a query. */
export type CheckedShape = 'statement' | 'actor';

export const MAX_VIOLATIONS = 20;

const compiled = new Map<XapiVersion, CompiledRules>();

/** Compiled on first use, once. */
export function compileRules(version: XapiVersion): CompiledRules {
  const known = compiled.get(version) ?? compile(version);
  compiled.set(version, known);
  return known;
}

function compile(version: XapiVersion): CompiledRules {
  const rules = STATEMENT_SHAPE_RULES.filter(({ versions }) => versions?.includes(version) ?? true);
  const composition = composeSchema(rules);
  const quick = compileShapes(composition, rules, false);
  // Only a refused statement needs the thorough pass, so it is compiled when the first is refused.
  let thorough: Validators | null = null;
  return {
    isValid: (shape, value) => quick[shape](value),
    listViolations: (shape, value, at) => {
      thorough ??= compileShapes(composition, rules, true);
      const validate = thorough[shape];
      validate(value);
      const failures = (validate.errors ?? []).filter(({ keyword }) => !FOLLOW_UPS.has(keyword));
      return distinct(failures.flatMap((error) => violationsOf(error, value, composition, rules)))
        .slice(0, MAX_VIOLATIONS)
        .map((violation) => ({ ...violation, path: at + violation.path }));
    },
  };
}

/** Keywords that fail because another one, listed beside them, did. */
const FOLLOW_UPS: ReadonlySet<string> = new Set(['if', 'propertyNames']);

/** The schema of all shapes, and which rule each part of it comes from. */
interface Composition {
  readonly $defs: Readonly<Record<string, Schema>>;
  readonly ruleOf: ReadonlyMap<unknown, string>;
  /** By the schema of the shape, then by member. */
  readonly requiredBy: ReadonlyMap<unknown, ReadonlyMap<string, string>>;
}

function composeSchema(rules: readonly StatementRule[]): Composition {
  const ruleOf = new Map<unknown, string>();
  const requiredBy = new Map<unknown, ReadonlyMap<string, string>>();
  const $defs: Record<string, Schema> = {};
  const own = (rule: MemberRule): Schema => claim(structuredClone(rule.schema), rule.id, ruleOf);
  for (const shape of [...CLOSED_SHAPES, ...MAP_SHAPES, ...unions()]) {
    const members = rules
      .filter((rule) => 'member' in rule)
      .filter((rule) => speaksOf(rule, shape));
    const checks = rules.filter((rule) => 'check' in rule).filter((rule) => speaksOf(rule, shape));
    const schema = shapeSchema(shape, members, checks, own);
    $defs[shape] = schema;
    const required = members.filter((rule) => rule.required === true);
    requiredBy.set(schema, new Map(required.map(({ member, id }) => [member, id])));
  }
  return { $defs, ruleOf, requiredBy };
}

function shapeSchema(
  shape: Shape,
  members: readonly MemberRule[],
  checks: readonly ShapeRule[],
  own: (rule: MemberRule) => Schema,
): Schema {
  const [map] = members.filter(({ member }) => member === '*');
  if (map !== undefined) return own({ ...map, schema: { type: 'object', ...map.schema } });
  const names = [...new Set(members.map(({ member }) => member))];
  const schemasOf = (name: string): Schema[] =>
    members.filter(({ member }) => member === name).map(own);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, bothOf(schemasOf(name))])),
    required: members.filter((rule) => rule.required === true).map(({ member }) => member),
    ...(checks.length > 0 && { checks: checks.map(({ id }) => id) }),
    ...(isUnion(shape) ? chooseShape(UNION_SHAPES[shape]) : { additionalProperties: false }),
  };
}

function bothOf(schemas: readonly Schema[]): Schema {
  const [only] = schemas;
  return schemas.length === 1 && only !== undefined ? only : { allOf: schemas };
}

/** if objectType is … then that shape, else the next, else the one that its absence means. */
function chooseShape(choices: Readonly<Record<string, Shape>>): Schema {
  const fallback = refer(choices.absent ?? 'activity');
  return Object.entries(choices)
    .filter(([, shape]) => shape !== choices.absent)
    .reduce<Schema>(
      (otherwise, [objectType, shape]) => ({
        if: { properties: { objectType: { const: objectType } }, required: ['objectType'] },
        then: refer(shape),
        else: otherwise,
      }),
      fallback,
    );
}

function refer(shape: Shape): Schema {
  return { $ref: `#/$defs/${shape}` };
}

function unions(): readonly (keyof typeof UNION_SHAPES)[] {
  return ['actor', 'authority', 'object', 'subObject'];
}

function isUnion(shape: Shape): shape is keyof typeof UNION_SHAPES {
  return Object.hasOwn(UNION_SHAPES, shape);
}

function speaksOf(rule: MemberRule | ShapeRule, shape: Shape): boolean {
  return typeof rule.of === 'string' ? rule.of === shape : rule.of.includes(shape);
}

/** Notes for every object of a rule's schema that it is this rule's. */
function claim(schema: Schema, id: string, ruleOf: Map<unknown, string>): Schema {
  ruleOf.set(schema, id);
  for (const part of Object.values(schema)) {
    if (isObject(part)) claim(part, id, ruleOf);
  }
  return schema;
}

type Validators = Readonly<Record<CheckedShape, ValidateFunction>>;

function compileShapes(
  { $defs }: Composition,
  rules: readonly StatementRule[],
  allErrors: boolean,
): Validators {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, verbose: true, allErrors });
  for (const rule of rules) {
    if ('format' in rule) ajv.addFormat(rule.format, { type: 'string', validate: rule.matches });
  }
  ajv.addKeyword({
    keyword: 'checks',
    type: 'object',
    schemaType: 'array',
    errors: true,
    compile: (ids: readonly string[]) => runChecks(rules.filter(({ id }) => ids.includes(id))),
  });
  ajv.addSchema({ $id: 'xapi', $defs });
  return {
    statement: ajv.compile({ $ref: 'xapi#/$defs/statement' }),
    actor: ajv.compile({ $ref: 'xapi#/$defs/actor' }),
  };
}

function runChecks(rules: readonly StatementRule[]): DataValidateFunction {
  const checks = rules.filter((rule) => 'check' in rule);
  const validate: DataValidateFunction = (value: JsonObject) => {
    if (checks.every(({ check }) => check(value) === null)) return true;
    validate.errors = checks.flatMap(({ id, check }) => {
      const message = check(value);
      return message === null ? [] : [{ keyword: 'checks', message, params: { rule: id } }];
    });
    return false;
  };
  return validate;
}

/** The rule that the value broke, then those that say the same in other words. */
function violationsOf(
  error: ErrorObject,
  statement: unknown,
  composition: Composition,
  rules: readonly StatementRule[],
): Violation[] {
  const failure = failureOf(error, statement);
  const broken = [ruleOfError(error, composition), ruleOfFormat(failure, rules)];
  const restated = rules
    .filter((rule) => 'restates' in rule && rule.restates(failure))
    .map(({ id }) => id);
  return [...broken, ...restated]
    .filter((id) => id !== undefined)
    .map((id) => ({ rule: id, path: failure.path, message: describe(id, error, rules) }));
}

function failureOf(error: ErrorObject, statement: unknown): Failure {
  const { keyword, instancePath, propertyName, data } = error;
  const schema: Schema = error.parentSchema ?? {};
  const member = memberOf(error);
  return {
    keyword,
    path: member === undefined ? instancePath : instancePath + pointer(member),
    value: keyword === 'additionalProperties' ? member : (propertyName ?? data),
    schema,
    allowed: isObject(schema.properties) ? Object.keys(schema.properties) : [],
    statement,
  };
}

/** The member that is missing, too much, or named wrongly. */
function memberOf({ keyword, params, propertyName }: ErrorObject): string | undefined {
  const named: Readonly<Record<string, unknown>> = params;
  const member =
    keyword === 'required'
      ? named.missingProperty
      : keyword === 'additionalProperties'
        ? named.additionalProperty
        : propertyName;
  return typeof member === 'string' ? member : undefined;
}

function ruleOfError(error: ErrorObject, { ruleOf, requiredBy }: Composition): string | undefined {
  const { keyword, parentSchema } = error;
  const params: Readonly<Record<string, unknown>> = error.params;
  if (keyword === 'checks') return typeof params.rule === 'string' ? params.rule : undefined;
  const required = keyword === 'required' ? requiredBy.get(parentSchema) : undefined;
  return required?.get(String(params.missingProperty)) ?? ruleOf.get(parentSchema);
}

function ruleOfFormat(
  { keyword, schema }: Failure,
  rules: readonly StatementRule[],
): string | undefined {
  if (keyword !== 'format') return undefined;
  return rules.find((rule) => 'format' in rule && rule.format === schema.format)?.id;
}

/** A check says itself what is wrong; a schema says what would be right, and ajv which part of it failed. */
function describe(
  id: string,
  { keyword, message = '' }: ErrorObject,
  rules: readonly StatementRule[],
): string {
  if (keyword === 'checks') return message;
  const title = rules.find((rule) => rule.id === id)?.title ?? id;
  return `${title} (${message})`;
}

function distinct(violations: readonly Violation[]): Violation[] {
  return [
    ...new Map(
      violations.map((violation) => [`${violation.rule} ${violation.path}`, violation]),
    ).values(),
  ];
}
