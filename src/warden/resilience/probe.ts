import { describeError, systemClock, type Clock } from '../../kernel/index.ts';
import type { Work } from './call.ts';
import { checkFinitePositive, wholeNumber } from './option-checks.ts';
import { SharedWork } from './shared-work.ts';

/** How a probe ended. */
export interface ProbeResult {
  /** When it began, in wall-clock milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** Why it failed, in words; null when it did not. */
  readonly cause: string | null;
  readonly durationMs: number;
}

/** What {@link createProbe} may be told while it runs. */
export interface ProbeSettings {
  /** From the begin of one probe to the begin of the next, without jitter, in ms. Default 5,000. */
  readonly everyMs: number;
  /** A probe that has not ended by then is aborted and has failed, in ms. Default 4,000. */
  readonly timeoutMs: number;
  /**
   * Probes under way at once. With one, a probe that takes longer than `everyMs` is followed by the next; with more, the
   * next begins beside it, so that something slow can be waited for without finding out later that it is back. Default 1.
   */
  readonly atOnce: number;
}

/** Options of {@link createProbe}. */
export interface ProbeOptions extends Partial<ProbeSettings> {
  /** One cheap request. It succeeds unless it throws. */
  readonly run: Work<unknown>;
  /** Whether probing is called for, as while a breaker is open. Asked before each probe; one that throws says no. */
  readonly isNeeded: () => boolean;
  /** Told of each result. What it throws changes nothing. */
  readonly onResult?: (result: ProbeResult) => void;
  /** Names the probe in its timeouts. Default `the probe`. */
  readonly what?: string;
  readonly clock?: Clock;
}

/** Defaults of {@link ProbeSettings}. */
export const probeDefaults: ProbeSettings = { everyMs: 5_000, timeoutMs: 4_000, atOnce: 1 };

const MOST_AT_ONCE = 100;

/** Finds out, while that is needed, whether something answers again. */
export interface Probe {
  /**
   * To be called whenever the need may have begun or ended; any number of times. Where it has begun the first probe runs
   * `everyMs` later; where it has ended a probe under way is aborted and tells no result, and no timer is left.
   */
  check(): void;
  /** Ends it for good. */
  stop(): void;
  /** The last result, also after the need for it has ended; null before the first. */
  last(): ProbeResult | null;
  /** `waiting`: the next one has its time; `stopped` by {@link stop}. */
  state(): 'idle' | 'waiting' | 'running' | 'stopped';
  /** Counts from the next probe on. @throws RangeError, having changed nothing. */
  configure(change: Partial<ProbeSettings>): void;
}

/**
 * An active probe: a request every `everyMs` while it is needed and never else, no more than `atOnce` at a time. Where
 * those take longer, the next begins as soon as one of them ends.
 */
export function createProbe(options: ProbeOptions): Probe {
  const { run, isNeeded, onResult, what = 'the probe', clock = systemClock } = options;
  let settings = checked({ ...probeDefaults, ...options });
  let last: ProbeResult | null = null;
  let cancelTimer: (() => void) | undefined;
  const underWay = new Set<AbortController>();
  /** When the next one is to begin; it waits for an earlier one to end. */
  let dueMs: number | null = null;
  let stopped = false;

  const needed = (): boolean => {
    try {
      return !stopped && isNeeded();
    } catch {
      return false;
    }
  };

  const rest = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    dueMs = null;
    const aborted = [...underWay];
    underWay.clear();
    for (const one of aborted) one.abort();
  };

  const waitUntil = (atMs: number): void => {
    if (underWay.size >= settings.atOnce) {
      dueMs = atMs;
      return;
    }
    dueMs = null;
    cancelTimer = clock.schedule(atMs - clock.monotonic(), () => {
      cancelTimer = undefined;
      if (needed()) void probe();
    });
  };

  const probe = async (): Promise<void> => {
    const own = new AbortController();
    underWay.add(own);
    const at = clock.now();
    const startedMs = clock.monotonic();
    waitUntil(startedMs + settings.everyMs);
    const attempt = new SharedWork<unknown>(clock, what);
    const ended = attempt.wait({ signal: own.signal }, settings.timeoutMs).then(
      () => null,
      (error: unknown) => describeError(error),
    );
    attempt.run(run);
    const cause = await ended;
    if (own.signal.aborted) return;
    last = { at, ok: cause === null, cause, durationMs: clock.monotonic() - startedMs };
    try {
      onResult?.(last);
    } catch {
      // A listener that throws changes nothing.
    }
    // Whoever was told may have ended the need, or begun it anew.
    if (!underWay.delete(own)) return;
    if (cancelTimer === undefined && dueMs !== null && needed()) waitUntil(dueMs);
  };

  return {
    check() {
      if (!needed()) rest();
      else if (cancelTimer === undefined && underWay.size === 0)
        waitUntil(clock.monotonic() + settings.everyMs);
    },
    stop() {
      stopped = true;
      rest();
    },
    last: () => last,
    state() {
      if (stopped) return 'stopped';
      if (underWay.size > 0) return 'running';
      return cancelTimer === undefined ? 'idle' : 'waiting';
    },
    configure(change) {
      settings = checked({ ...settings, ...change });
    },
  };
}

function checked({ everyMs, timeoutMs, atOnce }: ProbeSettings): ProbeSettings {
  checkFinitePositive('everyMs', everyMs);
  checkFinitePositive('timeoutMs', timeoutMs);
  return { everyMs, timeoutMs, atOnce: wholeNumber('atOnce', atOnce, 1, MOST_AT_ONCE) };
}
