import { createContext, useContext, useState, type ReactNode } from 'react';

export interface Session {
  /** `Basic …`, as every request carries it. */
  readonly authorization: string;
  readonly key: string;
}

interface SessionState {
  readonly session: Session | null;
  readonly signIn: (key: string, secret: string) => void;
  readonly signOut: () => void;
}

/** For the tab only: a closed tab is signed out, and no other site can read it. */
const STORAGE_KEY = 'praxis.session';
const SessionContext = createContext<SessionState | null>(null);

export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [session, setSession] = useState<Session | null>(() => takeLinkedSession() ?? recall());
  const state: SessionState = {
    session,
    signIn: (key, secret) => setSession(remember(key, secret)),
    signOut: () => {
      sessionStorage.removeItem(STORAGE_KEY);
      setSession(null);
    },
  };
  return <SessionContext value={state}>{children}</SessionContext>;
}

export function useSessionState(): SessionState {
  const state = useContext(SessionContext);
  if (state === null) throw new Error('the page is not inside a SessionProvider');
  return state;
}

/** The session, for pages that are only shown to someone who signed in. */
export function useSession(): Session {
  const { session } = useSessionState();
  if (session === null) throw new Error('the page is shown without a session');
  return session;
}

export function makeSession(key: string, secret: string): Session {
  const bytes = new TextEncoder().encode(`${key}:${secret}`);
  return { key, authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

function remember(key: string, secret: string): Session {
  const session = makeSession(key, secret);
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(session));
  return session;
}

function recall(): Session | null {
  const kept = sessionStorage.getItem(STORAGE_KEY);
  return kept === null ? null : (JSON.parse(kept) as Session);
}

/**
 * `npm start` opens `/#key=…&secret=…`: what follows `#` never reaches a server or its log, and it is taken
 * out of the address at once.
 */
function takeLinkedSession(): Session | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const [key, secret] = [given.get('key'), given.get('secret')];
  if (key === null || secret === null) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return remember(key, secret);
}
