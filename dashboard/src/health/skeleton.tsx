import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import styles from './page.module.css';

/** The page's own shape while its code is under way. */
export function HealthSkeleton() {
  return (
    <div className={styles.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the health</h1>
      <Skeleton height={24} width={80} radius="sm" aria-hidden />
      <div className={styles.first} aria-hidden>
        <SkeletonPanel height={480} lines={12} />
        <SkeletonPanel height={240} lines={5} />
      </div>
      <div aria-hidden>
        <SkeletonPanel height={208} lines={4} />
      </div>
    </div>
  );
}
