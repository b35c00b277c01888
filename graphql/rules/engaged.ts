import type { DefaultRule } from './rule.ts';
import {
  acrossXVerbs,
  activityStreams,
  adlVerbs,
  dodIsdVerbs,
  tinCanVerbs,
  tlaVerbs,
  videoVerbs,
} from './vocabularies.ts';

export const ENGAGED_RULES: readonly DefaultRule[] = [
  {
    id: 'engaged.learning-activity',
    title: 'A verb of learning activity: the person did something with learning material',
    kind: 'ENGAGED',
    when: {
      // Not here: enrolment, logging in, and what a system concludes by itself (registered, waived,
      // satisfied, abandoned, earned), since the person need not have been there; likes and votes, which
      // are ratings.
      verbs: [
        ...adlVerbs(
          'answered',
          'asked',
          'attempted',
          'attended',
          'commented',
          'completed',
          'exited',
        ),
        ...adlVerbs('experienced', 'failed', 'initialized', 'interacted', 'launched', 'mastered'),
        ...adlVerbs(
          'passed',
          'progressed',
          'responded',
          'resumed',
          'scored',
          'shared',
          'suspended',
        ),
        ...adlVerbs('terminated'),
        ...videoVerbs('played', 'paused', 'seeked'),
        ...acrossXVerbs('annotated', 'posted', 'revealed', 'searched', 'watched'),
        ...tlaVerbs('assessed', 'attended', 'captured', 'experienced', 'explored', 'mastered'),
        ...tlaVerbs('resumed', 'socialized', 'suspended'),
        ...activityStreams('access', 'attend', 'complete', 'consume', 'experience', 'interact'),
        ...activityStreams('listen', 'open', 'play', 'read', 'search', 'share', 'start', 'submit'),
        ...activityStreams('terminate', 'watch'),
        ...tinCanVerbs('bookmarked', 'downloaded', 'focused', 'paused', 'previewed', 'replied'),
        ...tinCanVerbs('requested-attention', 'reviewed', 'selected', 'skipped', 'viewed'),
      ],
    },
    examples: [
      {
        title: 'playing a video is engagement',
        statement: { verb: { id: 'https://w3id.org/xapi/video/verbs/played' } },
        events: ['ENGAGED'],
      },
      {
        title: 'the https spelling of an ADL verb is the same verb',
        statement: { verb: { id: 'https://adlnet.gov/expapi/verbs/launched' } },
        events: ['ENGAGED'],
      },
      {
        title: 'a failed attempt is engagement too',
        statement: { verb: { id: 'http://adlnet.gov/expapi/verbs/failed' } },
        events: ['ENGAGED'],
      },
      {
        title: 'being enrolled is not engagement',
        statement: { verb: { id: 'http://adlnet.gov/expapi/verbs/registered' } },
        events: [],
      },
      {
        title: 'an LMS that waives a course has seen nobody learn',
        statement: { verb: { id: 'https://w3id.org/xapi/adl/verbs/waived' } },
        events: [],
      },
      {
        title: 'use on the job is not engagement',
        statement: { verb: { id: dodIsdVerbs('used')[0] } },
        events: ['APPLIED'],
      },
    ],
  },
];
