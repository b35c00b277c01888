import type { BehaviourRule, JsonObject } from './rule.ts';

const ACTIVITY = {
  objectType: 'Activity',
  id: 'http://example.org/it',
  definition: { name: { 'en-US': 'Color', 'en-GB': 'Colour' }, type: 'http://example.org/type' },
};
const VERB = { id: 'http://example.org/did', display: { 'en-US': 'did', 'en-GB': 'did, rather' } };
const CREW = {
  objectType: 'Group',
  name: 'Crew',
  member: [{ objectType: 'Agent', name: 'Bob', mbox: 'mailto:bob@example.org' }],
};
const GIVEN: JsonObject = {
  '/actor': CREW,
  '/verb': VERB,
  '/object': { objectType: 'SubStatement', actor: CREW, verb: VERB, object: ACTIVITY },
  '/context': { contextActivities: { parent: ACTIVITY } },
};

/** What `format` and Accept-Language make of a stored statement (Communication §2.1.3). */
export const FORMAT_RULES: readonly BehaviourRule[] = [
  {
    id: 'XAPI-00169',
    spec: 'Communication 2.1.3',
    title: 'canonical gives activities and verbs one language',
    behaviour: 'formatStatement',
    accepts: [
      {
        given: GIVEN,
        format: 'canonical',
        acceptLanguage: 'en-GB',
        expect: {
          '/actor': CREW,
          '/verb/display': { 'en-GB': 'did, rather' },
          '/object/verb/display': { 'en-GB': 'did, rather' },
          '/object/object/definition/name': { 'en-GB': 'Colour' },
          '/object/object/definition/type': 'http://example.org/type',
        },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00172',
    spec: 'Communication 2.1.3',
    title: 'canonical picks each language by Accept-Language, map by map',
    behaviour: 'formatStatement',
    accepts: [
      {
        given: {
          '/verb/display': { en: 'did', de: 'tat' },
          '/object/definition': { name: { fr: 'cela', en: 'it' } },
        },
        format: 'canonical',
        acceptLanguage: 'de, fr;q=0.8, en;q=0.1',
        expect: { '/verb/display': { de: 'tat' }, '/object/definition/name': { fr: 'cela' } },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00170',
    spec: 'Communication 2.1.3',
    title: 'exact gives all as it was received',
    behaviour: 'formatStatement',
    accepts: [
      {
        given: GIVEN,
        format: 'exact',
        acceptLanguage: 'en-GB',
        expect: { '/actor': CREW, '/verb': VERB, '/object/object': ACTIVITY },
      },
    ],
    rejects: [],
  },
  {
    id: 'XAPI-00171',
    spec: 'Communication 2.1.3',
    title: 'ids gives what identifies agents, groups, verbs and activities, and no more of them',
    behaviour: 'formatStatement',
    accepts: [
      {
        given: GIVEN,
        format: 'ids',
        expect: {
          '/actor': {
            objectType: 'Group',
            member: [{ objectType: 'Agent', mbox: 'mailto:bob@example.org' }],
          },
          '/verb': { id: VERB.id },
          '/object/verb': { id: VERB.id },
          '/object/object': { id: ACTIVITY.id },
          '/context/contextActivities/parent': [{ id: ACTIVITY.id }],
        },
      },
      {
        given: {
          '/actor': {
            objectType: 'Group',
            name: 'Crew',
            mbox: 'mailto:crew@example.org',
            member: CREW.member,
          },
        },
        format: 'ids',
        expect: { '/actor': { objectType: 'Group', mbox: 'mailto:crew@example.org' } },
      },
    ],
    rejects: [],
  },
];
