import type { DefaultRule } from './rule.ts';
import { activityStreams, tinCanVerbs, tinCanTypes } from './vocabularies.ts';

export const RATED_RULES: readonly DefaultRule[] = [
  {
    id: 'rated.verb',
    title: 'A verb of rating',
    kind: 'RATED',
    when: { verbs: tinCanVerbs('rated') },
    examples: [
      {
        title: 'rating is not engagement',
        statement: {
          verb: { id: 'http://id.tincanapi.com/verb/rated' },
          result: { score: { scaled: 0.8 } },
        },
        events: ['RATED'],
      },
    ],
  },
  {
    id: 'rated.feedback-score',
    title: 'A score on an activity that asks for feedback',
    kind: 'RATED',
    when: { score: true, activityTypes: [...tinCanTypes('survey'), ...activityStreams('review')] },
    examples: [
      {
        title: 'the score of a survey is a rating and no assessment',
        statement: {
          verb: { id: 'https://example.org/verbs/submitted' },
          object: {
            id: 'https://example.org/survey',
            definition: { type: 'http://id.tincanapi.com/activitytype/survey' },
          },
          result: { score: { raw: 4, min: 1, max: 5 } },
        },
        events: ['RATED'],
      },
      {
        title: 'a survey without a score rates nothing',
        statement: {
          verb: { id: 'https://example.org/verbs/submitted' },
          object: {
            id: 'https://example.org/survey',
            definition: { type: 'http://id.tincanapi.com/activitytype/survey' },
          },
        },
        events: [],
      },
    ],
  },
];
