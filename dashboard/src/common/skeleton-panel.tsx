import { Skeleton } from '@mantine/core';
import styles from './panel.module.css';

interface Props {
  readonly height: number;
  readonly lines: number;
}

/** A section whose answer is under way: its frame, and lines where its text will be. */
export function SkeletonPanel({ height, lines }: Props) {
  return (
    <div className={`${styles.panel} ${styles.lines}`} style={{ minHeight: height }}>
      <Skeleton height={14} width="32%" radius="sm" mb={8} />
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={12} width={`${92 - ((index * 23) % 40)}%`} radius="sm" />
      ))}
    </div>
  );
}
