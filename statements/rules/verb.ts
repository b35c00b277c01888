import { VOIDED_VERB } from '../statement.ts';
import { formatted, isObject, shaped } from './rule.ts';
import type { JsonObject, StatementRule } from './rule.ts';

const REFERENCE = { objectType: 'StatementRef', id: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' };

function voidsNoReference({ verb, object }: JsonObject): boolean {
  const voids = isObject(verb) && verb.id === VOIDED_VERB;
  return voids && !(isObject(object) && object.objectType === 'StatementRef');
}

/** Verbs (Data §2.4.3), and the one verb that does something: voiding (Data §2.3.2). */
export const VERB_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00044',
    spec: 'Data 2.4.3',
    title: 'The id of a verb is an IRI, and required',
    of: 'verb',
    member: 'id',
    required: true,
    schema: formatted('iri'),
    accepts: [{ '/verb': { id: 'http://example.org/did' } }],
    rejects: [{ '/verb': {} }, { '/verb/id': 'did' }, { '/verb/id': 1 }],
  },
  {
    id: 'XAPI-00045',
    spec: 'Data 2.4.3',
    title: 'The display of a verb is a language map',
    of: 'verb',
    member: 'display',
    schema: shaped('languageMap'),
    accepts: [{ '/verb/display': { en: 'did' } }],
    rejects: [{ '/verb/display': 'did' }, { '/verb/display': 1 }, { '/verb/display': ['did'] }],
  },
  {
    id: 'XAPI-00017',
    spec: 'Data 2.3.2',
    title: 'The object of a voiding statement is a StatementRef',
    of: ['statement', 'subStatement'],
    check: (statement) =>
      voidsNoReference(statement)
        ? 'a statement that voids another has a StatementRef as its object'
        : null,
    accepts: [{ '/verb/id': VOIDED_VERB, '/object': REFERENCE }],
    rejects: [
      { '/verb/id': VOIDED_VERB },
      {
        '/verb/id': VOIDED_VERB,
        '/object': { objectType: 'Agent', mbox: 'mailto:bob@example.org' },
      },
    ],
  },
  {
    id: 'XAPI-00020',
    spec: 'Data 2.3.2',
    title: 'The objectType of a voiding statement’s object is "StatementRef"',
    restates: ({ statement, path }) =>
      path === '' && isObject(statement) && voidsNoReference(statement),
    accepts: [{ '/verb/id': VOIDED_VERB, '/object': REFERENCE }],
    rejects: [{ '/verb/id': VOIDED_VERB, '/object': { ...REFERENCE, objectType: 'Activity' } }],
  },
  {
    id: 'XAPI-00019',
    spec: 'Data 2.3.2',
    title: 'The verb of a voiding statement is exactly the reserved IRI',
    // Another verb that ends in "voided" voids nothing, so it is free to have any object.
    restates: () => false,
    accepts: [{ '/verb/id': 'http://example.org/voided' }],
    rejects: [],
  },
];
