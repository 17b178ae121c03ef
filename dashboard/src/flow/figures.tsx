import type { ReactNode } from 'react';
import type { FlowReport } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { Panel } from '../common/panel.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { count, duration, missing, percent, plural, points } from '../format.ts';
import styles from './figures.module.css';
import pages from './page.module.css';

/** The numbers of the flow that decide. */
export function Figures({ report }: { readonly report: FlowReport }) {
  const { timeToActivation, successRate, successTrend, accuracy, now } = report;
  const { medianMs, p95Ms } = timeToActivation;
  return (
    <ul className={pages.figures} aria-label="The numbers of the flow">
      <Figure
        name="Stuck by our fault"
        value={count(now.stuckOurs)}
        mark={now.stuckOurs > 0 && <StateMark state="degraded" size={16} />}
      >
        {count(now.stuckNotEligible)} wait as not eligible
      </Figure>
      <Figure name="Time to activation, median" value={medianMs === null ? missing : duration(medianMs)}>
        {medianMs === null
          ? 'none was activated'
          : `p95 ${p95Ms === null ? missing : duration(p95Ms)}, ${plural(timeToActivation.count, 'token')}`}
      </Figure>
      <Figure name="Success rate" value={percent(successRate)}>
        {successRate === null
          ? 'no checks in this time'
          : successTrend === null
            ? 'of the tokens checked'
            : `${points(successTrend)} in the later half`}
      </Figure>
      <Figure name="Score accuracy" value={percent(accuracy.share)}>
        {accuracy.compared === 0
          ? 'no score was compared'
          : `within 5 %, of ${plural(accuracy.compared, 'score')} compared`}
      </Figure>
    </ul>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly mark?: ReactNode;
  readonly children: ReactNode;
}

function Figure({ name, value, mark, children }: FigureProps) {
  return (
    <li>
      <Panel className={styles.figure}>
        <h2 className={styles.name}>{name}</h2>
        <p className={styles.value}>
          {mark}
          <span className={styles.number} data-figure>
            <Changed text={value} />
          </span>
        </p>
        <p className={styles.note}>{children}</p>
      </Panel>
    </li>
  );
}
