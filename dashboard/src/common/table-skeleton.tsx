import { Skeleton } from '@mantine/core';
import styles from './table-skeleton.module.css';

export function TableSkeleton() {
  return (
    <div aria-hidden>
      {Array.from({ length: 10 }, (_, index) => (
        <div key={index} className={styles.row}>
          <Skeleton height={12} width={`${18 + ((index * 7) % 12)}%`} radius="sm" />
          <Skeleton height={12} width={64} radius="sm" ml="auto" />
          <Skeleton height={12} width={64} radius="sm" />
          <Skeleton height={12} width={64} radius="sm" />
        </div>
      ))}
    </div>
  );
}
