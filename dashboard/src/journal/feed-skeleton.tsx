import { Skeleton } from '@mantine/core';
import styles from './feed.module.css';

const widths = ['82%', '64%', '91%', '55%', '73%', '60%'];

export function FeedSkeleton() {
  return (
    <ul className={styles.list} aria-hidden>
      {widths.map((width) => (
        <li key={width} className={styles.line}>
          <span className={styles.mark}>
            <Skeleton circle height={10} />
          </span>
          <div className={styles.words}>
            <Skeleton height={12} width={width} radius="sm" mt={5} />
            <Skeleton height={10} width="30%" radius="sm" mt={8} />
          </div>
          <Skeleton height={12} width={48} radius="sm" mt={5} />
        </li>
      ))}
    </ul>
  );
}
