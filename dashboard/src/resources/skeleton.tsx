import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import styles from './page.module.css';

/** The page's own shape while its code is under way. */
export function ResourcesSkeleton() {
  return (
    <div className={styles.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the resources</h1>
      <div aria-hidden>
        <Skeleton height={24} width={120} radius="sm" />
        <Skeleton height={14} width="40%" radius="sm" mt={16} />
        <div className={styles.skeletons}>
          <NowSkeleton />
          <SkeletonPanel height={360} lines={2} />
        </div>
      </div>
    </div>
  );
}

/** The values while the first report is under way. */
export function NowSkeleton() {
  return (
    <div className={styles.cards} aria-hidden data-testid="loading-values">
      {[3, 4, 5, 6].map((lines) => (
        <SkeletonPanel key={lines} height={176} lines={lines} />
      ))}
    </div>
  );
}
