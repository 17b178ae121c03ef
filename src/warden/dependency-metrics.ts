import type { Metrics } from './metrics/index.ts';
import type { BreakerState, Dependency, DependencyReport } from './resilience/index.ts';

/** What is observed of a dependency: `createDependency` gives one, and a client that wraps one can. */
export interface ObservedDependency {
  readonly name: string;
  report(): DependencyReport;
  readonly on: Dependency['on'];
}

type Read = (report: DependencyReport) => number | null;

const STATES: readonly BreakerState[] = ['closed', 'open', 'half_open', 'isolated'];
const PER_SECOND = 1_000;

const seconds = (ms: number | null | undefined): number | null => (ms == null ? null : ms / PER_SECOND);

/** Counted since the start, of a dependency as a whole. */
const TOTALS: Readonly<Record<string, readonly [help: string, read: Read]>> = {
  dependency_attempts_total: ['Requests made, retries and hedges among them.', ({ total }) => total.attempts],
  dependency_successes_total: ['Requests that were answered.', ({ total }) => total.successes],
  dependency_retries_total: ['Retries that the retry budget let through.', ({ total }) => total.retries],
  dependency_hedges_total: ['Second requests sent because the first took long.', ({ total }) => total.hedges],
  dependency_cache_hits_total: [
    'Answers out of the cache that were still fresh.',
    ({ total }) => total.cacheHits,
  ],
  dependency_stale_answers_total: [
    'Answers out of the cache because nothing newer could be had.',
    ({ total }) => total.staleAnswers,
  ],
  dependency_fallbacks_total: ['Answers that an alternative gave.', ({ total }) => total.fallbacks],
};

/** As it is now; null leaves the series out. */
const GAUGES: Readonly<Record<string, readonly [help: string, read: Read]>> = {
  dependency_healthy: ['1 when it is worth calling, else 0.', ({ healthy }) => Number(healthy)],
  dependency_running: ['Requests under way.', ({ running }) => running],
  dependency_retry_budget_left: [
    'Retries that may start now; absent without a budget.',
    ({ retriesLeft }) => retriesLeft,
  ],
  dependency_error_ratio: [
    'Share of requests of the last five minutes that failed, 0 to 1.',
    ({ errorRate }) => errorRate,
  ],
  dependency_latency_average_seconds: [
    'Average time to an answer in the last five minutes.',
    ({ latency }) => seconds(latency?.averageMs),
  ],
  dependency_latency_p50_seconds: [
    'Median time to an answer in the last five minutes.',
    ({ latency }) => seconds(latency?.p50Ms),
  ],
  dependency_latency_p95_seconds: [
    '95th percentile of the time to an answer in the last five minutes.',
    ({ latency }) => seconds(latency?.p95Ms),
  ],
  dependency_latency_p99_seconds: [
    '99th percentile of the time to an answer in the last five minutes.',
    ({ latency }) => seconds(latency?.p99Ms),
  ],
  dependency_timeout_seconds: [
    'Time limit of a request that starts now; absent without one.',
    ({ timeoutMs }) => seconds(timeoutMs),
  ],
  dependency_probe_success: [
    'Result of the last active probe: 1 answered, 0 did not; absent before the first.',
    ({ probe }) => probe && Number(probe.ok),
  ],
};

type ReadQuota = (quota: DependencyReport['quotas'][number]) => number;

const QUOTA_GAUGES: Readonly<Record<string, readonly [help: string, read: ReadQuota]>> = {
  dependency_quota_limit: ['Requests that may start in any window of the quota.', ({ limit }) => limit],
  dependency_quota_rate: [
    'The same now: less for a while after the other side asked for less.',
    ({ rate }) => rate,
  ],
  dependency_quota_used: ['Requests in the window that ends now.', ({ used }) => used],
  dependency_quota_waiting: ['Calls that wait for the quota.', ({ waiting }) => waiting],
  dependency_quota_blocked_seconds: [
    'Time until the other side may be called again; 0 when it did not ask to be left alone.',
    ({ blockedForMs }) => blockedForMs / PER_SECOND,
  ],
};

/**
 * Registers what is known of a dependency, under names that begin with `dependency_` and with its name as label. Figures
 * are read from its report when the metrics are collected, once for each collection, so that calls pay nothing for them.
 * Gives the function that removes them: the series are left out from then on.
 * @throws RangeError when a name was declared as something else.
 */
export function observeDependency(metrics: Metrics, dependency: ObservedDependency): () => void {
  const own = { dependency: dependency.name };
  const removals: (() => void)[] = [];
  let known: DependencyReport | null = null;
  /** Collecting takes no turn of the event loop, so one report serves all that is read in it. */
  const report = (): DependencyReport => {
    if (known === null) {
      known = dependency.report();
      queueMicrotask(() => {
        known = null;
      });
    }
    return known;
  };
  const read = (
    series: { readFrom(value: () => number | null): () => void },
    value: () => number | null,
  ): void => {
    series.readFrom(value);
    removals.push(() => series.readFrom(() => null));
  };

  for (const [name, [help, value]] of Object.entries(TOTALS))
    read(metrics.counter({ name, help, labels: ['dependency'] }).with(own), () => value(report()));
  for (const [name, [help, value]] of Object.entries(GAUGES))
    read(metrics.gauge({ name, help, labels: ['dependency'] }).with(own), () => value(report()));

  const now = dependency.report();
  const failures = metrics.counter({
    name: 'dependency_failures_total',
    help: 'Requests that failed, by what the failure was.',
    labels: ['dependency', 'kind'],
  });
  for (const kind of keysOf(now.total.failures))
    read(failures.with({ ...own, kind }), () => report().total.failures[kind]);
  const refused = metrics.counter({
    name: 'dependency_refused_total',
    help: 'Calls that were not made, by what refused them.',
    labels: ['dependency', 'by'],
  });
  for (const by of keysOf(now.total.refused))
    read(refused.with({ ...own, by }), () => report().total.refused[by]);

  const state = metrics.gauge({
    name: 'dependency_state',
    help: 'State of the breaker: 1 for the state that it is in, 0 for the others.',
    labels: ['dependency', 'state'],
  });
  const changes = metrics.counter({
    name: 'dependency_state_changes_total',
    help: 'Changes of the state of the breaker, by the new state.',
    labels: ['dependency', 'to'],
  });
  const changed: Record<BreakerState, number> = { closed: 0, open: 0, half_open: 0, isolated: 0 };
  removals.push(
    dependency.on('state_change', ({ to }) => {
      changed[to] += 1;
    }),
  );
  for (const each of STATES) {
    read(state.with({ ...own, state: each }), () => Number(report().state === each));
    read(changes.with({ ...own, to: each }), () => changed[each]);
  }

  const incidents = metrics.counter({
    name: 'dependency_rate_limit_incidents_total',
    help: 'How often the other side asked for less (429).',
    labels: ['dependency', 'quota'],
  });
  for (const { name: quota } of now.quotas) {
    const labels = { ...own, quota };
    const find = (): DependencyReport['quotas'][number] | undefined =>
      report().quotas.find(({ name }) => name === quota);
    for (const [name, [help, value]] of Object.entries(QUOTA_GAUGES)) {
      read(metrics.gauge({ name, help, labels: ['dependency', 'quota'] }).with(labels), () => {
        const found = find();
        return found ? value(found) : null;
      });
    }
    read(incidents.with(labels), () => find()?.incidents ?? null);
  }

  return () => {
    for (const remove of removals.splice(0)) remove();
  };
}

const keysOf = <Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] =>
  Object.keys(record) as Key[];
