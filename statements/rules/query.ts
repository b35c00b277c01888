import type { QueryExample, QueryRule } from './rule.ts';

const ID = '6690e6c9-3ef0-4ed3-8b37-7f3964730bee';
const AGENT = '{"mbox":"mailto:ada@example.org"}';
const BOOLEAN = { accepts: ['true', 'false'], rejects: ['True', '1', 'yes', ''] };
const VALID: QueryExample = {
  agent: AGENT,
  verb: 'http://example.org/did',
  activity: 'http://example.org/it',
  registration: ID,
  related_activities: 'true',
  related_agents: 'false',
  since: '2026-01-31T12:00:00Z',
  until: '2026-01-31T12:00:00Z',
  limit: '1',
  ascending: 'true',
};

/** The parameters of GET /statements (Communication §2.1.3), each with its rule. */
export const PARAMETER_RULES = {
  statementId: parameter('XAPI-00158', 'statementId', 'is the UUID of a statement', {
    accepts: [ID, ID.toUpperCase()],
    rejects: ['wrong', ''],
  }),
  voidedStatementId: parameter(
    'XAPI-00157',
    'voidedStatementId',
    'is the UUID of a voided statement',
    {
      accepts: [ID],
      rejects: ['wrong', ''],
    },
  ),
  agent: parameter('XAPI-00181', 'agent', 'is an Agent or an identified Group, in JSON', {
    accepts: [AGENT, '{"objectType":"Group","mbox":"mailto:crew@example.org"}'],
    rejects: [
      'ada',
      '"ada"',
      '{}',
      '{"mbox":"ada@example.org"}',
      '{"mbox":"mailto:ada@example.org","openid":"http://a.org"}',
      '{"mbox":"mailto:ada@example.org","mbox":"mailto:ada@example.org"}',
      '{"objectType":"Group","member":[{"mbox":"mailto:ada@example.org"}]}',
    ],
  }),
  verb: parameter('XAPI-00180', 'verb', 'is the IRI of a verb', {
    accepts: ['http://example.org/did'],
    rejects: ['did', ''],
  }),
  activity: parameter('XAPI-00179', 'activity', 'is the IRI of an activity', {
    accepts: ['http://example.org/it'],
    rejects: ['it.example.org', ''],
  }),
  registration: parameter('XAPI-00178', 'registration', 'is a UUID', {
    accepts: [ID],
    rejects: ['spring', ''],
  }),
  related_activities: parameter('XAPI-00177', 'related_activities', 'is true or false', BOOLEAN),
  related_agents: parameter('XAPI-00176', 'related_agents', 'is true or false', BOOLEAN),
  since: parameter('XAPI-00175', 'since', 'is a timestamp', {
    accepts: ['2026-01-31T12:00:00.123456Z'],
    rejects: ['yesterday', '2026-02-30T00:00:00Z'],
  }),
  until: parameter('XAPI-00174', 'until', 'is a timestamp', {
    accepts: ['2026-01-31T12:00:00+01:00'],
    rejects: ['tomorrow', '2026-01-31T12:00:00-00:00'],
  }),
  limit: parameter(
    'XAPI-00173',
    'limit',
    'is a whole number; 0 asks for as many as the server gives',
    {
      accepts: ['0', '1', '100000'],
      rejects: ['-1', '1.5', 'all', '', '1e3'],
    },
  ),
  format: parameter('XAPI-00168', 'format', 'is ids, exact or canonical, and exact when absent', {
    accepts: ['ids', 'exact', 'canonical'],
    rejects: ['Exact', 'full', ''],
  }),
  attachments: parameter('XAPI-00167', 'attachments', 'is true or false', BOOLEAN),
  ascending: parameter('XAPI-00166', 'ascending', 'is true or false', BOOLEAN),
} satisfies Readonly<Record<string, QueryRule>>;

export type ParameterName = keyof typeof PARAMETER_RULES;

export const sameStandards: QueryRule = {
  id: 'XAPI-00012',
  spec: 'Data 2.2',
  title: 'A parameter is held to the standards of the same value in a statement',
  query: true,
  accepts: [{ verb: 'http://example.org/did', registration: ID }],
  rejects: [
    { statementId: 'wrong' },
    { voidedStatementId: 'wrong' },
    { agent: 'wrong' },
    { verb: 'not.a.valid.iri/verb' },
    { activity: 'not.a.valid.iri/activity' },
    { registration: 'wrong' },
  ],
};

export const statementIdAlone: QueryRule = alone('XAPI-00151', 'statementId');
export const voidedStatementIdAlone: QueryRule = alone('XAPI-00150', 'voidedStatementId');

export const knownParameters: QueryRule = {
  id: 'XAPI-00324',
  spec: 'Communication 3.2',
  title: 'A parameter that the resource does not know is refused',
  query: true,
  accepts: [{}],
  rejects: [{ foo: 'bar' }, { constructor: 'x' }, { toString: '1' }],
};

export const parameterCase: QueryRule = {
  id: 'XAPI-00325',
  spec: 'Communication 3.2',
  title: 'A parameter is written in the case of the specification',
  query: true,
  accepts: [{ statementId: ID }],
  rejects: [{ StatementId: ID }, { statementid: ID }, { Related_Agents: 'true' }, { LIMIT: '1' }],
};

export const QUERY_RULES: readonly QueryRule[] = [
  ...Object.values(PARAMETER_RULES),
  sameStandards,
  statementIdAlone,
  voidedStatementIdAlone,
  knownParameters,
  parameterCase,
];

function parameter(
  id: string,
  name: string,
  meaning: string,
  values: { readonly accepts: readonly string[]; readonly rejects: readonly string[] },
): QueryRule {
  const examples = (list: readonly string[]): readonly QueryExample[] =>
    list.map((value) => ({ [name]: value }));
  return {
    id,
    spec: 'Communication 2.1.3',
    title: `${name} ${meaning}`,
    query: true,
    accepts: examples(values.accepts),
    rejects: examples(values.rejects),
  };
}

function alone(id: string, name: string): QueryRule {
  return {
    id,
    spec: 'Communication 2.1.3',
    title: `${name} goes with format and attachments only`,
    query: true,
    accepts: [{ [name]: ID, format: 'ids', attachments: 'true' }],
    rejects: Object.entries(VALID).map(([other, value]) => ({ [name]: ID, [other]: value })),
  };
}
