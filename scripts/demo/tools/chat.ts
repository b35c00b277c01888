/**
 * Team chat: people ask, answer, comment and share where they work. Verbs of Activity Streams and ADL,
 * accounts of its own, xAPI 2.0 with contextAgents for whom a message mentions.
 */
import type { Activity, ContextAgent } from '../../../statements/statement.ts';
import { visitMonth, type Visitor } from '../activity.ts';
import { DOMAIN } from '../names.ts';
import { findObserver } from '../learning-plan.ts';
import { pickWorkMoment } from '../organisation.ts';
import {
  describeVerb,
  formatTimestamp,
  identifyByAccount,
  send,
  type SentStatement,
  type World,
} from './sent-statement.ts';

const ACTIONS = [
  { verb: describeVerb('http://adlnet.gov/expapi/verbs/commented', 'commented'), says: true },
  { verb: describeVerb('http://adlnet.gov/expapi/verbs/answered', 'answered'), says: true },
  { verb: describeVerb('http://adlnet.gov/expapi/verbs/asked', 'asked'), says: true },
  { verb: describeVerb('http://adlnet.gov/expapi/verbs/shared', 'shared'), says: false },
  { verb: describeVerb('http://activitystrea.ms/schema/1.0/share', 'shared'), says: false },
] as const;
/** A vote, not a trace of learning: never all that somebody does in a month. */
const LIKE = {
  verb: describeVerb('http://activitystrea.ms/schema/1.0/like', 'liked'),
  says: false,
} as const;
const LIKE_SHARE = 0.1;

const CHANNELS = {
  FRONTLINE: ['bakery-tips', 'till-talk', 'shelf-pictures', 'new-here', 'shift-swap-know-how'],
  DESK: [
    'buying-room',
    'numbers-club',
    'ask-it',
    'people-matters',
    'range-ideas',
    'plan-and-promo',
  ],
} as const;

const LINES = [
  'Here is how we did it last week, with a picture.',
  'Does anyone have the short version of this?',
  'Works. We tried it on the early shift.',
  'See the card from yesterday, it has the answer.',
  'Thank you, that saved me an hour.',
  'Careful, the new label printer does it differently.',
  'Pinning this for the newcomers.',
  'Who could show me on Thursday?',
] as const;

const MESSAGES_A_MONTH = { DESK: 5, FRONTLINE: 1.6 } as const;
const ON_PHONE_SHARE = { DESK: 0.25, FRONTLINE: 1 } as const;
const MENTION_SHARE = 0.15;

export function* chat(world: World, month: number): Generator<SentStatement> {
  const visitors = visitMonth(world.seed, 'chat', world.organisation, world.calendar, month);
  for (const visitor of visitors) {
    const { assignment, random } = visitor;
    // At least one: whoever is active in a month leaves a trace here, if nowhere else.
    const messages = Math.max(
      1,
      Math.round(MESSAGES_A_MONTH[assignment.segment] * random.between(0.4, 1.6)),
    );
    for (let i = 0; i < messages; i += 1)
      yield writeMessage(world, visitor, i > 0 && random.chance(LIKE_SHARE));
  }
}

function writeMessage(world: World, visitor: Visitor, likes: boolean): SentStatement {
  const { person, assignment, random, from, to } = visitor;
  const at = pickWorkMoment(random, assignment.segment, from, to);
  const { verb, says } = likes ? LIKE : random.pick(ACTIONS);
  const boss = findObserver(world.organisation, person, at);
  const mentioned: readonly ContextAgent[] =
    says && boss !== null && random.chance(MENTION_SHARE)
      ? [
          {
            objectType: 'contextAgent',
            agent: identifyByAccount('chat', boss),
            relevantTypes: [`https://chat.${DOMAIN}/relations/mentioned`],
          },
        ]
      : [];
  return send('chat', at + random.integer(200, 3_000), {
    id: random.uuid(),
    actor: identifyByAccount('chat', person),
    verb,
    object: describeThread(random.pick(CHANNELS[assignment.segment]), random.integer(1, 400)),
    ...(says ? { result: { response: random.pick(LINES) } } : {}),
    context: {
      platform: random.chance(ON_PHONE_SHARE[assignment.segment]) ? 'chat-mobile' : 'chat-desktop',
      ...(mentioned.length === 0 ? {} : { contextAgents: mentioned }),
    },
    timestamp: formatTimestamp(at),
    version: '2.0.0',
  });
}

function describeThread(channel: string, number: number): Activity {
  return {
    objectType: 'Activity',
    id: `https://chat.${DOMAIN}/channels/${channel}/threads/${number}`,
    definition: {
      name: { 'en-US': `#${channel}, thread ${number}` },
      type: 'http://id.tincanapi.com/activitytype/discussion',
    },
  };
}
