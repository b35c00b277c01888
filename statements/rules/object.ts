import { hasRepeats, isUuid } from './data-types.ts';
import { identifiersOf } from './actor.ts';
import { formatted, isObject, listOf, shaped } from './rule.ts';
import type { JsonObject, StatementRule } from './rule.ts';

const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const AGENT = { objectType: 'Agent', mbox: 'mailto:bob@example.org' };
const REFERENCE = { objectType: 'StatementRef', id: ID };
const SUB_STATEMENT = {
  objectType: 'SubStatement',
  actor: { mbox: 'mailto:bob@example.org' },
  verb: { id: 'http://example.org/will-do' },
  object: { id: 'http://example.org/it' },
};

const INTERACTION_TYPES = [
  'true-false',
  'choice',
  'fill-in',
  'long-fill-in',
  'matching',
  'performance',
  'sequencing',
  'likert',
  'numeric',
  'other',
];
const COMPONENT_LISTS = ['choices', 'scale', 'source', 'target', 'steps'] as const;
const INTERACTION_MEMBERS = ['correctResponsesPattern', ...COMPONENT_LISTS] as const;

const FORBIDDEN: { readonly not: JsonObject } = { not: {} };

/** The object of a statement: activity, agent, group, StatementRef or SubStatement (Data §2.4.4). */
export const OBJECT_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00046',
    spec: 'Data 2.4.4',
    title: 'The objectType of an object is one of five',
    of: ['object', 'subObject'],
    member: 'objectType',
    schema: {
      type: 'string',
      enum: ['Activity', 'Agent', 'Group', 'SubStatement', 'StatementRef'],
    },
    accepts: [{ '/object': AGENT }, { '/object': REFERENCE }, { '/object': SUB_STATEMENT }],
    rejects: [
      { '/object/objectType': 'Person' },
      { '/object/objectType': 'activity' },
      { '/object': { ...SUB_STATEMENT, object: { objectType: 'activity', id: 'http://a.org/b' } } },
    ],
  },
  {
    id: 'IEEE-4.2.2.3-activity',
    spec: 'Data 2.4.4.1',
    title: 'The objectType of an activity is "Activity"',
    of: 'activity',
    member: 'objectType',
    schema: { type: 'string', const: 'Activity' },
    accepts: [{ '/object/objectType': 'Activity' }],
    rejects: [
      {
        '/context': {
          contextActivities: { parent: { objectType: 'Agent', id: 'http://a.org/b' } },
        },
      },
    ],
  },
  {
    id: 'XAPI-00047',
    spec: 'Data 2.4.4.1',
    title: 'The id of an activity is an IRI, and required',
    of: 'activity',
    member: 'id',
    required: true,
    schema: formatted('iri'),
    accepts: [{ '/object': { id: 'http://example.org/it' } }],
    rejects: [{ '/object': {} }, { '/object/id': 'it' }, { '/object/id': 1 }],
  },
  {
    id: 'XAPI-00048',
    spec: 'Data 2.4.4.1',
    title: 'The definition of an activity is an object',
    of: 'activity',
    member: 'definition',
    schema: shaped('definition'),
    accepts: [{ '/object/definition': {} }],
    rejects: [{ '/object/definition': 'it' }, { '/object/definition': [] }],
  },
  {
    id: 'XAPI-00056',
    spec: 'Data 2.4.4.1',
    title: 'The name of an activity is a language map',
    of: 'definition',
    member: 'name',
    schema: shaped('languageMap'),
    accepts: [{ '/object/definition': { name: { en: 'It' } } }],
    rejects: [{ '/object/definition': { name: 'It' } }],
  },
  {
    id: 'XAPI-00059',
    spec: 'Data 2.4.4.1',
    title: 'The description of an activity is a language map',
    of: 'definition',
    member: 'description',
    schema: shaped('languageMap'),
    accepts: [{ '/object/definition': { description: { en: 'All of it' } } }],
    rejects: [{ '/object/definition': { description: 'All of it' } }],
  },
  {
    id: 'XAPI-00060',
    spec: 'Data 2.4.4.1',
    title: 'The type of an activity is an IRI',
    of: 'definition',
    member: 'type',
    schema: formatted('iri'),
    accepts: [{ '/object/definition': { type: 'http://adlnet.gov/expapi/activities/course' } }],
    rejects: [{ '/object/definition': { type: 'course' } }],
  },
  {
    id: 'XAPI-00061',
    spec: 'Data 2.4.4.1',
    title: 'The moreInfo of an activity is an IRL',
    of: 'definition',
    member: 'moreInfo',
    schema: formatted('iri'),
    accepts: [{ '/object/definition': { moreInfo: 'https://example.org/about/it' } }],
    rejects: [{ '/object/definition': { moreInfo: 'about it' } }],
  },
  {
    id: 'XAPI-00057',
    spec: 'Data 2.4.4.1',
    title: 'The extensions of an activity are an object',
    of: 'definition',
    member: 'extensions',
    schema: shaped('extensions'),
    accepts: [{ '/object/definition': { extensions: { 'http://example.org/e': null } } }],
    rejects: [{ '/object/definition': { extensions: 'none' } }],
  },
  {
    id: 'XAPI-00049',
    spec: 'Data 2.4.4.1',
    title: 'An interactionType is one of ten',
    of: 'definition',
    member: 'interactionType',
    schema: { type: 'string', enum: INTERACTION_TYPES },
    accepts: INTERACTION_TYPES.map((interactionType) => ({
      '/object/definition': { interactionType },
    })),
    rejects: ['quiz', 'True-False', '', 1].map((interactionType) => ({
      '/object/definition': { interactionType },
    })),
  },
  {
    id: 'XAPI-00050',
    spec: 'Data 2.4.4.1',
    title: 'A correctResponsesPattern is a list of strings',
    of: 'definition',
    member: 'correctResponsesPattern',
    schema: { type: 'array', items: { type: 'string' } },
    accepts: [{ '/object/definition': { interactionType: 'choice', correctResponsesPattern: [] } }],
    rejects: ['a', [1], { a: 'b' }].map((correctResponsesPattern) => ({
      '/object/definition': { interactionType: 'choice', correctResponsesPattern },
    })),
  },
  componentList('XAPI-00051', 'steps', 'performance'),
  componentList('XAPI-00052', 'target', 'matching'),
  componentList('XAPI-00053', 'source', 'matching'),
  componentList('XAPI-00054', 'scale', 'likert'),
  componentList('XAPI-00055', 'choices', 'choice'),
  {
    id: 'XAPI-00058',
    spec: 'Data 2.4.4.1',
    title: 'The id of an interaction component is a string, required',
    of: 'component',
    member: 'id',
    required: true,
    schema: { type: 'string' },
    accepts: [
      { '/object/definition': { interactionType: 'choice', choices: [{ id: 'a' }, { id: 'b' }] } },
    ],
    rejects: [{}, { id: 1 }].map((component) => ({
      '/object/definition': { interactionType: 'choice', choices: [component] },
    })),
  },
  {
    id: 'IEEE-4.2.2.3-components',
    spec: 'Data 2.4.4.1',
    title: 'The ids of the components of one list are distinct',
    of: 'definition',
    check: (definition) => {
      const repeating = COMPONENT_LISTS.filter((name) =>
        hasRepeats(componentIds(definition[name])),
      );
      return repeating.length === 0
        ? null
        : `two components of ${repeating.join(' and ')} have the same id`;
    },
    accepts: [
      {
        '/object/definition': {
          interactionType: 'matching',
          source: [{ id: 'a' }],
          target: [{ id: 'a' }],
        },
      },
    ],
    rejects: [
      { '/object/definition': { interactionType: 'choice', choices: [{ id: 'a' }, { id: 'a' }] } },
    ],
  },
  {
    id: 'XAPI-00062',
    spec: 'Data 2.4.4.1',
    title: 'The description of an interaction component is a language map',
    of: 'component',
    member: 'description',
    schema: shaped('languageMap'),
    accepts: [
      {
        '/object/definition': {
          interactionType: 'likert',
          scale: [{ id: 'a', description: { en: 'A' } }],
        },
      },
    ],
    rejects: [
      {
        '/object/definition': { interactionType: 'likert', scale: [{ id: 'a', description: 'A' }] },
      },
    ],
  },
  {
    id: 'XAPI-00063',
    spec: 'Data 2.4.4.1',
    title: 'An interaction component is an object',
    restates: ({ keyword, schema }) =>
      keyword === 'type' && schema.$ref === shaped('component').$ref,
    accepts: [{ '/object/definition': { interactionType: 'choice', choices: [{ id: 'a' }] } }],
    rejects: ['a', 1, ['a'], null].map((component) => ({
      '/object/definition': { interactionType: 'choice', choices: [component] },
    })),
  },
  {
    id: 'XAPI-00064',
    spec: 'Data 2.4.4.1',
    title: 'Interaction properties need an interactionType',
    of: 'definition',
    check: (definition) => {
      if (definition.interactionType !== undefined) return null;
      const found = INTERACTION_MEMBERS.filter((name) => definition[name] !== undefined);
      return found.length === 0 ? null : `${found.join(' and ')} needs an interactionType`;
    },
    accepts: [
      { '/object/definition': { interactionType: 'other', correctResponsesPattern: ['a'] } },
    ],
    rejects: INTERACTION_MEMBERS.map((name) => ({ '/object/definition': { [name]: [] } })),
  },
  {
    id: 'XAPI-00065',
    spec: 'Data 2.4.4.2',
    title: 'An Agent or Group that is the object says so by objectType',
    of: ['object', 'subObject'],
    check: (object) =>
      object.objectType === undefined &&
      (identifiersOf(object).length > 0 || object.member !== undefined)
        ? 'an Agent or Group as object needs an objectType'
        : null,
    accepts: [{ '/object': AGENT }, { '/object': { objectType: 'Group', member: [AGENT] } }],
    rejects: [
      { '/object': { mbox: 'mailto:bob@example.org' } },
      { '/object': { member: [AGENT] } },
    ],
  },
  {
    id: 'XAPI-00072',
    spec: 'Data 2.4.4.3',
    title: 'The id of a StatementRef is a UUID, and required',
    of: 'statementRef',
    member: 'id',
    required: true,
    schema: formatted('uuid'),
    accepts: [{ '/object': REFERENCE }],
    rejects: [
      { '/object': { objectType: 'StatementRef' } },
      { '/object': { ...REFERENCE, id: 'http://a.org/b' } },
    ],
  },
  {
    id: 'IEEE-4.2.2.3-reference',
    spec: 'Data 2.4.4.3',
    title: 'A StatementRef says that it is one',
    of: 'statementRef',
    member: 'objectType',
    required: true,
    schema: { type: 'string', const: 'StatementRef' },
    accepts: [{ '/object': REFERENCE }],
    rejects: [{ '/context': { statement: { id: ID } } }],
  },
  {
    id: 'XAPI-00073',
    spec: 'Data 2.4.4.3',
    title: 'A StatementRef or SubStatement that is the object says so by objectType',
    of: ['object', 'subObject'],
    check: (object) => {
      const isReference = typeof object.id === 'string' && isUuid(object.id);
      const isStatement = object.actor !== undefined || object.verb !== undefined;
      const isSaid = object.objectType === 'StatementRef' || object.objectType === 'SubStatement';
      return !isSaid && (isReference || isStatement)
        ? 'a StatementRef or SubStatement needs its objectType, spelled so'
        : null;
    },
    accepts: [{ '/object': REFERENCE }, { '/object': SUB_STATEMENT }],
    rejects: [
      { '/object': { id: ID } },
      { '/object': { ...REFERENCE, objectType: 'statementref' } },
      { '/object': { ...SUB_STATEMENT, objectType: 'Activity' } },
    ],
  },
  {
    id: 'XAPI-00066',
    spec: 'Data 2.4.4.3',
    title: 'A SubStatement follows the rules of statements',
    restates: ({ path, statement }) =>
      path.startsWith('/object') &&
      isObject(statement) &&
      isObject(statement.object) &&
      statement.object.objectType === 'SubStatement',
    accepts: [{ '/object': SUB_STATEMENT }],
    rejects: [
      { '/object': { ...SUB_STATEMENT, actor: undefined } },
      { '/object': { ...SUB_STATEMENT, verb: { id: 'did' } } },
      { '/object': { ...SUB_STATEMENT, result: { success: 'yes' } } },
    ],
  },
  {
    id: 'IEEE-4.2.2.3-substatement',
    spec: 'Data 2.4.4.3',
    title: 'A SubStatement says that it is one',
    of: 'subStatement',
    member: 'objectType',
    required: true,
    schema: { type: 'string', const: 'SubStatement' },
    accepts: [{ '/object': SUB_STATEMENT }],
    rejects: [],
  },
  forbidden('XAPI-00070', 'id', ID),
  forbidden('XAPI-00069', 'stored', '2026-01-31T12:00:00.000Z'),
  forbidden('XAPI-00068', 'version', '1.0.3'),
  forbidden('XAPI-00067', 'authority', AGENT),
  {
    id: 'XAPI-00071',
    spec: 'Data 2.4.4.3',
    title: 'A SubStatement holds no SubStatement',
    of: 'subObject',
    member: 'objectType',
    schema: { not: { const: 'SubStatement' } },
    accepts: [{ '/object': { ...SUB_STATEMENT, object: REFERENCE } }],
    rejects: [{ '/object': { ...SUB_STATEMENT, object: SUB_STATEMENT } }],
  },
];

function componentList(id: string, member: string, interactionType: string): StatementRule {
  return {
    id,
    spec: 'Data 2.4.4.1',
    title: `The ${member} of an interaction are a list of interaction components`,
    of: 'definition',
    member,
    schema: listOf('component'),
    accepts: [{ '/object/definition': { interactionType, [member]: [{ id: 'a' }] } }],
    rejects: ['a', { id: 'a' }, 1].map((value) => ({
      '/object/definition': { interactionType, [member]: value },
    })),
  };
}

function forbidden(id: string, member: string, value: unknown): StatementRule {
  return {
    id,
    spec: 'Data 2.4.4.3',
    title: `A SubStatement has no ${member}`,
    of: 'subStatement',
    member,
    schema: FORBIDDEN,
    accepts: [{ '/object': SUB_STATEMENT }],
    rejects: [{ '/object': { ...SUB_STATEMENT, [member]: value } }],
  };
}

function componentIds(list: unknown): readonly unknown[] {
  return Array.isArray(list)
    ? list.map((component: unknown) => (isObject(component) ? component.id : {}))
    : [];
}
