import type { DefaultRule } from './rule.ts';
import { acrossXVerbs, activityStreams, adlVerbs } from './vocabularies.ts';

export const CONTRIBUTED_RULES: readonly DefaultRule[] = [
  {
    id: 'contributed.authoring',
    title: 'A verb of making something for others to learn from',
    kind: 'CONTRIBUTED',
    when: {
      verbs: [
        ...adlVerbs('authored', 'created'),
        ...acrossXVerbs('designed', 'edited'),
        ...activityStreams('author', 'create', 'present', 'publish'),
      ],
    },
    examples: [
      {
        title: 'authoring is a contribution, and not learning',
        statement: { verb: { id: 'http://activitystrea.ms/schema/1.0/author' } },
        events: ['CONTRIBUTED'],
      },
      {
        title: 'deleting is no contribution',
        statement: { verb: { id: 'http://activitystrea.ms/schema/1.0/delete' } },
        events: [],
      },
    ],
  },
  {
    id: 'contributed.sharing',
    title: 'A verb of giving something to others to learn from',
    kind: 'CONTRIBUTED',
    when: {
      verbs: [
        ...adlVerbs('shared'),
        ...acrossXVerbs('posted'),
        ...activityStreams('share', 'post'),
      ],
    },
    examples: [
      {
        title: 'sharing is engagement and a contribution',
        statement: { verb: { id: 'http://adlnet.gov/expapi/verbs/shared' } },
        events: ['ENGAGED', 'CONTRIBUTED'],
      },
      {
        title: 'a comment stays engagement only',
        statement: { verb: { id: 'http://adlnet.gov/expapi/verbs/commented' } },
        events: ['ENGAGED'],
      },
    ],
  },
];
