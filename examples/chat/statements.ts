/** What a chat sends, as an xAPI statement. Change this file: it says what counts in your house. */
import { createHash } from 'node:crypto';

export interface SlackCallback {
  readonly team_id: string;
  readonly event_id: string;
  readonly event: {
    readonly type: string;
    readonly subtype?: string;
    readonly bot_id?: string;
    readonly user?: string;
    readonly channel?: string;
    readonly ts?: string;
    readonly thread_ts?: string;
    readonly event_ts: string;
    readonly reaction?: string;
    readonly item?: { readonly type: string; readonly channel?: string; readonly ts?: string };
  };
}

export interface TeamsMessage {
  readonly id: string;
  readonly timestamp: string;
  readonly text?: string;
  readonly from: { readonly id: string; readonly aadObjectId?: string };
  readonly conversation: { readonly id: string };
  readonly channelData?: {
    readonly teamsChannelId?: string;
    readonly tenant?: { readonly id: string };
  };
}

/** A channel's id, and the skill that is talked about there. */
export type Skills = Readonly<Record<string, string>>;

/** The reaction that means: I did this at work. Any other is a like, and counts as nothing. */
const USED_IT = 'hammer_and_wrench';
const DISCUSSION = 'http://id.tincanapi.com/activitytype/discussion';
const VERBS = {
  commented: 'http://adlnet.gov/expapi/verbs/commented',
  shared: 'http://adlnet.gov/expapi/verbs/shared',
  used: 'https://w3id.org/xapi/dod-isd/verbs/used',
} as const;

/** Null for what is nobody's doing, or says nothing: bots, edits, joining a channel, other reactions. */
export function readSlack(callback: SlackCallback, skills: Skills): object | null {
  const { team_id: team, event_id: id, event } = callback;
  const verb = findVerb(event);
  const channel = event.item?.channel ?? event.channel;
  const thread = event.item?.ts ?? event.thread_ts ?? event.ts;
  if (verb === null || event.user === undefined || channel === undefined || thread === undefined)
    return null;
  return makeStatement({
    id: `slack ${team} ${id}`,
    account: { homePage: `https://app.slack.com/client/${team}`, name: event.user },
    verb,
    thread: `https://app.slack.com/client/${team}/${channel}/${thread}`,
    skill: verb === 'used' ? skills[channel] : undefined,
    platform: 'slack',
    timestamp: new Date(Number(event.event_ts) * 1000).toISOString(),
  });
}

function findVerb(event: SlackCallback['event']): keyof typeof VERBS | null {
  if (event.type === 'reaction_added') return event.reaction === USED_IT ? 'used' : null;
  if (event.type !== 'message' || event.bot_id !== undefined) return null;
  if (event.subtype === 'file_share') return 'shared';
  return event.subtype === undefined ? 'commented' : null;
}

/** `@Praxis used it` is use at work; whatever else somebody tells the webhook is a comment. */
export function readTeams(message: TeamsMessage, skills: Skills): object {
  const said = (message.text ?? '').replace(/<at>.*?<\/at>|<[^>]*>|&nbsp;/g, ' ').trim();
  const verb = /^used\b/i.test(said) ? 'used' : 'commented';
  const channel =
    message.channelData?.teamsChannelId ?? message.conversation.id.split(';')[0] ?? '';
  return makeStatement({
    id: `teams ${message.conversation.id} ${message.id}`,
    account: {
      homePage: `https://login.microsoftonline.com/${message.channelData?.tenant?.id ?? 'common'}`,
      name: message.from.aadObjectId ?? message.from.id,
    },
    verb,
    thread: `https://teams.microsoft.com/l/message/${encodeURIComponent(channel)}/${message.id}`,
    skill: verb === 'used' ? skills[channel] : undefined,
    platform: 'teams',
    timestamp: message.timestamp,
  });
}

interface Happening {
  /** What the chat calls this event: the same one gives the same statement, however often it is sent. */
  readonly id: string;
  readonly account: { readonly homePage: string; readonly name: string };
  readonly verb: keyof typeof VERBS;
  readonly thread: string;
  readonly skill: string | undefined;
  readonly platform: string;
  readonly timestamp: string;
}

function makeStatement(happening: Happening): object {
  const { id, account, verb, thread, skill, platform, timestamp } = happening;
  return {
    id: makeUuid(id),
    actor: { account },
    verb: { id: VERBS[verb], display: { en: verb } },
    object: { id: thread, definition: { type: DISCUSSION } },
    context: {
      platform,
      ...(skill === undefined ? {} : { contextActivities: { other: [{ id: skill }] } }),
    },
    timestamp,
  };
}

/** Made of a name, so of version 8 (RFC 9562 §5.8). */
function makeUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}
