import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { VOIDED_VERB, type XapiVersion } from '../../statements/statement.ts';

/** Statements that the rules of a version must accept, in all the shapes that they allow. */
export function arbitraryStatement(version: XapiVersion): Arbitrary<object> {
  const context = arbitraryContext(version);
  const common = {
    verb,
    result,
    context,
    timestamp,
    attachments: fc.array(attachment, { maxLength: 2 }),
  };
  const inner = {
    ...common,
    actor,
    objectType: fc.constant('SubStatement'),
    object: fc.oneof(activity, objectActor, statementRef),
  };
  const subStatement = fc.record(inner, {
    requiredKeys: ['actor', 'verb', 'object', 'objectType'],
  });
  return fc
    .record(
      {
        ...common,
        id: uuid,
        actor,
        object: fc.oneof(activity, objectActor, statementRef, subStatement.map(fitContext)),
        stored: timestamp,
        authority: fc.oneof(
          agent,
          fc.tuple(agent, agent).map((member) => ({ objectType: 'Group', member })),
        ),
        version: fc.constantFrom('1.0.0', '1.0.3', ...(version === '2.0.0' ? ['2.0.0'] : [])),
      },
      { requiredKeys: ['actor', 'verb', 'object'] },
    )
    .chain((statement) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(statement) },
        statementRef.map((object) => ({ ...statement, verb: { id: VOIDED_VERB }, object })),
      ),
    )
    .map(fitContext);
}

/** revision and platform go with an activity only. */
function fitContext<T extends { object: object; context?: object | undefined }>(statement: T): T {
  const { objectType = 'Activity' } = statement.object as { objectType?: string };
  if (objectType === 'Activity' || statement.context === undefined) return statement;
  const context: Record<string, unknown> = { ...statement.context };
  delete context.revision;
  delete context.platform;
  return { ...statement, context };
}

