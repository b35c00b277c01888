import { EVENT_KINDS } from '../warehouse/schema.ts';
import { NEEDS } from './rule.ts';

const texts = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 2000 },
  minItems: 1,
  maxItems: 1000,
  uniqueItems: true,
};

const condition = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    verbs: texts,
    activities: texts,
    activityTypes: texts,
    contextActivities: texts,
    contextActivityTypes: texts,
    platforms: texts,
    authorities: texts,
    extensions: texts,
    completion: { type: 'boolean' },
    success: { type: 'boolean' },
    score: { type: 'boolean' },
  },
};

const source = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: { platforms: texts, authorities: texts },
};

const head = {
  id: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', maxLength: 100 },
  title: { type: 'string', minLength: 1, maxLength: 500 },
  source,
};
const match = { when: condition, unless: { type: 'array', items: condition, maxItems: 100 } };

/** The four forms of a rule; each is told from the others by the member that only it has. */
const forms = {
  kind: {
    ...match,
    kind: { enum: EVENT_KINDS },
    needs: { type: 'array', items: { enum: NEEDS }, uniqueItems: true },
  },
  setPlatform: { ...match, setPlatform: { type: 'string', minLength: 1, maxLength: 500 } },
  disabled: { disabled: { const: true } },
};

const extensionForm = { skillExtensions: texts, observerExtensions: texts };

/** JSON Schema (draft-07) of one line of the workforce collection `rules`. */
export const RULE_SCHEMA = {
  type: 'object',
  required: ['id'],
  if: { required: ['kind'] },
  then: formOf(forms.kind, ['kind', 'when']),
  else: {
    if: { required: ['setPlatform'] },
    then: formOf(forms.setPlatform, ['setPlatform', 'when']),
    else: {
      if: { required: ['disabled'] },
      then: formOf(forms.disabled, ['disabled']),
      else: {
        ...formOf(extensionForm, []),
        // id, and at least one list: else the line says nothing.
        anyOf: [{ required: ['skillExtensions'] }, { required: ['observerExtensions'] }],
      },
    },
  },
};

function formOf(properties: object, required: readonly string[]): object {
  return { properties: { ...head, ...properties }, required, additionalProperties: false };
}
