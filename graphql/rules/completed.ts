import type { Condition, DefaultRule } from './rule.ts';
import { activityStreams, adlVerbs, cmi5Verbs, tlaVerbs } from './vocabularies.ts';

const unsuccessful: Condition = { success: false };

export const COMPLETED_RULES: readonly DefaultRule[] = [
  {
    id: 'completed.verb',
    title: 'A verb of completion, on a known course, unless the result was no success',
    kind: 'COMPLETED',
    when: {
      verbs: [
        ...adlVerbs('completed', 'passed', 'mastered'),
        ...cmi5Verbs('satisfied'),
        ...tlaVerbs('mastered'),
        ...activityStreams('complete', 'satisfy'),
      ],
    },
    unless: [unsuccessful],
    examples: [
      {
        title: 'completing is also engagement',
        statement: { verb: { id: 'http://adlnet.gov/expapi/verbs/completed' } },
        events: ['ENGAGED', 'COMPLETED'],
      },
      {
        title: 'an LMS that finds a course satisfied reports a completion and no activity',
        statement: { verb: { id: 'https://w3id.org/xapi/adl/verbs/satisfied' } },
        events: ['COMPLETED'],
      },
      {
        title: 'completed without success is no completion',
        statement: {
          verb: { id: 'http://adlnet.gov/expapi/verbs/completed' },
          result: { success: false, completion: true },
        },
        events: ['ENGAGED'],
      },
    ],
  },
  {
    id: 'completed.result',
    title: 'A result that says completion, on a known course, unless it was no success',
    kind: 'COMPLETED',
    when: { completion: true },
    unless: [unsuccessful],
    examples: [
      {
        title: 'any verb can carry the completion',
        statement: {
          verb: { id: 'http://adlnet.gov/expapi/verbs/terminated' },
          result: { completion: true },
        },
        events: ['ENGAGED', 'COMPLETED'],
      },
      {
        title: 'a result that denies completion is none',
        statement: {
          verb: { id: 'http://adlnet.gov/expapi/verbs/terminated' },
          result: { completion: false },
        },
        events: ['ENGAGED'],
      },
    ],
  },
];