const optional = { requiredKeys: [] };
const uuid = fc.uuid().chain((id) => fc.constantFrom(id, id.toUpperCase()));
const iri = fc.oneof(
  fc.webUrl({ withFragments: true }).filter((url) => !/[|\\^`{}]/.test(url)),
  fc.constantFrom('tag:example.org,2026:x', 'urn:a:b', 'course-v1:Org+1+é'),
);
const text = fc.string({ unit: 'grapheme' });
const tag = fc.constantFrom('en', 'en-GB', 'de-AT', 'zh-Hans-CN', 'es-419', 'x-own');
const languageMap = fc.dictionary(tag, text, { maxKeys: 3 });
const extensions = fc.dictionary(iri, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });

const timestamp = fc
  .tuple(
    fc.date({ min: new Date('1970-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }),
    fc.constantFrom('', '.5', '.123', '.123456789', ',25'),
    fc.constantFrom('Z', '+00:00', '+05:30', '-0800', '+02', ''),
  )
  .map(([date, fraction, zone]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`);

const duration = fc.constantFrom(
  'PT0S',
  'P4W',
  'PT1H30M',
  'P3Y1M29DT4H35M59.14S',
  'PT0.001S',
  'P1D',
);
const name = fc.option(text, { nil: undefined });
const account = fc.record({ homePage: iri, name: text });
const identifier = fc.oneof(
  fc.constantFrom('ada', 'bob+x', 'ç').map((local) => ({ mbox: `mailto:${local}@example.org` })),
  fc.constant({ mbox_sha1sum: 'cd9b00a5611f94eaa7b1661edab976068e364975' }),
  iri.map((openid) => ({ openid })),
  account.map((value) => ({ account: value })),
);

const agent = fc
  .tuple(identifier, fc.option(fc.constant('Agent'), { nil: undefined }), name)
  .map(([id, objectType, called]) => ({
    ...id,
    ...(objectType && { objectType }),
    ...(called !== undefined && { name: called }),
  }));
const anonymousGroup = fc.record({
  objectType: fc.constant('Group'),
  member: fc.array(agent, { minLength: 1, maxLength: 3 }),
});
const identifiedGroup = fc
  .tuple(identifier, fc.option(fc.array(agent, { maxLength: 2 }), { nil: undefined }))
  .map(([id, member]) => ({ objectType: 'Group', ...id, ...(member && { member }) }));
const group = fc
  .tuple(fc.oneof(anonymousGroup, identifiedGroup), name)
  .map(([one, called]) => ({ ...one, ...(called !== undefined && { name: called }) }));
const actor = fc.oneof(agent, group);
const objectActor = fc.oneof(
  agent.map((value) => ({ ...value, objectType: 'Agent' })),
  group,
);
const verb = fc.record({ id: iri, display: languageMap }, { requiredKeys: ['id'] });
const statementRef = fc.record({ objectType: fc.constant('StatementRef'), id: uuid });

const components = fc.uniqueArray(
  fc.record({ id: text, description: languageMap }, { requiredKeys: ['id'] }),
  {
    selector: ({ id }) => id,
    maxLength: 3,
  },
);
const COMPONENTS_OF = {
  choice: ['choices'],
  sequencing: ['choices'],
  likert: ['scale'],
  matching: ['source', 'target'],
  performance: ['steps'],
  'true-false': [],
  'fill-in': [],
  'long-fill-in': [],
  numeric: [],
  other: [],
} as const;
const interaction = fc
  .constantFrom(...Object.entries(COMPONENTS_OF))
  .chain(([interactionType, lists]) =>
    fc.record(
      {
        interactionType: fc.constant(interactionType),
        correctResponsesPattern: fc.array(text, { maxLength: 3 }),
        ...Object.fromEntries(lists.map((list) => [list, components])),
      },
      { requiredKeys: ['interactionType'] },
    ),
  );
const definition = fc
  .tuple(
    fc.record(
      { name: languageMap, description: languageMap, type: iri, moreInfo: iri, extensions },
      optional,
    ),
    fc.option(interaction, { nil: undefined }),
  )
  .map(([plain, asked]) => ({ ...plain, ...asked }));
const activity = fc.record(
  { id: iri, objectType: fc.constant('Activity'), definition },
  { requiredKeys: ['id'] },
);

const score = fc
  .tuple(
    fc.uniqueArray(number, { minLength: 3, maxLength: 3 }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  )
  .map(([values, scaled]) => {
    const [min, raw, max] = values.sort((a, b) => a - b);
    return { min, raw, max, scaled };
  });
const result = fc.record(
  { score, success: fc.boolean(), completion: fc.boolean(), response: text, duration, extensions },
  optional,
);
const attachment = fc.record(
  {
    usageType: iri,
    display: languageMap,
    description: languageMap,
    contentType: fc.constantFrom('text/plain', 'application/json; charset=utf-8'),
    length: fc.nat(),
    sha2: fc.constantFrom('a'.repeat(64), 'F'.repeat(128)),
    fileUrl: iri,
  },
  { requiredKeys: ['usageType', 'display', 'contentType', 'length', 'sha2'] },
);

function arbitraryContext(version: XapiVersion): Arbitrary<object> {
  const activities = fc.oneof(activity, fc.array(activity, { maxLength: 2 }));
  const relevantTypes = fc.array(iri, { minLength: 1, maxLength: 2 });
  const kinds = {
    parent: activities,
    grouping: activities,
    category: activities,
    other: activities,
  };
  const common = {
    registration: uuid,
    instructor: actor,
    team: group,
    contextActivities: fc.record(kinds, optional),
    revision: text,
    platform: text,
    language: tag,
    statement: statementRef,
    extensions,
  };
  if (version === '1.0.3') return fc.record(common, optional);
  const contextAgent = fc.record(
    { objectType: fc.constant('contextAgent'), agent, relevantTypes },
    { requiredKeys: ['objectType', 'agent'] },
  );
  const contextGroup = fc.record(
    { objectType: fc.constant('contextGroup'), group, relevantTypes },
    { requiredKeys: ['objectType', 'group'] },
  );
  return fc.record(
    { ...common, contextAgents: fc.array(contextAgent), contextGroups: fc.array(contextGroup) },
    optional,
  );
}
