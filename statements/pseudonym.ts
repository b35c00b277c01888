import { createHash } from 'node:crypto';
import { agentKey } from './index-keys.ts';
import { elementSpans, editMembers, memberSpans, type Edit } from './json-text.ts';
import { isObject } from './rules/rule.ts';
import { SIGNATURE_USAGE } from './signature.ts';

/** By agent key (`index-keys.ts`) the name that takes its place: made up, and linked to nothing. */
export type Pseudonyms = ReadonlyMap<string, string>;

/** No host can have a name under .invalid (RFC 6761 §6.4), so that nobody is ever found there. */
const HOME_PAGE = 'https://praxis.invalid/erased';

/** The agent key of a pseudonym. */
export function pseudonymKey(name: string): string {
  return `account:${HOME_PAGE}|${name}`;
}

/** The keys under which an agent can be named: a mailbox also by its hash (Data §2.4.2.3). */
export function listAliases(key: string): readonly string[] {
  if (!key.startsWith('mailto:')) return [key];
  return [key, `sha1:${createHash('sha1').update(key).digest('hex')}`];
}

/**
 * The text of a statement with pseudonyms. One that is given some loses the declarations of its signatures,
 * whose payload is the statement as it was (Data §2.6), and which nobody could check any more.
 */
export function pseudonymiseStatement(text: string, pseudonyms: Pseudonyms): string {
  const renamed = pseudonymise(text, pseudonyms);
  return renamed === text ? text : withoutSignatures(renamed);
}

const withoutSignatures: Edit = editMembers({
  attachments: (text) => {
    const kept = elementSpans(text)
      .map(({ start, end }) => text.slice(start, end))
      .filter((declaration) => !isSignature(JSON.parse(declaration)));
    return kept.length === 0 ? null : `[${kept.join(',')}]`;
  },
});

function isSignature(declaration: unknown): boolean {
  return isObject(declaration) && declaration['usageType'] === SIGNATURE_USAGE;
}

/**
 * A JSON text in which each agent or group that has a pseudonym, at any depth, is identified by that and has
 * no name; to the byte the same everywhere else. What a text says of a person in other words it still says.
 */
export function pseudonymise(text: string, pseudonyms: Pseudonyms): string {
  if (text.startsWith('{')) return editObject(text, pseudonyms);
  if (!text.startsWith('[')) return text;
  return splice(text, elementSpans(text), (element) => pseudonymise(element, pseudonyms));
}

function editObject(text: string, pseudonyms: Pseudonyms): string {
  const inner = splice(
    text,
    memberSpans(text).map(({ valueStart, end }) => ({ start: valueStart, end })),
    (value) => pseudonymise(value, pseudonyms),
  );
  for (const { name, start, valueStart, end } of memberSpans(inner)) {
    const key = readKey(name, inner.slice(valueStart, end));
    const pseudonym = key === null ? undefined : pseudonyms.get(key);
    if (pseudonym === undefined) continue;
    const account = JSON.stringify({ homePage: HOME_PAGE, name: pseudonym });
    return withoutName(`${inner.slice(0, start)}"account":${account}${inner.slice(end)}`);
  }
  return inner;
}

const withoutName: Edit = editMembers({ name: () => null });

/** The agent key that a member of an object makes, when it is one that identifies an agent. */
function readKey(name: string, text: string): string | null {
  if (!IDENTIFIERS.has(name)) return null;
  const value: unknown = JSON.parse(text);
  if (name !== 'account') return typeof value === 'string' ? agentKey({ [name]: value }) : null;
  if (!isObject(value)) return null;
  const { homePage, name: account } = value;
  return typeof homePage === 'string' && typeof account === 'string'
    ? agentKey({ account: { homePage, name: account } })
    : null;
}

const IDENTIFIERS: ReadonlySet<string> = new Set(['mbox', 'mbox_sha1sum', 'openid', 'account']);

function splice(
  text: string,
  spans: readonly { readonly start: number; readonly end: number }[],
  edit: Edit,
): string {
  let edited = '';
  let end = 0;
  for (const span of spans) {
    edited += text.slice(end, span.start) + edit(text.slice(span.start, span.end));
    end = span.end;
  }
  return edited + text.slice(end);
}
