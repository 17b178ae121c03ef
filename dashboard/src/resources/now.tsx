import type { ResourceReport, SignalLimit, SignalList } from '../../../src/contract/index.ts';
import { useOverview } from '../api/queries.ts';
import { Changed } from '../common/changed.tsx';
import { Panel } from '../common/panel.tsx';
import { StateMark } from '../common/state-mark.tsx';
import { setSearch } from '../routing/router.ts';
import { gauges, RUNS_OUT, sourceGauges, type Gauge } from './gauges.ts';
import { HISTORY_ID } from './history-id.ts';
import { measure } from './measure.ts';
import styles from './page.module.css';

type Levels = ReadonlyMap<string, SignalLimit['level']>;

interface Props {
  readonly report: ResourceReport;
  readonly signals: SignalList | undefined;
}

/** What is used now, and of how much; each value leads to its history. */
export function Now({ report, signals }: Props) {
  const quotaLimit = useOverview().data?.quota.pairs.limit ?? null;
  const levels: Levels = new Map(
    signals?.items.flatMap(({ name, level }) => (level === null ? [] : [[name, level] as const])),
  );
  return (
    <div className={styles.cards}>
      {[...gauges(report), ...sourceGauges(signals, quotaLimit)].map(([title, of]) => (
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
      <RunsOut report={report} signals={signals} />
    </div>
  );
}

function GaugeLine({
  gauge,
  level,
}: {
  readonly gauge: Gauge;
  readonly level: SignalLimit['level'] | undefined;
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

/** When something runs out if it goes on as it did, and how much of the disk is left. */
function RunsOut({ report, signals }: Props) {
  const valueOf = (name: string): number | null =>
    report.values.find((each) => each.name === name)?.value ??
    signals?.items.find((each) => each.name === name)?.last?.value ??
    null;
  const [free, total] = [valueOf('disk_free_bytes'), valueOf('disk_total_bytes')];
  return (
    <Panel className={`${styles.card} ${styles.soon}`}>
      <h2 className={styles.cardTitle}>What runs out</h2>
      <dl className={styles.facts}>
        {RUNS_OUT.map(([name, label]) => (
          <div key={name} className={styles.fact}>
            <dt>{label}</dt>
            <dd>
              {valueOf(name) === null ? (
                'is not seen to grow towards its limit'
              ) : (
                <>
                  full in <strong>{measure(valueOf(name), 's')}</strong> at the pace of the last hour
                </>
              )}
              {name === 'disk_full_in_s' && free !== null && (
                <span className={styles.of}>
                  {' '}
                  ({measure(free, 'bytes')} free{total !== null && ` of ${measure(total, 'bytes')}`})
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function showHistory(name: string): void {
  setSearch({ signal: name, labels: null });
  document.getElementById(HISTORY_ID)?.scrollIntoView({ block: 'start', behavior: 'smooth' });
}
