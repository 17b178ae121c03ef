import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import styles from './page.module.css';

/** The token page's own shape while its first answer is under way. */
export function TokenSkeleton() {
  return (
    <div className={styles.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the token</h1>
      <div aria-hidden>
        <Skeleton height={24} width={280} radius="sm" mt={24} />
        <Skeleton height={14} width="50%" radius="sm" mt={16} />
        <Skeleton height={36} width="70%" radius="sm" mt={16} />
      </div>
      <div className={styles.pair} aria-hidden>
        <SkeletonPanel height={352} lines={8} />
        <SkeletonPanel height={352} lines={8} />
      </div>
      <div className={styles.pairWideFirst} aria-hidden>
        <SkeletonPanel height={320} lines={7} />
        <SkeletonPanel height={320} lines={7} />
      </div>
    </div>
  );
}
