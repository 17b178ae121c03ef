import type { ResourceReport, SignalList } from '../../../src/contract/index.ts';
import { Changed } from '../common/changed.tsx';
import { Panel } from '../common/panel.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { setSearch } from '../routing/router.ts';
import { gauges, RUNS_OUT, type Gauge } from './gauges.ts';
import { HISTORY_ID } from './history-id.ts';
import { measure } from './measure.ts';
import styles from './page.module.css';

type Levels = ReadonlyMap<string, 'warning' | 'critical'>;

interface Props {
  readonly report: ResourceReport;
  readonly signals: SignalList | undefined;
}

/** What is used now, and of how much; each value leads to its history. */
export function Now({ report, signals }: Props) {
  const levels: Levels = new Map(
    signals?.items.flatMap(({ name, level }) => (level === null ? [] : [[name, level] as const])),
  );
  return (
    <>
      <div className={styles.cards}>
        {gauges(report).map(([title, of]) => (
          <Panel key={title} className={styles.card}>
            <h2 className={styles.cardTitle}>{title}</h2>
            <ul aria-label={title}>
              {of.map((gauge) => (
                <li key={gauge.name}>
                  <GaugeLine gauge={gauge} level={levels.get(gauge.name)} />
                </li>
              ))}
            </ul>
          </Panel>
        ))}
      </div>
      <RunsOut report={report} signals={signals} />
    </>
  );
}

function GaugeLine({
  gauge,
  level,
}: {
  readonly gauge: Gauge;
  readonly level: 'warning' | 'critical' | undefined;
}) {
  const { name, label, unit, value, limit, share, reason, meaning } = gauge;
  return (
    <button
      type="button"
      className={styles.gauge}
      data-signal={name}
      title={`${meaning}. Shows its history.`}
      onClick={() => showHistory(name)}
    >
      <span className={styles.label}>
        {level !== undefined && (
          <>
            <StateMark state={level === 'critical' ? 'critical' : 'degraded'} size={12} />{' '}
          </>
        )}
        {label}
      </span>
      <span className={styles.value}>
        <strong>
          <Changed text={measure(value, unit)} />
        </strong>
        {limit !== null && unit !== 'ratio' && <span className={styles.of}> of {measure(limit, unit)}</span>}
      </span>
      {reason !== null && <span className={styles.why}>{reason}</span>}
      {share !== null && (
        <svg className={styles.bar} viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden>
          <rect className={styles.track} width="100" height="3" />
          <rect className={styles.used} width={100 * Math.min(1, share)} height="3" />
        </svg>
      )}
    </button>
  );
}

/** When something runs out if it goes on as it did; nothing that does not. */
function RunsOut({ report, signals }: Props) {
  const known = RUNS_OUT.flatMap(([name, label]) => {
    const value =
      report.values.find((each) => each.name === name)?.value ??
      signals?.items.find((each) => each.name === name)?.last?.value ??
      null;
    return value === null ? [] : [{ name, label, value }];
  });
  return (
    <Panel className={styles.soon}>
      {known.length === 0 ? (
        <p>Nothing runs out: neither disk, memory, quota nor backlog grows towards its limit.</p>
      ) : (
        known.map(({ name, label, value }) => (
          <p key={name}>
            {label}: full in <strong>{measure(value, 's')}</strong> at the pace of the last hour
          </p>
        ))
      )}
    </Panel>
  );
}

function showHistory(name: string): void {
  setSearch({ signal: name, labels: null });
  document.getElementById(HISTORY_ID)?.scrollIntoView({ block: 'start', behavior: 'smooth' });
}
