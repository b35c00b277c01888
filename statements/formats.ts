import { editElements, editMembers, keepMembers, memberSpans } from './json-text.ts';
import type { Edit } from './json-text.ts';
import type { StatementFormat } from './query.ts';
import { CONTEXT_ACTIVITY_KINDS } from './statement.ts';

export type { StatementFormat } from './query.ts';

/**
 * A stored statement's text as a client asked for it (Communication §2.1.3). Only what the format is
 * about is touched; every other byte, and so the spelling of every number, stays.
 * `acceptLanguage` is the request's header, '' when there was none. `definitions` is what is known of the
 * statement's activities, JSON by id: canonical gives them instead of what this one statement said.
 */
export function formatStatement(
  text: string,
  format: StatementFormat,
  acceptLanguage: string,
  definitions: ReadonlyMap<string, string> = new Map(),
): string {
  switch (format) {
    case 'exact':
      return text;
    case 'ids':
      return identify(text);
    case 'canonical':
      return canonize(parseLanguages(acceptLanguage), definitions)(text);
  }
}

/** How the parts that a format is about are rewritten, wherever in a statement they are. */
interface Parts {
  readonly actor: Edit;
  readonly verb: Edit;
  readonly activity: Edit;
}

function editStatement(parts: Parts): Edit {
  const edits = {
    actor: parts.actor,
    verb: parts.verb,
    context: editContext(parts),
    authority: parts.actor,
  };
  const subStatement = editMembers({ ...edits, object: editObject(parts, (text) => text) });
  return editMembers({ ...edits, object: editObject(parts, subStatement) });
}

function editObject({ actor, activity }: Parts, subStatement: Edit): Edit {
  return (text) => {
    switch (textOf(text, 'objectType')) {
      case 'Agent':
      case 'Group':
        return actor(text);
      case 'StatementRef':
        return text;
      case 'SubStatement':
        return subStatement(text);
      default:
        return activity(text);
    }
  };
}

function editContext({ actor, activity }: Parts): Edit {
  const list = editElements(activity);
  return editMembers({
    instructor: actor,
    team: actor,
    contextActivities: editMembers(
      Object.fromEntries(CONTEXT_ACTIVITY_KINDS.map((kind) => [kind, list])),
    ),
    contextAgents: editElements(editMembers({ agent: actor })),
    contextGroups: editElements(editMembers({ group: actor })),
  });
}

function textOf(text: string, member: string): unknown {
  const span = memberSpans(text).find(({ name }) => name === member);
  return span === undefined ? undefined : JSON.parse(text.slice(span.valueStart, span.end));
}

// ids -------------------------------------------------------------------------------------------

const IDENTIFIERS = ['objectType', 'mbox', 'mbox_sha1sum', 'openid', 'account'];

/** Of an anonymous group, what identifies each member; of an identified one, the members are no part. */
const identifyActor: Edit = (text) => {
  const names = memberSpans(text).map(({ name }) => name);
  const isAnonymous = !IDENTIFIERS.some((name) => name !== 'objectType' && names.includes(name));
  if (!isAnonymous) return keepMembers(IDENTIFIERS)(text);
  const members = editMembers({ member: editElements(keepMembers(IDENTIFIERS)) });
  return members(keepMembers(['objectType', 'member'])(text));
};

const identify = editStatement({
  actor: identifyActor,
  verb: keepMembers(['id']),
  activity: keepMembers(['id']),
});

// canonical -------------------------------------------------------------------------------------

const COMPONENT_LISTS = ['choices', 'scale', 'source', 'target', 'steps'];

/**
 * Activities with all that is known of them, and one language in each map of verbs and activities, chosen
 * map by map.
 */
function canonize(
  languages: readonly LanguageRange[],
  definitions: ReadonlyMap<string, string>,
): Edit {
  const choose = chooseLanguage(languages);
  const components = editElements(editMembers({ description: choose }));
  const definition = editMembers({
    name: choose,
    description: choose,
    ...Object.fromEntries(COMPONENT_LISTS.map((list) => [list, components])),
  });
  return editStatement({
    actor: (text) => text,
    verb: editMembers({ display: choose }),
    activity: defineActivity(definitions, definition),
  });
}

function defineActivity(known: ReadonlyMap<string, string>, edit: Edit): Edit {
  return (text) => {
    const id = textOf(text, 'id');
    const definition = typeof id === 'string' ? known.get(id) : undefined;
    if (definition === undefined) return editMembers({ definition: edit })(text);
    const others = memberSpans(text).filter(({ name }) => name !== 'definition');
    const members = others.map(({ start, end }) => text.slice(start, end));
    return `{${[...members, `"definition":${edit(definition)}`].join(',')}}`;
  };
}

/** One range of an Accept-Language header, in lower case; '*' is any language. */
interface LanguageRange {
  readonly range: string;
  readonly quality: number;
}

/** Of a long header the first ranges count; nobody reads fifty languages. */
const MAX_RANGES = 50;

/** Best first; what is refused by q=0 or cannot be read is left out. */
function parseLanguages(header: string): LanguageRange[] {
  return header
    .split(',', MAX_RANGES)
    .map((item) => {
      const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return { range, quality: Number(quality) };
    })
    .filter(({ range, quality }) => range !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

/** Keeps the best entry of a language map; the first, when no language asked for is there. */
function chooseLanguage(languages: readonly LanguageRange[]): Edit {
  return (text) => {
    const tags = memberSpans(text).map(({ name }) => name);
    const [first] = tags;
    if (first === undefined) return text;
    const [best] = languages
      .map(({ range }) => matchLanguage(range, tags))
      .filter((tag) => tag !== undefined);
    return keepMembers([best ?? first])(text);
  };
}

/** "en" finds en-GB (RFC 4647 §3.3.1), and when nothing is found so, "en-GB" finds en (§3.4). */
function matchLanguage(range: string, tags: readonly string[]): string | undefined {
  if (range === '*') return tags[0];
  const isWithin = (tag: string, wanted: string): boolean =>
    tag === wanted || tag.startsWith(`${wanted}-`);
  for (let wanted = range; wanted !== ''; wanted = wanted.replace(/-?[^-]*$/, '')) {
    const found =
      tags.find((tag) => tag.toLowerCase() === wanted) ??
      tags.find((tag) => isWithin(tag.toLowerCase(), wanted));
    if (found !== undefined) return found;
  }
  return undefined;
}
