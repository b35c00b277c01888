import type { JsonObject, StatementExample } from '../../statements/rules/rule.ts';

/** The smallest statement; the examples of rules are changes to it. */
const BASE = {
  actor: { mbox: 'mailto:ada@example.org' },
  verb: { id: 'http://example.org/did' },
  object: { id: 'http://example.org/it' },
};

/** The base statement with the changes of an example, as JSON would carry it: undefined is absent. */
export function applyExample(example: StatementExample): JsonObject {
  const statement = structuredClone(BASE);
  for (const [pointer, value] of Object.entries(example))
    setAt(statement, tokensOf(pointer), value);
  return JSON.parse(JSON.stringify(statement));
}

/** What is found at a JSON Pointer; undefined when nothing is. */
export function findAt(value: unknown, pointer: string): unknown {
  return tokensOf(pointer).reduce<unknown>(
    (at, token) => (typeof at === 'object' && at !== null ? Reflect.get(at, token) : undefined),
    value,
  );
}

function setAt(target: object, [token = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    Reflect.set(target, token, value);
    return;
  }
  const inner: object = Reflect.get(target, token) ?? {};
  Reflect.set(target, token, inner);
  setAt(inner, rest, value);
}

function tokensOf(pointer: string): string[] {
  return pointer.split('/').slice(1);
}
