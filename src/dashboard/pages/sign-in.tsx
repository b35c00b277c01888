import { useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiError, askGraphql } from '../api.ts';
import { readField } from '../form.ts';
import { makeSession, useSessionState } from '../session.tsx';

/** Asks for the key, and keeps it only when the server takes it. */
export function SignInPage(): ReactNode {
  const { signIn } = useSessionState();
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [key, secret] = [readField(form, 'key'), readField(form, 'secret')];
    setBusy(true);
    setFault(null);
    try {
      await askGraphql(makeSession(key, secret), { query: '{ __typename }', variables: {} });
      signIn(key, secret);
    } catch (error) {
      setFault(describeFault(error));
      setBusy(false);
    }
  }

  return (
    <main className="sign-in">
      <h1>Praxis</h1>
      <p>Does training turn into work? Sign in with a key of this server.</p>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          Key
          <input name="key" required autoComplete="username" autoFocus />
        </label>
        <label>
          Secret
          <input name="secret" type="password" required autoComplete="current-password" />
        </label>
        {fault !== null && <p role="alert">{fault}</p>}
        <button type="submit" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <p className="hint">
        The first key was printed when the server started for the first time. More are made with{' '}
        <code>praxis keys create</code>.
      </p>
    </main>
  );
}

function describeFault(error: unknown): string {
  if (error instanceof ApiError && error.status === 401)
    return 'The server does not know this key, or the secret is another one.';
  return error instanceof Error ? error.message : 'The server could not be reached.';
}
