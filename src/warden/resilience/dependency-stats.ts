import { LatencyWindow } from '../../kernel/index.ts';
import type { Refusal } from './call.ts';
import type { FailureKind } from './classify.ts';
import { CountWindow } from './count-window.ts';

/** The kinds of failure, in the order in which they are counted. */
const FAILURE_KINDS: readonly FailureKind[] = [
  'transient',
  'throttled',
  'persistent',
  'system',
  'critical',
  'cancelled',
];
/** Who refuses, in the order in which they are counted. */
const REFUSERS: readonly Refusal['by'][] = ['breaker', 'quota', 'bulkhead', 'deadline', 'offline'];

const SUCCESSES = 0;
const RETRIES = 1;
const CACHE_HITS = 2;
const STALE_ANSWERS = 3;
const FALLBACKS = 4;
const HEDGES = 5;
const FIRST_FAILURE = 6;
const FIRST_REFUSAL = FIRST_FAILURE + FAILURE_KINDS.length;
const SIZE = FIRST_REFUSAL + REFUSERS.length;

/** What a dependency did, over the window or since the start. */
export interface DependencyCounts {
  /** Times the work was run: first attempts, retries and hedges. */
  readonly attempts: number;
  readonly successes: number;
  readonly failures: Readonly<Record<FailureKind, number>>;
  readonly refused: Readonly<Record<Refusal['by'], number>>;
  readonly retries: number;
  readonly hedges: number;
  /** Answers out of the cache that were still fresh. */
  readonly cacheHits: number;
  /** Answers out of the cache because nothing newer could be had. */
  readonly staleAnswers: number;
  /** Answers of an alternative. */
  readonly fallbacks: number;
}

/** How long answers took, in ms. */
export interface LatencyFigures {
  readonly averageMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Of five minutes: half a minute each, so that the last minute can be told. */
const SLICES = 10;
/** The 95th percentile of fewer than twenty answers is the slowest of them. */
const LATEST = { spanMs: 60_000, atLeast: 20 };

/** How long the latest answers took; null without one. */
export interface LatestLatency {
  readonly answers: number;
  readonly p95Ms: number | null;
}

/** What was computed of the durations, until they change. */
interface Figures {
  readonly changes: number;
  readonly latency: LatencyFigures | null;
  readonly latest: LatestLatency;
}

/** Counts what a dependency does: O(1) a call, in memory that does not grow. */
export class DependencyStats {
  readonly #counts: CountWindow;
  readonly #latencies: LatencyWindow;
  #known: Figures | null = null;

  constructor(windowMs: number) {
    this.#counts = new CountWindow(SIZE, windowMs);
    this.#latencies = new LatencyWindow({ windowMs, slices: SLICES });
  }

  success(nowMs: number, durationMs: number): void {
    this.#counts.add(nowMs, SUCCESSES);
    this.#latencies.record(nowMs, durationMs);
  }

  failure(nowMs: number, kind: FailureKind): void {
    this.#counts.add(nowMs, FIRST_FAILURE + FAILURE_KINDS.indexOf(kind));
  }

  refusal(nowMs: number, by: Refusal['by']): void {
    this.#counts.add(nowMs, FIRST_REFUSAL + REFUSERS.indexOf(by));
  }

  retry(nowMs: number): void {
    this.#counts.add(nowMs, RETRIES);
  }

  hedge(nowMs: number): void {
    this.#counts.add(nowMs, HEDGES);
  }

  cacheHit(nowMs: number): void {
    this.#counts.add(nowMs, CACHE_HITS);
  }

  staleAnswer(nowMs: number): void {
    this.#counts.add(nowMs, STALE_ANSWERS);
  }

  fallback(nowMs: number): void {
    this.#counts.add(nowMs, FALLBACKS);
  }

  /** @param running attempts that have not ended. */
  recent(nowMs: number, running = 0): DependencyCounts {
    return counts((index) => this.#counts.recent(nowMs, index), running);
  }

  total(running = 0): DependencyCounts {
    return counts((index) => this.#counts.total(index), running);
  }

  /** Null without answers in the window. */
  latency(nowMs: number): LatencyFigures | null {
    return this.#figures(nowMs).latency;
  }

  /** They are asked for in every turn of a loop, and cost more than a call. */
  #figures(nowMs: number): Figures {
    const changes = this.#latencies.changes(nowMs);
    if (this.#known?.changes === changes) return this.#known;
    const { count, ms } = this.#latencies.newest(nowMs, LATEST, 0.95);
    const averageMs = this.#latencies.mean(nowMs);
    const quantile = (q: number): number => this.#latencies.quantile(nowMs, q) ?? 0;
    this.#known = {
      changes,
      latest: { answers: count, p95Ms: ms },
      latency:
        averageMs === null
          ? null
          : { averageMs, p50Ms: quantile(0.5), p95Ms: quantile(0.95), p99Ms: quantile(0.99) },
    };
    return this.#known;
  }

  /** The 95th percentile of the last minute; further back, up to the window, while there were few answers. */
  latestP95(nowMs: number): LatestLatency {
    return this.#figures(nowMs).latest;
  }

  /** Share of attempts of the window that failed, 0..1; a caller's cancellation is none. Null without attempts. */
  errorRate(nowMs: number): number | null {
    const { successes, failures } = this.recent(nowMs);
    const failed =
      failures.transient + failures.throttled + failures.persistent + failures.system + failures.critical;
    const ended = successes + failed;
    return ended === 0 ? null : failed / ended;
  }
}

function counts(read: (index: number) => number, running: number): DependencyCounts {
  const named = <Name extends string>(names: readonly Name[], first: number): Record<Name, number> => {
    const record = {} as Record<Name, number>;
    for (let index = 0; index < names.length; index++) record[names[index] as Name] = read(first + index);
    return record;
  };
  const successes = read(SUCCESSES);
  const failures = named(FAILURE_KINDS, FIRST_FAILURE);
  return {
    attempts: running + successes + Object.values(failures).reduce((sum, count) => sum + count, 0),
    successes,
    failures,
    refused: named(REFUSERS, FIRST_REFUSAL),
    retries: read(RETRIES),
    hedges: read(HEDGES),
    cacheHits: read(CACHE_HITS),
    staleAnswers: read(STALE_ANSWERS),
    fallbacks: read(FALLBACKS),
  };
}
