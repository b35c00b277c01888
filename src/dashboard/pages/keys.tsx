import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { request } from '../api.ts';
import { readField } from '../form.ts';
import { useSession } from '../session.tsx';

interface Key {
  readonly key: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
}

interface MadeKey extends Key {
  readonly secret: string;
}

/** What a key of each kind of user is commonly for; any other mix is made with the CLI. */
const PURPOSES: readonly { readonly name: string; readonly scopes: readonly string[] }[] = [
  {
    name: 'A learning tool that sends statements',
    scopes: ['statements/write', 'statements/read/mine'],
  },
  {
    name: 'A cmi5 or xAPI course player',
    scopes: ['statements/write', 'statements/read/mine', 'state', 'profile'],
  },
  { name: 'A dashboard or BI tool that reads numbers', scopes: ['analytics/read'] },
  {
    name: 'An HR system that sends people and courses',
    scopes: ['workforce/write', 'workforce/read'],
  },
  { name: 'Someone who reads all statements', scopes: ['all/read'] },
  {
    name: 'An administrator',
    scopes: [
      'all',
      'admin',
      'analytics/read',
      'analytics/write',
      'people/read',
      'workforce/read',
      'workforce/write',
    ],
  },
];

export function KeysPage(): ReactNode {
  const session = useSession();
  const client = useQueryClient();
  const [made, setMade] = useState<MadeKey | null>(null);
  const { data: keys, error } = useQuery({
    queryKey: [session.key, 'keys'],
    queryFn: async () => {
      const answer = await request(session, '/keys?limit=1000');
      return ((await answer.json()) as { readonly keys: readonly Key[] }).keys;
    },
  });
  const reload = (): Promise<void> => client.invalidateQueries({ queryKey: [session.key, 'keys'] });
  const create = useMutation({
    mutationFn: async (wanted: { name: string; scopes: readonly string[] }) => {
      const answer = await request(session, '/keys', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(wanted),
      });
      return (await answer.json()) as MadeKey;
    },
    onSuccess: (key) => {
      setMade(key);
      return reload();
    },
  });
  const revoke = useMutation({
    mutationFn: (key: string) =>
      request(session, `/keys/${encodeURIComponent(key)}`, { method: 'DELETE' }),
    onSuccess: reload,
  });

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const purpose = PURPOSES[Number(readField(form, 'purpose'))];
    if (purpose !== undefined)
      create.mutate({ name: readField(form, 'name'), scopes: purpose.scopes });
  }

  const failure = error ?? create.error ?? revoke.error;
  return (
    <>
      <h1>Keys</h1>
      {failure !== null && <p role="alert">{failure.message}</p>}
      <form className="filters" aria-label="Make a key" onSubmit={submit}>
        <label>
          Name
          <input name="name" required maxLength={200} placeholder="Moodle, production" />
        </label>
        <label>
          For
          <select name="purpose">
            {PURPOSES.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={create.isPending}>
          Make a key
        </button>
      </form>
      {made !== null && (
        <div role="status" className="made">
          <p>The secret is shown this once; nobody can read it again, here or in the database.</p>
          <dl>
            <dt>Key</dt>
            <dd>
              <code>{made.key}</code>
            </dd>
            <dt>Secret</dt>
            <dd>
              <code>{made.secret}</code>
            </dd>
          </dl>
        </div>
      )}
      {keys !== undefined && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Keys of this server">
          <table>
            <caption>Keys of this server</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Key</th>
                <th scope="col">May</th>
                <th scope="col">Since</th>
                <th scope="col">
                  <span className="unseen">Revoke</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.map(({ key, name, scopes, createdAt }) => (
                <tr key={key}>
                  <td>{name}</td>
                  <td>
                    <code>{key}</code>
                  </td>
                  <td>{scopes.join(', ')}</td>
                  <td>{createdAt.slice(0, 10)}</td>
                  <td>
                    {key !== session.key && (
                      <RevokeButton name={name} onRevoke={() => revoke.mutate(key)} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

/** Asks once more: what uses the key stops working at once, and a key does not come back. */
function RevokeButton({
  name,
  onRevoke,
}: {
  readonly name: string;
  readonly onRevoke: () => void;
}): ReactNode {
  const [isAsking, setAsking] = useState(false);
  return isAsking ? (
    <button type="button" className="danger" onClick={onRevoke} onBlur={() => setAsking(false)}>
      Revoke {name} for good
    </button>
  ) : (
    <button type="button" onClick={() => setAsking(true)} aria-label={`Revoke ${name}`}>
      Revoke
    </button>
  );
}
