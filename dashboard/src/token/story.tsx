import { useStory } from '../api/flow-queries.ts';
import { ErrorNotice } from '../common/notice.tsx';
import { Panel } from '../common/panel.tsx';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import { Timeline } from './timeline.tsx';
import { Verification } from './verification.tsx';
import { WhyNot } from './why-not.tsx';
import styles from './page.module.css';

/** Why the token stands where it does, and how it came there. */
export function Story({ mint }: { readonly mint: string }) {
  const { data: story, error, isFetching, refetch } = useStory(mint);
  if (story) {
    return (
      <div className={styles.pair}>
        <WhyNot story={story} />
        <Timeline events={story.events} />
      </div>
    );
  }
  if (error) {
    return (
      <Panel>
        <ErrorNotice
          what="the story of this token"
          error={error}
          retrying={isFetching}
          onRetry={() => void refetch()}
        />
      </Panel>
    );
  }
  return (
    <div className={styles.pair} aria-hidden>
      <SkeletonPanel height={240} lines={5} />
      <SkeletonPanel height={240} lines={5} />
    </div>
  );
}

/** What the other endpoint says of the token, where it was asked. */
export function StoryVerification({ mint }: { readonly mint: string }) {
  const verification = useStory(mint).data?.verification;
  return verification ? <Verification verification={verification} /> : null;
}
