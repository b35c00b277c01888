import type { DefaultRule } from './rule.ts';
import { acrossXTypes, adlTypes, tinCanTypes, tlaTypes } from './vocabularies.ts';

export const ASSESSED_RULES: readonly DefaultRule[] = [
  {
    id: 'assessed.score',
    title: 'A score on an activity that is an assessment',
    kind: 'ASSESSED',
    when: {
      score: true,
      // Questions and interactions are parts of an assessment: with them one attempt would count many times.
      activityTypes: [
        ...adlTypes('assessment'),
        ...tlaTypes('assessment'),
        ...acrossXTypes('printed-assessment'),
        ...tinCanTypes('school-assignment'),
      ],
    },
    examples: [
      {
        title: 'a scored assessment, whatever the verb',
        statement: {
          verb: { id: 'https://example.org/verbs/graded' },
          object: {
            id: 'https://example.org/exam',
            definition: { type: 'http://adlnet.gov/expapi/activities/assessment' },
          },
          result: { score: { scaled: 0.8 } },
        },
        events: ['ASSESSED'],
      },
      {
        title: 'a question of the assessment is not assessed by itself',
        statement: {
          verb: { id: 'http://adlnet.gov/expapi/verbs/answered' },
          object: {
            id: 'https://example.org/exam/1',
            definition: { type: 'http://adlnet.gov/expapi/activities/question' },
          },
          result: { score: { scaled: 1 } },
        },
        events: ['ENGAGED'],
      },
      {
        title: 'an assessment without a score tells no level',
        statement: {
          verb: { id: 'http://adlnet.gov/expapi/verbs/attempted' },
          object: {
            id: 'https://example.org/exam',
            definition: { type: 'http://adlnet.gov/expapi/activities/assessment' },
          },
        },
        events: ['ENGAGED'],
      },
    ],
  },
];
