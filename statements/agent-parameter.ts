import { PraxisError } from './errors.ts';
import { agentKey } from './index-keys.ts';
import { checkStructure } from './json-text.ts';
import type { Actor, XapiVersion } from './statement.ts';
import { validateActor } from './validate.ts';

export type ParsedActor =
  | { readonly actor: Actor; readonly key: string }
  /** What is wrong, '' when the text is no JSON. */
  | { readonly fault: string };

/** Reads a parameter that is an Agent or an identified Group in JSON, and the key it is found by. */
export function parseActor(text: string, version: XapiVersion): ParsedActor {
  try {
    const actor: unknown = JSON.parse(text);
    checkStructure(text);
    validateActor(actor, version);
    const key = agentKey(actor);
    return key === null ? { fault: 'an anonymous Group identifies nobody' } : { actor, key };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: '' };
    if (!(error instanceof PraxisError)) throw error;
    const faults = error.violations.map(
      ({ rule, path, message }) => `${path} ${message} [${rule}]`,
    );
    return { fault: faults.join('; ') };
  }
}
