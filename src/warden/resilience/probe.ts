import { describeError, systemClock, type Clock } from '../../kernel/index.ts';
import type { Work } from './call.ts';
import { checkFinitePositive } from './option-checks.ts';
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
export const probeDefaults: ProbeSettings = { everyMs: 5_000, timeoutMs: 4_000 };

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
 * An active probe: one request at a time, every `everyMs` while it is needed and never else. One that takes longer than
 * `everyMs` is followed by the next at once, never overlapped by it.
 */
export function createProbe(options: ProbeOptions): Probe {
  const { run, isNeeded, onResult, what = 'the probe', clock = systemClock } = options;
  let settings = checked({ ...probeDefaults, ...options });
  let last: ProbeResult | null = null;
  let cancelTimer: (() => void) | undefined;
  let abort: AbortController | undefined;
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
    abort?.abort();
    abort = undefined;
  };

  const waitUntil = (atMs: number): void => {
    cancelTimer = clock.schedule(atMs - clock.monotonic(), () => {
      cancelTimer = undefined;
      if (needed()) void probe();
    });
  };

  const probe = async (): Promise<void> => {
    const own = new AbortController();
    abort = own;
    const at = clock.now();
    const startedMs = clock.monotonic();
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
    abort = undefined;
    // Whoever was told may have ended the need, or begun it anew.
    if (cancelTimer === undefined && needed()) waitUntil(startedMs + settings.everyMs);
  };

  return {
    check() {
      if (!needed()) rest();
      else if (cancelTimer === undefined && abort === undefined)
        waitUntil(clock.monotonic() + settings.everyMs);
    },
    stop() {
      stopped = true;
      rest();
    },
    last: () => last,
    state() {
      if (stopped) return 'stopped';
      if (abort !== undefined) return 'running';
      return cancelTimer === undefined ? 'idle' : 'waiting';
    },
    configure(change) {
      settings = checked({ ...settings, ...change });
    },
  };
}

function checked({ everyMs, timeoutMs }: ProbeSettings): ProbeSettings {
  checkFinitePositive('everyMs', everyMs);
  checkFinitePositive('timeoutMs', timeoutMs);
  return { everyMs, timeoutMs };
}
