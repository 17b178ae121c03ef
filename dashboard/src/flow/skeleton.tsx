import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import styles from './page.module.css';

/** The flow page's own shape while its code is under way. */
export function FlowSkeleton() {
  return (
    <div className={styles.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the flow</h1>
      <div aria-hidden>
        <Skeleton height={24} width={64} radius="sm" />
        <Skeleton height={14} width="50%" radius="sm" mt={16} />
      </div>
      <NumbersSkeleton />
      <SkeletonPanel height={320} lines={8} />
    </div>
  );
}

/** The places and the figures while the first report is under way. */
export function NumbersSkeleton() {
  return (
    <div className={styles.numbers} aria-hidden>
      <SkeletonPanel height={200} lines={4} />
      <div className={styles.figures}>
        {[0, 1, 2, 3].map((each) => (
          <SkeletonPanel key={each} height={112} lines={2} />
        ))}
      </div>
    </div>
  );
}
