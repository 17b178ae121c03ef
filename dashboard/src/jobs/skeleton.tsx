import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import styles from './page.module.css';

/** The page's own shape while its code is under way. */
export function JobsSkeleton() {
  return (
    <div className={styles.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the jobs</h1>
      <div aria-hidden>
        <Skeleton height={24} width={64} radius="sm" />
        <Skeleton height={14} width="40%" radius="sm" mt={16} />
      </div>
      <GroupsSkeleton />
    </div>
  );
}

/** The groups while the first report is under way. */
export function GroupsSkeleton() {
  return (
    <div aria-hidden data-testid="loading-groups">
      <SkeletonPanel height={336} lines={7} />
    </div>
  );
}
