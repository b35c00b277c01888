import type { ReactNode } from 'react';
import { Link, Route, Switch, useLocation, useSearch } from 'wouter';
import { ApplicationPage } from './pages/application.tsx';
import { ImportPage } from './pages/import.tsx';
import { KeysPage } from './pages/keys.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { ReachPage } from './pages/reach.tsx';
import { RoiPage } from './pages/roi.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { StatementsPage } from './pages/statements.tsx';
import { useSessionState } from './session.tsx';

interface Page {
  readonly path: string;
  readonly name: string;
  readonly show: () => ReactNode;
  /** Whether the report's period and filters go along in the link. */
  readonly isReport: boolean;
}

const PAGES: readonly Page[] = [
  { path: '/', name: 'Overview', show: OverviewPage, isReport: true },
  {
    path: '/dashboard/application',
    name: 'Skill application',
    show: ApplicationPage,
    isReport: true,
  },
  { path: '/dashboard/roi', name: 'Training ROI', show: RoiPage, isReport: true },
  { path: '/dashboard/reach', name: 'Reach and gaps', show: ReachPage, isReport: true },
  { path: '/dashboard/statements', name: 'Statements', show: StatementsPage, isReport: false },
  { path: '/dashboard/import', name: 'Import', show: ImportPage, isReport: false },
  { path: '/dashboard/keys', name: 'Keys', show: KeysPage, isReport: false },
];

export function App(): ReactNode {
  const { session } = useSessionState();
  if (session === null) return <SignInPage />;
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Switch>
          {PAGES.map(({ path, show: Show }) => (
            <Route key={path} path={path}>
              <Show />
            </Route>
          ))}
          <Route>
            <h1>Nothing here</h1>
            <p>
              This page does not exist. <Link href="/">Go to the overview</Link>.
            </p>
          </Route>
        </Switch>
      </main>
    </>
  );
}

function Header(): ReactNode {
  const { session, signOut } = useSessionState();
  const [location] = useLocation();
  const search = useSearch();
  const report = PAGES.some(({ path, isReport }) => path === location && isReport) ? search : '';
  return (
    <header className="top">
      <span className="brand">Praxis</span>
      <nav aria-label="Pages">
        {PAGES.map(({ path, name, isReport }) => (
          <Link
            key={path}
            href={isReport && report !== '' ? `${path}?${report}` : path}
            aria-current={path === location ? 'page' : undefined}
          >
            {name}
          </Link>
        ))}
        <a href="/graphql">GraphQL</a>
      </nav>
      <div className="who">
        <span title="The key you signed in with">{session?.key}</span>
        <button type="button" className="quiet" onClick={signOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}
