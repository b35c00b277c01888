import type { Condition, DefaultRule } from './rule.ts';
import { adlTypes, dodIsdVerbs, tlaVerbs } from './vocabularies.ts';

const simulated: readonly Condition[] = [
  { activityTypes: adlTypes('simulation') },
  { contextActivityTypes: adlTypes('simulation') },
];

export const APPLIED_RULES: readonly DefaultRule[] = [
  {
    id: 'applied.on-the-job',
    title: 'A verb of use on the job, with a link to a known skill, outside simulations',
    kind: 'APPLIED',
    when: {
      // `applied` is missing on purpose: that vocabulary defines it as "be relevant".
      verbs: dodIsdVerbs('performed', 'used', 'executed', 'operated', 'implemented'),
    },
    unless: simulated,
    examples: [
      {
        title: 'performing a task is an application, once a known skill is linked',
        statement: { verb: { id: 'https://w3id.org/xapi/dod-isd/verbs/performed' } },
        events: ['APPLIED'],
      },
      {
        title: 'the verb named applied is not one',
        statement: { verb: { id: 'https://w3id.org/xapi/dod-isd/verbs/applied' } },
        events: [],
      },
      {
        title: 'performing in a simulation is practice',
        statement: {
          verb: { id: 'https://w3id.org/xapi/dod-isd/verbs/performed' },
          object: {
            id: 'https://example.org/sim',
            definition: { type: 'http://adlnet.gov/expapi/activities/simulation' },
          },
        },
        events: [],
      },
      {
        title: 'a task inside a simulation is practice too',
        statement: {
          verb: { id: 'https://w3id.org/xapi/dod-isd/verbs/operated' },
          context: {
            contextActivities: {
              parent: {
                id: 'https://example.org/sim',
                definition: { type: 'http://adlnet.gov/expapi/activities/simulation' },
              },
            },
          },
        },
        events: [],
      },
    ],
  },
  {
    id: 'applied.competence',
    title:
      'A competence that somebody asserted, verified or certified, with a link to a known skill',
    kind: 'APPLIED',
    when: { verbs: tlaVerbs('asserted', 'verified', 'certified') },
    unless: simulated,
    examples: [
      {
        title: 'an asserted competence is an application and no learning activity',
        statement: { verb: { id: 'https://w3id.org/xapi/tla/verbs/asserted' } },
        events: ['APPLIED'],
      },
      {
        title: 'a competence that a system inferred is none',
        statement: { verb: { id: 'https://w3id.org/xapi/tla/verbs/inferred' } },
        events: [],
      },
    ],
  },
  {
    id: 'applied.skill-extensions',
    title: 'Extensions whose values name the skills that were used',
    skillExtensions: ['https://w3id.org/xapi/acrossx/extensions/alignment'],
    examples: [],
  },
  {
    id: 'applied.observer-extensions',
    title: 'Extensions that name who observed the use',
    observerExtensions: ['http://id.tincanapi.com/extension/observer'],
    examples: [],
  },
];
