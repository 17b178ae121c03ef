import { lazy, Suspense, useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { whenLoginNeeded } from './api/http.ts';
import { useSession } from './api/queries.ts';
import { useLive } from './live/use-live.ts';
import { OverviewPage } from './overview/page.tsx';
import { PagePart, partOfPage } from './common/page-part.tsx';
import { ConfigurationSkeleton } from './configuration/skeleton.tsx';
import { FlowSkeleton } from './flow/skeleton.tsx';
import { HealthSkeleton } from './health/skeleton.tsx';
import { JobsSkeleton } from './jobs/skeleton.tsx';
import { ResourcesSkeleton } from './resources/skeleton.tsx';
import { useRoute, type Route } from './routing/router.ts';
import { Header } from './shell/header.tsx';
import { LoginPage } from './shell/login-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { StateLine } from './shell/state-line.tsx';
import { StaleBar } from './shell/stale-bar.tsx';
import { useTabTitle } from './shell/tab-title.ts';
import { TokenPage } from './token/page.tsx';
import styles from './app.module.css';

// Most visits end on the overview.
const ConfigurationPage = lazy(() => partOfPage(import('./configuration/page.tsx')));
const HealthPage = lazy(() => partOfPage(import('./health/page.tsx')));
const FlowPage = lazy(() => partOfPage(import('./flow/page.tsx')));
const JobsPage = lazy(() => partOfPage(import('./jobs/page.tsx')));
const ResourcesPage = lazy(() => partOfPage(import('./resources/page.tsx')));

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
      <OtherPage route={route} />
    </>
  );
}

function OtherPage({ route }: { readonly route: Exclude<Route, { page: 'overview' }> }) {
  switch (route.page) {
    case 'health':
      return (
        <PagePart key="health" what="the health">
          <Suspense fallback={<HealthSkeleton />}>
            <HealthPage />
          </Suspense>
        </PagePart>
      );
    case 'configuration':
      return (
        <PagePart key="configuration" what="the configuration">
          <Suspense fallback={<ConfigurationSkeleton />}>
            <ConfigurationPage />
          </Suspense>
        </PagePart>
      );
    case 'flow':
      return (
        <PagePart key="flow" what="the flow">
          <Suspense fallback={<FlowSkeleton />}>
            <FlowPage />
          </Suspense>
        </PagePart>
      );
    case 'jobs':
      return (
        <PagePart key="jobs" what="the jobs">
          <Suspense fallback={<JobsSkeleton />}>
            <JobsPage />
          </Suspense>
        </PagePart>
      );
    case 'resources':
      return (
        <PagePart key="resources" what="the resources">
          <Suspense fallback={<ResourcesSkeleton />}>
            <ResourcesPage />
          </Suspense>
        </PagePart>
      );
    case 'token':
      return <TokenPage key={route.mint} mint={route.mint} />;
    case 'unknown':
      return <NotFoundPage path={route.path} />;
  }
}
