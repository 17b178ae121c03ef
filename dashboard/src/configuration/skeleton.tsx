import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import styles from './page.module.css';

/** The page's own shape while its code is under way. */
export function ConfigurationSkeleton() {
  return (
    <div className={styles.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the configuration</h1>
      <Skeleton height={24} width={140} radius="sm" aria-hidden />
      <div aria-hidden>
        <SkeletonPanel height={560} lines={14} />
      </div>
    </div>
  );
}
