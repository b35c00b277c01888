/** What all five tools share: how they name people, and the envelope a statement travels in. */
import type { Agent, Statement, Verb, XapiVersion } from '../../../statements/statement.ts';
import type { Calendar } from '../calendar.ts';
import { DOMAIN } from '../names.ts';
import type { LearningPlan } from '../learning-plan.ts';
import type { Organisation, Person } from '../organisation.ts';

export const TOOLS = ['lms', 'video', 'chat', 'shift-app', 'operations'] as const;
export type Tool = (typeof TOOLS)[number];

/** The version each tool speaks; it sends nothing else. */
export const TOOL_VERSIONS: Readonly<Record<Tool, XapiVersion>> = {
  lms: '1.0.3',
  video: '1.0.3',
  chat: '2.0.0',
  'shift-app': '2.0.0',
  operations: '1.0.3',
};

export const NOISE_KINDS = [
  'WRONG_THEN_VOIDED',
  'VOIDING',
  'CONTRACTOR',
  'UNMAPPED_VERB',
  'GROUP',
  'LATE',
  'DUPLICATE',
] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

export interface SentStatement {
  readonly tool: Tool;
  /** When the tool sends it; the statement's timestamp says when it happened. */
  readonly arrivesAt: number;
  readonly statement: Statement & { readonly id: string };
  /** What is odd about it on purpose; null for nothing. Never sent. */
  readonly noise: NoiseKind | null;
}

/** What a tool needs to know to tell its part of the story. */
export interface World {
  readonly seed: string;
  readonly calendar: Calendar;
  readonly organisation: Organisation;
  readonly plan: LearningPlan;
}

export function send(
  tool: Tool,
  arrivesAt: number,
  statement: Statement & { readonly id: string },
  noise: NoiseKind | null = null,
): SentStatement {
  return { tool, arrivesAt, statement, noise };
}

export function formatTimestamp(at: number): string {
  return new Date(at).toISOString();
}

/** Whole minutes and seconds, as most tools write them. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  return `PT${minutes > 0 ? `${minutes}M` : ''}${whole % 60 > 0 || minutes === 0 ? `${whole % 60}S` : ''}`;
}

export function describeVerb(id: string, display: string, language = 'en-US'): Verb {
  return { id, display: { [language]: display } };
}

// Agents ----------------------------------------------------------------------------------------

const HOME_PAGES = {
  lms: `https://learn.${DOMAIN}`,
  chat: `https://chat.${DOMAIN}`,
  'shift-app': `https://shift.${DOMAIN}`,
  operations: `https://operations.${DOMAIN}`,
} as const;
type AccountTool = keyof typeof HOME_PAGES;

export function identifyByAccount(tool: AccountTool, person: Person): Agent {
  const account = { homePage: HOME_PAGES[tool], name: nameAccount(tool, person) };
  return tool === 'lms'
    ? { objectType: 'Agent', name: person.name, account }
    : { objectType: 'Agent', account };
}

/** Everybody's number but for the chat, which has ids of its own. */
function nameAccount(tool: AccountTool, { id }: Person): string {
  return tool === 'chat'
    ? `U0${Number(id.slice(2)).toString(36).toUpperCase().padStart(6, '0')}`
    : id;
}

/** As the video platform knows somebody: single sign-on, company mail, or a hashed private mail. */
export function identifyByMail({ name, email, emailSha1, openId }: Person): Agent | null {
  if (openId !== null) return { objectType: 'Agent', openid: openId };
  if (email !== null) return { objectType: 'Agent', name, mbox: `mailto:${email}` };
  return emailSha1 === null ? null : { objectType: 'Agent', mbox_sha1sum: emailSha1 };
}

/** Everything HR knows a person by, as a workforce file writes it. */
export function listAgents(person: Person): readonly string[] {
  const { email, emailSha1, openId } = person;
  const accounts = (Object.keys(HOME_PAGES) as AccountTool[]).map(
    (tool) => `account:${HOME_PAGES[tool]}|${nameAccount(tool, person)}`,
  );
  return [
    ...(email === null ? [] : [`mailto:${email}`]),
    ...(emailSha1 === null ? [] : [`sha1:${emailSha1}`]),
    ...(openId === null ? [] : [`openid:${openId}`]),
    ...accounts,
  ];
}
