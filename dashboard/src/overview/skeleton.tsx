import { Skeleton } from '@mantine/core';
import { SkeletonPanel } from '../common/skeleton-panel.tsx';
import figures from './figures.module.css';
import pages from './page.module.css';
import styles from './skeleton.module.css';

/** The overview's own shape while its first answer is under way. */
export function OverviewSkeleton() {
  return (
    <div className={pages.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the overview</h1>
      <div className={styles.sentence} aria-hidden>
        <Skeleton circle height={20} />
        <div className={styles.words}>
          <Skeleton height={20} width="60%" radius="sm" mt={4} />
          <Skeleton height={12} width="36%" radius="sm" mt={12} />
        </div>
      </div>
      <div className={pages.first} aria-hidden>
        <div className={pages.lately}>
          <SkeletonPanel height={320} lines={10} />
        </div>
        <div className={pages.numbers}>
          <div className={figures.figures}>
            {[0, 1, 2, 3].map((each) => (
              <div key={each} className={figures.figure}>
                <Skeleton height={12} width="60%" radius="sm" />
                <Skeleton height={28} width="40%" radius="sm" mt={12} />
                <Skeleton height={10} width="50%" radius="sm" my={12} />
                <Skeleton height={48} radius="sm" />
                <Skeleton height={10} width="100%" radius="sm" mt={8} />
              </div>
            ))}
          </div>
          <SkeletonPanel height={72} lines={1} />
        </div>
      </div>
      <SkeletonPanel height={400} lines={12} />
    </div>
  );
}
