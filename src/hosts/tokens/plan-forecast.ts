import { KIND, type Candidates } from './plan-columns.ts';
import { allocate } from './plan-share.ts';
import type { PlanSettings } from './plan.ts';
import { span } from './words.ts';

/** What shares the requests: reads of one pool of 30 tokens by group, and reads of all pools of one. */
export type ReadClass = 'hot' | 'cold' | 'archived' | 'full';

const READ_CLASSES: readonly ReadClass[] = ['hot', 'cold', 'archived', 'full'];

/** What the quota carries of a class of reads. */
export interface ClassForecast {
  readonly tokens: number;
  /** How often each token should be read. */
  readonly intervalMs: number;
  /** How often each comes to be read; null when nothing is left for the class. */
  readonly rotationMs: number | null;
  /** Of the requests of a minute. */
  readonly requestsPerMinute: number;
}

export type Forecast = Readonly<Record<ReadClass, ClassForecast>>;

const MINUTE_MS = 60_000;

/**
 * How long a round of each class takes: tokens x cost / requests that are left for it, and no less than its interval.
 * The requests are shared as a plan shares them. Pure.
 */
export function forecastReads(
  { counts }: Pick<Candidates, 'counts'>,
  requestsPerMinute: number,
  batchSize: number,
  settings: PlanSettings,
): Forecast {
  const cold = counts[KIND.cold] ?? 0;
  const active = counts[KIND.active] ?? 0;
  const hot = (counts[KIND.hot] ?? 0) + active;
  const archived = counts[KIND.archived] ?? 0;
  const monitoring = cold + hot - active;
  const perMinute = (tokens: number, intervalMs: number): number => (tokens * MINUTE_MS) / intervalMs;
  const checks =
    perMinute(monitoring, settings.checkIntervalMs) + perMinute(active, settings.activeCheckIntervalMs);
  const full = monitoring + active;
  const classes: readonly (readonly [number, number, number])[] = [
    [hot, settings.hotIntervalMs, batchSize],
    [cold, settings.coldIntervalMs, batchSize],
    [archived, settings.archivedIntervalMs, batchSize],
    // The mean of two intervals, weighted by how many tokens have them.
    [full, full === 0 ? settings.checkIntervalMs : (full * MINUTE_MS) / checks, 1],
  ];
  const given = allocate(
    requestsPerMinute,
    classes.map(([tokens, intervalMs, perRequest]) => perMinute(tokens, intervalMs) / perRequest),
    [0, settings.coldShare, settings.archivedShare, settings.checkShare].map(
      (share) => share * requestsPerMinute,
    ),
  );
  const [hotReads, coldReads, archivedReads, fullReads] = classes.map(
    ([tokens, intervalMs, perRequest], index): ClassForecast => {
      const requests = given[index] ?? 0;
      const roundMs = (tokens * MINUTE_MS) / (requests * perRequest);
      return {
        tokens,
        intervalMs,
        rotationMs: tokens === 0 ? intervalMs : requests === 0 ? null : Math.max(intervalMs, roundMs),
        requestsPerMinute: requests,
      };
    },
  ) as [ClassForecast, ClassForecast, ClassForecast, ClassForecast];
  return { hot: hotReads, cold: coldReads, archived: archivedReads, full: fullReads };
}

const WORDS: Readonly<Record<ReadClass, { readonly who: string; readonly what: string }>> = {
  hot: { who: 'hot tokens', what: 'refreshed' },
  cold: { who: 'cold tokens', what: 'refreshed' },
  archived: { who: 'archived tokens', what: 'looked at' },
  full: { who: 'all pools of a token', what: 'read' },
};

/** What the quota cannot carry, in a sentence ("cold tokens are refreshed every 14 min"); null when it carries all. Pure. */
export function shortfallOf(forecast: Forecast): string | null {
  const parts = READ_CLASSES.flatMap((name) => {
    const { rotationMs, intervalMs } = forecast[name];
    const { who, what } = WORDS[name];
    if (rotationMs === null) return [`${who} are never ${what}`];
    const [is, wanted] = [span(rotationMs), span(intervalMs)];
    return rotationMs <= 1.01 * intervalMs || is === wanted
      ? []
      : [`${who} are ${what} every ${is} instead of every ${wanted}`];
  });
  return parts.length === 0 ? null : `The quota does not carry everything: ${parts.join('; ')}.`;
}
