import { useOverview } from '../api/queries.ts';
import { ErrorNotice } from '../common/notice.tsx';
import { Panel } from '../common/panel.tsx';
import { Dependencies } from '../dependencies/section.tsx';
import { Feed } from '../journal/feed.tsx';
import { TokensSection } from '../tokens/section.tsx';
import { useStaleSince } from '../live/connection.ts';
import { Conditions } from './conditions.tsx';
import { Counts } from './counts.tsx';
import { Figures } from './figures.tsx';
import { OverviewSkeleton } from './skeleton.tsx';
import { Sentence } from './sentence.tsx';
import { Sources } from './sources.tsx';
import { StuckLink } from './stuck-link.tsx';
import styles from './page.module.css';

export function OverviewPage() {
  const { data: overview, error, isFetching, refetch } = useOverview();
  const stale = useStaleSince() !== undefined;
  if (!overview) {
    if (!error) return <OverviewSkeleton />;
    return (
      <Panel>
        <h1 className="sr-only">Overview</h1>
        <ErrorNotice what="the overview" error={error} retrying={isFetching} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  return (
    <div className={styles.page} data-stale={stale}>
      <Sentence overview={overview} />
      <div className={styles.first}>
        <div className={styles.lately}>
          <Feed title="What changed lately" trouble={overview.conditions.length > 0} />
        </div>
        <div className={styles.numbers}>
          <Figures overview={overview} />
          <Counts overview={overview} />
          <StuckLink />
        </div>
      </div>
      <Conditions conditions={overview.conditions} />
      <Dependencies dependencies={overview.dependencies} features={overview.features} />
      <Sources overview={overview} />
      <TokensSection total={overview.counts.total} />
    </div>
  );
}
