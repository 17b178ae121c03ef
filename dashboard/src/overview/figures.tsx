import type { Overview } from '../../../src/contract/index.ts';
import { age, count, percent, plural } from '../format.ts';
import { Figure } from './figure.tsx';
import styles from './figures.module.css';

const seconds = (value: number): string => age(value * 1_000);

/** The four numbers that decide, each with its last hour and its limit. */
export function Figures({ overview }: { readonly overview: Overview }) {
  const { freshness, quota, backlog, errorRate, series, limits, at } = overview;
  const { hot, cold } = freshness;
  const ofQuota = (value: number): string => ((limits.quota_used ?? 2) <= 1 ? percent(value) : count(value));
  const common = { until: at } as const;
  return (
    <ul className={styles.figures} aria-label="The numbers that decide">
      <Figure
        {...common}
        name="Freshness of hot tokens, p95"
        value={age(hot.p95Ms)}
        note={
          hot.p95Ms === null
            ? 'no answer yet'
            : `median ${age(hot.medianMs)}, ${plural(hot.stale, 'stale token')}`
        }
        series={series.freshness_hot_p95_s}
        limit={limits.freshness_hot_p95_s}
        format={seconds}
        over={isOver(hot.p95Ms === null ? null : hot.p95Ms / 1_000, limits.freshness_hot_p95_s)}
      />
      <Figure
        {...common}
        name="Backlog"
        value={count(backlog)}
        unit={backlog === 1 ? 'token' : 'tokens'}
        note={`refresh due, of ${count(hot.count + cold.count)}`}
        series={series.backlog}
        limit={limits.backlog}
        format={count}
        over={isOver(backlog, limits.backlog)}
      />
      <Figure
        {...common}
        name="Quota used"
        value={count(quota.pairs.used)}
        unit={`of ${count(quota.pairs.limit)} a minute`}
        note={`profiles ${count(quota.profiles.used)} of ${count(quota.profiles.limit)}`}
        series={series.quota_used}
        limit={limits.quota_used}
        format={ofQuota}
        over={isOver(quota.pairs.used, quota.pairs.limit)}
      />
      <Figure
        {...common}
        name="Error rate"
        value={percent(errorRate)}
        note={errorRate === null ? 'no calls in 5 minutes' : 'of calls in 5 minutes'}
        series={series.error_rate}
        limit={limits.error_rate}
        format={percent}
        over={isOver(errorRate, limits.error_rate)}
      />
    </ul>
  );
}

function isOver(value: number | null, limit: number | undefined): boolean {
  return value !== null && limit !== undefined && value > limit;
}
