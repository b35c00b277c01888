import { CONTEXT_ACTIVITY_KINDS } from '../statement.ts';
import { formatted, isObject, listOf, shaped } from './rule.ts';
import type { JsonObject, Schema, StatementRule } from './rule.ts';

const ACTIVITY = { id: 'http://example.org/course' };
const AGENT = { mbox: 'mailto:bob@example.org' };
const GROUP = { objectType: 'Group', mbox: 'mailto:crew@example.org' };
const TYPES = ['http://example.org/mentor'];
const REFERENCE = { objectType: 'StatementRef', id: '6690e6c9-3ef0-4ed3-8b37-7f3964730bee' };

function context(...members: JsonObject[]): readonly JsonObject[] {
  return members.map((value) => ({ '/context': value }));
}

const ACTIVITIES: Schema = {
  type: ['object', 'array'],
  if: { type: 'array' },
  then: { items: shaped('activity') },
  else: { $ref: shaped('activity').$ref },
};

const RELEVANT_TYPES: Schema = { type: 'array', minItems: 1, items: formatted('iri') };

/** True when the context has this member and the object is no activity. */
function isOutOfPlace(member: string, { context: value, object }: JsonObject): boolean {
  if (!isObject(value) || value[member] === undefined || !isObject(object)) return false;
  return object.objectType !== undefined && object.objectType !== 'Activity';
}

/** Contexts (Data §2.4.6; IEEE 9274.1.1 4.2.2.5 for contextAgents and contextGroups). */
export const CONTEXT_RULES: readonly StatementRule[] = [
  {
    id: 'XAPI-00087-1',
    spec: 'Data 2.4.6',
    title: 'registration is a UUID',
    of: 'context',
    member: 'registration',
    schema: formatted('uuid'),
    accepts: context({ registration: '6690E6C9-3EF0-4ED3-8B37-7F3964730BEE' }),
    rejects: context({ registration: 'spring' }, { registration: 1 }),
  },
  {
    id: 'XAPI-00087-2',
    spec: 'Data 2.4.6',
    title: 'instructor is an Agent or Group',
    of: 'context',
    member: 'instructor',
    schema: shaped('actor'),
    accepts: context({ instructor: AGENT }, { instructor: GROUP }),
    rejects: context({ instructor: 'bob' }, { instructor: [AGENT] }),
  },
  {
    id: 'XAPI-00088',
    spec: 'Data 2.4.6',
    title: 'team is a Group',
    of: 'context',
    member: 'team',
    schema: {
      type: 'object',
      required: ['objectType'],
      properties: { objectType: { const: 'Group' } },
      $ref: shaped('group').$ref,
    },
    accepts: context({ team: GROUP }, { team: { objectType: 'Group', member: [AGENT] } }),
    rejects: context(
      { team: AGENT },
      { team: { ...AGENT, objectType: 'Agent' } },
      { team: 'crew' },
    ),
  },
  {
    id: 'XAPI-00086',
    spec: 'Data 2.4.6',
    title: 'contextActivities is an object',
    of: 'context',
    member: 'contextActivities',
    schema: shaped('contextActivities'),
    accepts: context({ contextActivities: {} }, { contextActivities: { parent: [ACTIVITY] } }),
    rejects: context({ contextActivities: 'course' }, { contextActivities: [ACTIVITY] }),
  },
  {
    id: 'XAPI-00093',
    spec: 'Data 2.4.6.2',
    title: 'The keys of contextActivities are parent, grouping, category and other',
    restates: ({ keyword, path }) =>
      keyword === 'additionalProperties' && /\/contextActivities\/[^/]*$/.test(path),
    accepts: CONTEXT_ACTIVITY_KINDS.map((kind) => ({
      '/context': { contextActivities: { [kind]: [ACTIVITY] } },
    })),
    rejects: context(
      { contextActivities: { course: [ACTIVITY] } },
      { contextActivities: { Parent: [] } },
    ),
  },
  ...CONTEXT_ACTIVITY_KINDS.map((kind): StatementRule => ({
    id: `IEEE-4.2.2.5-${kind}`,
    spec: 'Data 2.4.6.2',
    title: `${kind} is an activity or a list of activities`,
    of: 'contextActivities',
    member: kind,
    schema: ACTIVITIES,
    accepts: context(
      { contextActivities: { [kind]: ACTIVITY } },
      { contextActivities: { [kind]: [] } },
    ),
    rejects: context({ contextActivities: { [kind]: 'http://example.org/course' } }),
  })),
  {
    id: 'XAPI-00094',
    spec: 'Data 2.4.6.2',
    title: 'The values of contextActivities are activities',
    restates: ({ path }) => path.includes('/contextActivities/'),
    accepts: context({
      contextActivities: { other: [ACTIVITY, { ...ACTIVITY, objectType: 'Activity' }] },
    }),
    rejects: context(
      { contextActivities: { other: [AGENT] } },
      { contextActivities: { other: { objectType: 'Agent', ...AGENT } } },
      { contextActivities: { other: [1] } },
    ),
  },
  {
    id: 'XAPI-00089',
    spec: 'Data 2.4.6',
    title: 'revision is a string',
    of: 'context',
    member: 'revision',
    schema: { type: 'string' },
    accepts: context({ revision: '2' }),
    rejects: context({ revision: 2 }),
  },
  {
    id: 'XAPI-00090',
    spec: 'Data 2.4.6',
    title: 'platform is a string',
    of: 'context',
    member: 'platform',
    schema: { type: 'string' },
    accepts: context({ platform: 'simulator' }),
    rejects: context({ platform: {} }),
  },
  {
    id: 'XAPI-00084',
    spec: 'Data 2.4.6',
    title: 'revision goes with an activity as the object',
    of: ['statement', 'subStatement'],
    check: (statement) =>
      isOutOfPlace('revision', statement) ? 'context.revision needs an Activity as object' : null,
    accepts: [{ '/context': { revision: '2' }, '/object/objectType': 'Activity' }],
    rejects: [{ '/context': { revision: '2' }, '/object': { ...AGENT, objectType: 'Agent' } }],
  },
  {
    id: 'XAPI-00085',
    spec: 'Data 2.4.6',
    title: 'platform goes with an activity as the object',
    of: ['statement', 'subStatement'],
    check: (statement) =>
      isOutOfPlace('platform', statement) ? 'context.platform needs an Activity as object' : null,
    accepts: [{ '/context': { platform: 'simulator' } }],
    rejects: [
      { '/context': { platform: 'simulator' }, '/object': GROUP },
      { '/context': { platform: 'simulator' }, '/object': REFERENCE },
    ],
  },
  {
    id: 'XAPI-00091',
    spec: 'Data 2.4.6',
    title: 'language is a language tag',
    of: 'context',
    member: 'language',
    schema: formatted('language-tag'),
    accepts: context({ language: 'en-GB' }),
    rejects: context({ language: 'a12345' }, { language: 1 }, { language: '' }),
  },
  {
    id: 'XAPI-00092',
    spec: 'Data 2.4.6',
    title: 'statement is a StatementRef',
    of: 'context',
    member: 'statement',
    schema: shaped('statementRef'),
    accepts: context({ statement: REFERENCE }),
    rejects: context({ statement: REFERENCE.id }, { statement: [REFERENCE] }),
  },
  {
    id: 'IEEE-4.2.2.5-extensions',
    spec: 'Data 2.4.6',
    title: 'The extensions of a context are an object',
    of: 'context',
    member: 'extensions',
    schema: shaped('extensions'),
    accepts: context({ extensions: {} }),
    rejects: context({ extensions: 1 }),
  },
  {
    id: 'IEEE-4.2.2.5-contextAgents',
    spec: 'IEEE 9274.1.1 4.2.2.5',
    title: 'contextAgents is a list of contextAgent objects',
    versions: ['2.0.0'],
    of: 'context',
    member: 'contextAgents',
    schema: listOf('contextAgent'),
    accepts: context({
      contextAgents: [{ objectType: 'contextAgent', agent: AGENT, relevantTypes: TYPES }],
    }),
    rejects: context({ contextAgents: AGENT }, { contextAgents: ['bob'] }),
  },
  {
    id: 'IEEE-4.2.2.5-contextGroups',
    spec: 'IEEE 9274.1.1 4.2.2.5',
    title: 'contextGroups is a list of contextGroup objects',
    versions: ['2.0.0'],
    of: 'context',
    member: 'contextGroups',
    schema: listOf('contextGroup'),
    accepts: context({ contextGroups: [{ objectType: 'contextGroup', group: GROUP }] }),
    rejects: context({ contextGroups: GROUP }, { contextGroups: [1] }),
  },
  ...contextActor('contextAgent', 'agent', AGENT),
  ...contextActor('contextGroup', 'group', GROUP),
];

