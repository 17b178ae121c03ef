import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { whenLoginNeeded } from './api/http.ts';
import { useSession } from './api/queries.ts';
import { useLive } from './live/use-live.ts';
import { OverviewPage } from './overview/page.tsx';
import { useRoute } from './routing/router.ts';
import { Header } from './shell/header.tsx';
import { LoginPage } from './shell/login-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { StateLine } from './shell/state-line.tsx';
import { StaleBar } from './shell/stale-bar.tsx';
import { useTabTitle } from './shell/tab-title.ts';
import { TokenPage } from './token/page.tsx';
import styles from './app.module.css';

export function App() {
  const [loginNeeded, setLoginNeeded] = useState(false);
  const client = useQueryClient();
  useEffect(() => whenLoginNeeded(() => setLoginNeeded(true)), []);
  const session = useSession();
  useLive(session.isSuccess && !loginNeeded);
  useTabTitle();

  const enter = (): void => {
    setLoginNeeded(false);
    void client.resetQueries();
  };
  if (loginNeeded) return <LoginPage onEntered={enter} />;
  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <Header session={session.data} />
      <StaleBar />
      <main id="main" className={styles.main}>
        <Page />
      </main>
    </>
  );
}

function Page() {
  const route = useRoute();
  if (route.page === 'overview') return <OverviewPage />;
  return (
    <>
      <StateLine />
      {route.page === 'token' ? (
        <TokenPage key={route.mint} mint={route.mint} />
      ) : (
        <NotFoundPage path={route.path} />
      )}
    </>
  );
}
