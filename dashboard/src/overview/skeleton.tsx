import { Skeleton } from '@mantine/core';
import figures from './figures.module.css';
import pages from './page.module.css';

/** The overview's own shape while its first answer is under way. */
export function OverviewSkeleton() {
  return (
    <div className={pages.page} aria-busy="true" data-testid="loading">
      <h1 className="sr-only">Loading the overview</h1>
      <div aria-hidden>
        <Skeleton height={28} width="60%" radius="sm" />
        <Skeleton height={16} width="32%" mt={8} radius="sm" />
      </div>
      <div className={pages.first} aria-hidden>
        <div className={pages.lately}>
          <Skeleton height="100%" mih={320} />
        </div>
        <div className={pages.numbers}>
          <div className={figures.figures}>
            {[0, 1, 2, 3].map((each) => (
              <Skeleton key={each} height={208} />
            ))}
          </div>
          <Skeleton height={76} />
        </div>
      </div>
      <Skeleton height={320} aria-hidden />
    </div>
  );
}
