import { describe, expect, it, vi } from 'vitest';
import { FakeClock, createRandom } from '../kernel/index.ts';
import { observeDependency } from './dependency-metrics.ts';
import { createMetrics, toPrometheus, type Metrics } from './metrics/index.ts';
import { parseExposition } from './metrics/testing/parse-exposition.ts';
import { createDependency, type DependencyOptions } from './resilience/index.ts';

function play(options: Partial<DependencyOptions<'reads'>> = {}) {
  const clock = new FakeClock();
  const metrics = createMetrics({ clock });
  const dependency = createDependency<'reads'>({
    name: 'Market',
    clock,
    random: createRandom(1),
    timeout: 2_000,
    retry: { maxRetries: 1, backoff: { jitter: 'none', firstMs: 100 } },
    breaker: { trip: { consecutiveFailures: 2 }, openMs: 60_000 },
    quotas: { reads: { limit: 10, windowMs: 1_000, maxWaitMs: 0 } },
    ...options,
  });
  return { clock, metrics, dependency, remove: observeDependency(metrics, dependency) };
}

/** Each series as a line, in the words of the text format. */
function scrape(metrics: Metrics): Map<string, number | undefined> {
  const lines = new Map<string, number | undefined>();
  for (const { name, series } of parseExposition(toPrometheus(metrics.collect()))) {
    for (const { labels, value } of series) {
      const words = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
      lines.set([name, ...words].join(' '), value);
    }
  }
  return lines;
}

const down = Object.assign(new Error('down'), { status: 503 });
const throttled = Object.assign(new Error('less'), { status: 429 });
const forbidden = Object.assign(new Error('no'), { status: 403 });
const throws = (error: Error) => (): never => {
  throw error;
};

describe('a dependency, as Prometheus sees it', () => {
  it('before its first call', () => {
    const seen = scrape(play().metrics);
    expect(seen.get('dependency_attempts_total dependency=Market')).toBe(0);
    expect(seen.get('dependency_state dependency=Market state=closed')).toBe(1);
    expect(seen.get('dependency_state dependency=Market state=open')).toBe(0);
    expect(seen.get('dependency_healthy dependency=Market')).toBe(1);
    expect(seen.get('dependency_timeout_seconds dependency=Market')).toBe(2);
    expect(seen.get('dependency_quota_limit dependency=Market quota=reads')).toBe(10);
    // What is not known is not there.
    for (const name of ['error_ratio', 'latency_p95_seconds', 'probe_success'])
      expect(seen.has(`dependency_${name} dependency=Market`), name).toBe(false);
  });

  it('tells attempts, retries, failures by kind, refusals by whom, and the state', async () => {
    const { clock, metrics, dependency } = play();
    const slow = [1, 2].map(() => dependency.execute(() => clock.sleep(500), { quota: 'reads' }));
    const failed = dependency.tryExecute(throws(forbidden), { quota: 'reads' });
    expect(scrape(metrics).get('dependency_running dependency=Market')).toBe(2);
    await clock.advance(500);
    await Promise.all([...slow, failed]);
    const retried = dependency.tryExecute(throws(down), { quota: 'reads' });
    await clock.advance(100);
    await retried;
    await dependency.tryExecute(() => 'not called');
    const seen = scrape(metrics);
    const expected: Record<string, number> = {
      'dependency_attempts_total dependency=Market': 5,
      'dependency_successes_total dependency=Market': 2,
      'dependency_failures_total dependency=Market kind=transient': 2,
      'dependency_failures_total dependency=Market kind=persistent': 1,
      'dependency_failures_total dependency=Market kind=throttled': 0,
      'dependency_retries_total dependency=Market': 1,
      'dependency_refused_total dependency=Market by=breaker': 1,
      'dependency_refused_total dependency=Market by=quota': 0,
      'dependency_retry_budget_left dependency=Market': 2,
      'dependency_running dependency=Market': 0,
      'dependency_state dependency=Market state=open': 1,
      'dependency_state dependency=Market state=closed': 0,
      'dependency_state_changes_total dependency=Market to=open': 1,
      'dependency_state_changes_total dependency=Market to=closed': 0,
      'dependency_healthy dependency=Market': 0,
      'dependency_error_ratio dependency=Market': 0.6,
      'dependency_latency_average_seconds dependency=Market': 0.5,
      'dependency_quota_used dependency=Market quota=reads': 5,
      'dependency_quota_waiting dependency=Market quota=reads': 0,
    };
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, seen.get(key)]))).toEqual(expected);
    for (const p of ['p50', 'p95', 'p99'])
      expect(seen.get(`dependency_latency_${p}_seconds dependency=Market`)).toBeCloseTo(0.5, 1);
  });

  it('tells what the other side asked for', async () => {
    const { metrics, dependency } = play({ retry: false });
    await dependency.tryExecute(throws(Object.assign(throttled, { headers: { 'retry-after': '3' } })), {
      quota: 'reads',
    });
    const seen = scrape(metrics);
    expect(seen.get('dependency_rate_limit_incidents_total dependency=Market quota=reads')).toBe(1);
    expect(seen.get('dependency_quota_rate dependency=Market quota=reads')).toBe(5);
    expect(seen.get('dependency_quota_blocked_seconds dependency=Market quota=reads')).toBe(3);
  });

  it('tells of the cache, of answers from elsewhere, of hedges and of the probe', async () => {
    const { clock, metrics, dependency } = play({
      hedge: { delayMs: 50 },
      cache: { ttlMs: 1_000, staleIfErrorMs: 5_000 },
      probe: { everyMs: 100, run: () => 'up' },
    });
    const slow = dependency.execute(() => clock.sleep(80));
    await clock.advance(100);
    await slow;
    await dependency.read('x', () => 1);
    await dependency.read('x', () => 1);
    await clock.advance(2_000);
    await dependency.read('x', throws(forbidden));
    await dependency.read('y', throws(forbidden), { fallbacks: [{ source: 'history', run: () => 2 }] });
    await clock.advance(200);
    const seen = scrape(metrics);
    expect(seen.get('dependency_hedges_total dependency=Market')).toBe(1);
    expect(seen.get('dependency_cache_hits_total dependency=Market')).toBe(1);
    expect(seen.get('dependency_stale_answers_total dependency=Market')).toBe(1);
    expect(seen.get('dependency_fallbacks_total dependency=Market')).toBe(1);
    expect(seen.get('dependency_probe_success dependency=Market')).toBe(1);
  });

  it('stands beside others, and is gone when it is removed', () => {
    const { metrics, remove, clock } = play();
    observeDependency(metrics, createDependency({ name: 'Mail "x"', clock }));
    expect(scrape(metrics).get('dependency_healthy dependency=Mail "x"')).toBe(1);
    remove();
    remove();
    const left = [...scrape(metrics).keys()];
    expect(left.filter((line) => line.includes('=Market'))).toEqual([]);
    expect(left.filter((line) => line.includes('=Mail'))).not.toEqual([]);
  });

  it('makes one report a collection, and a new one for the next', async () => {
    const { metrics, dependency } = play();
    const report = vi.fn(dependency.report);
    observeDependency(metrics, { name: 'Counted', on: dependency.on, report });
    await Promise.resolve();
    report.mockClear();
    metrics.collect();
    expect(report).toHaveBeenCalledTimes(1);
    await Promise.resolve();
    metrics.collect();
    expect(report).toHaveBeenCalledTimes(2);
  });
});
