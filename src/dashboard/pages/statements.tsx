import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { useSearchParams } from 'wouter';
import { request } from '../api.ts';
import { readField } from '../form.ts';
import { useSession, type Session } from '../session.tsx';

interface Statement {
  readonly id: string;
  readonly actor: Actor;
  readonly verb: { readonly id: string; readonly display?: Readonly<Record<string, string>> };
  readonly object: StatementObject;
  readonly timestamp: string;
  readonly stored: string;
}

interface Actor {
  readonly name?: string;
  readonly mbox?: string;
  readonly openid?: string;
  readonly account?: { readonly name: string; readonly homePage: string };
}

interface StatementObject {
  readonly objectType?: string;
  readonly id?: string;
  readonly definition?: { readonly name?: Readonly<Record<string, string>> };
  readonly name?: string;
}

interface StatementPage {
  readonly statements: readonly Statement[];
  readonly more: string;
}

const VERSION = { 'X-Experience-API-Version': '2.0.0' };
const PAGE_SIZE = 25;
const TAIL_INTERVAL_MS = 2_000;
/** Filters of the Statements Resource that a person would type. */
const FILTERS = [
  { name: 'agent', label: 'Agent (mailto:… or JSON)' },
  { name: 'verb', label: 'Verb (IRI)' },
  { name: 'activity', label: 'Activity (IRI)' },
  { name: 'registration', label: 'Registration (UUID)' },
  { name: 'since', label: 'Stored since' },
] as const;

export function StatementsPage(): ReactNode {
  const session = useSession();
  const [parameters, setParameters] = useSearchParams();
  const [isTailing, setTailing] = useState(false);
  const opened = parameters.get('statementId');
  const path = opened === null ? listPath(parameters) : statementPath(opened);
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: [session.key, 'statements', path],
    queryFn: ({ pageParam }) => readPage(session, pageParam),
    initialPageParam: path,
    getNextPageParam: ({ more }) => (more === '' ? undefined : more),
    refetchInterval: isTailing ? TAIL_INTERVAL_MS : false,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  const statements = data?.pages.flatMap((page) => page.statements) ?? [];

  function filter(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = FILTERS.map(({ name }): [string, string] => [name, readField(form, name)]);
    setParameters(new URLSearchParams(given.filter(([, value]) => value !== '')));
  }

  return (
    <>
      <h1>Statements</h1>
      <form key={parameters.toString()} className="filters" aria-label="Filter" onSubmit={filter}>
        {FILTERS.map(({ name, label }) => (
          <label key={name}>
            {label}
            <input name={name} defaultValue={parameters.get(name) ?? ''} />
          </label>
        ))}
        <button type="submit">Show</button>
        <label className="check">
          <input
            type="checkbox"
            checked={isTailing}
            onChange={({ target }) => setTailing(target.checked)}
          />
          Follow as they come
        </label>
      </form>
      {opened !== null && (
        <p>
          Statement <code>{opened}</code>.{' '}
          <button type="button" onClick={() => setParameters({})}>
            Back to all
          </button>
        </p>
      )}
      {error !== null && <p role="alert">{error.message}</p>}
      <ol className="statements" aria-busy={isFetching}>
        {statements.map((statement) => (
          <li key={statement.id}>
            <StatementEntry
              statement={statement}
              onFollow={(id) => setParameters({ statementId: id })}
            />
          </li>
        ))}
      </ol>
      {data !== undefined && statements.length === 0 && <p>No statement is like that.</p>}
      {hasNextPage && (
        <button type="button" disabled={isFetching} onClick={() => void fetchNextPage()}>
          Show more
        </button>
      )}
    </>
  );
}

function StatementEntry({
  statement,
  onFollow,
}: {
  readonly statement: Statement;
  readonly onFollow: (id: string) => void;
}): ReactNode {
  const { actor, verb, object, timestamp } = statement;
  return (
    <details>
      <summary>
        <time dateTime={timestamp}>{timestamp.slice(0, 19).replace('T', ' ')}</time>{' '}
        <strong>{nameActor(actor)}</strong> {nameVerb(verb)} <em>{nameObject(object)}</em>
      </summary>
      {object.objectType === 'StatementRef' && object.id !== undefined && (
        <button type="button" onClick={() => onFollow(object.id ?? '')}>
          Follow the reference
        </button>
      )}
      <pre tabIndex={0}>{JSON.stringify(statement, null, 2)}</pre>
    </details>
  );
}

function listPath(parameters: URLSearchParams): string {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
  for (const { name } of FILTERS) {
    const value = parameters.get(name);
    if (value !== null) query.set(name, name === 'agent' ? writeAgent(value) : value);
  }
  return `/xapi/statements?${query.toString()}`;
}

/** `mailto:a@example.org` is what people know of an agent; the resource wants JSON. */
function writeAgent(text: string): string {
  return text.startsWith('mailto:') ? JSON.stringify({ mbox: text }) : text;
}

function statementPath(id: string): string {
  return `/xapi/statements?${new URLSearchParams({ statementId: id }).toString()}`;
}

async function readPage(session: Session, path: string): Promise<StatementPage> {
  const answer = await request(session, path, { headers: VERSION });
  const body = (await answer.json()) as StatementPage | Statement;
  return 'statements' in body ? body : { statements: [body], more: '' };
}

function nameActor({ name, mbox, account, openid }: Actor): string {
  return name ?? mbox ?? account?.name ?? openid ?? 'someone';
}

function nameVerb({ id, display }: Statement['verb']): string {
  return readLanguage(display) ?? id;
}

function nameObject({ definition, name, id }: StatementObject): string {
  return readLanguage(definition?.name) ?? name ?? id ?? 'something';
}

function readLanguage(map: Readonly<Record<string, string>> | undefined): string | undefined {
  return map?.['en'] ?? map?.['en-US'] ?? Object.values(map ?? {})[0];
}
