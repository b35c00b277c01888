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
  for (const [pointer, value] of Object.entries(example)) setAt(statement, pointer, value);
  return JSON.parse(JSON.stringify(statement));
}

/** What is found at a JSON Pointer; undefined when nothing is. */
export function findAt(value: unknown, pointer: string): unknown {
  return tokensOf(pointer).reduce<unknown>(
    (at, token) => (typeof at === 'object' && at !== null ? Reflect.get(at, token) : undefined),
    value,
  );
}

/** Sets what a JSON Pointer names, and makes the objects on the way to it. */
export function setAt(target: object, pointer: string, value: unknown): void {
  const tokens = tokensOf(pointer);
  const last = tokens.pop() ?? '';
  let at = target;
  for (const token of tokens) {
    const inner: object = Reflect.get(at, token) ?? {};
    Reflect.set(at, token, inner);
    at = inner;
  }
  Reflect.set(at, last, value);
}

function tokensOf(pointer: string): string[] {
  return pointer.split('/').slice(1);
}
