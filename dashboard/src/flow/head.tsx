import { SegmentedControl, Skeleton } from '@mantine/core';
import type { FlowReport } from '../../../src/contract/index.ts';
import { Prose } from '../common/prose.tsx';
import { usePhone } from '../common/use-phone.ts';
import { clockTime } from '../format.ts';
import styles from './head.module.css';

const choices = [
  { value: '6', label: '6 h' },
  { value: '24', label: '24 h' },
  { value: '48', label: '48 h' },
  { value: '168', label: '7 d' },
] as const;

export type Hours = 6 | 24 | 48 | 168;

interface Props {
  readonly report: FlowReport | undefined;
  readonly failed: boolean;
  readonly hours: Hours;
  readonly onHours: (hours: Hours) => void;
}

/** What to think of the flow, and how far back to look. */
export function Head({ report, failed, hours, onHours }: Props) {
  const phone = usePhone();
  return (
    <header className={styles.head}>
      <h1 className={styles.title} tabIndex={-1} data-page-heading>
        Flow
      </h1>
      <div className={styles.controls}>
        {report && <span className={styles.age}>as of {clockTime(report.at, true)}</span>}
        <SegmentedControl
          size="xs"
          data={[...choices]}
          value={String(hours)}
          onChange={(value) => onHours(Number(value) as Hours)}
          fullWidth={phone}
          aria-label="How far back"
        />
      </div>
      {(report || !failed) && (
        <div className={styles.recommendation}>
          {report ? (
            <p>
              <Prose text={report.recommendation} />
            </p>
          ) : (
            <Skeleton height={14} width="60%" radius="sm" mt={4} aria-hidden />
          )}
        </div>
      )}
    </header>
  );
}