function contextActor(
  shape: 'contextAgent' | 'contextGroup',
  member: 'agent' | 'group',
  actor: JsonObject,
): StatementRule[] {
  const valid = { objectType: shape, [member]: actor, relevantTypes: TYPES };
  const examples = (...values: JsonObject[]): readonly JsonObject[] =>
    context(...values.map((value) => ({ [`${shape}s`]: [value] })));
  return [
    {
      id: `IEEE-4.2.2.5-${shape}-objectType`,
      spec: 'IEEE 9274.1.1 4.2.2.5',
      title: `The objectType of a ${shape} is "${shape}"`,
      versions: ['2.0.0'],
      of: shape,
      member: 'objectType',
      required: true,
      schema: { type: 'string', const: shape },
      accepts: examples(valid),
      rejects: examples({ [member]: actor }, { ...valid, objectType: 'Agent' }),
    },
    {
      id: `IEEE-4.2.2.5-${shape}-${member}`,
      spec: 'IEEE 9274.1.1 4.2.2.5',
      title: `A ${shape} names its ${member}`,
      versions: ['2.0.0'],
      of: shape,
      member,
      required: true,
      schema: shaped(member),
      accepts: examples({ objectType: shape, [member]: actor }),
      rejects: examples({ objectType: shape }, { objectType: shape, [member]: 'bob' }),
    },
    {
      id: `IEEE-4.2.2.5-${shape}-relevantTypes`,
      spec: 'IEEE 9274.1.1 4.2.2.5',
      title: 'relevantTypes is a list of at least one IRI',
      versions: ['2.0.0'],
      of: shape,
      member: 'relevantTypes',
      schema: RELEVANT_TYPES,
      accepts: examples(valid),
      rejects: examples({ ...valid, relevantTypes: [] }, { ...valid, relevantTypes: ['mentor'] }),
    },
  ];
}
