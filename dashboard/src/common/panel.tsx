import type { ReactNode } from 'react';
import styles from './panel.module.css';

/** A sheet of paper on the page, for what has no heading of its own. */
export function Panel({
  children,
  className,
}: {
  readonly children: ReactNode;
  readonly className?: string | undefined;
}) {
  return <div className={`${styles.panel} ${className ?? ''}`}>{children}</div>;
}
