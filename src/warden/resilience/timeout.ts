import { AbortedError, TimeoutError, onAbort, systemClock, type Clock } from '../../kernel/index.ts';
import { AdaptiveTimeout, type AdaptiveTimeoutOptions } from './adaptive-timeout.ts';
import { Attempt } from './attempt.ts';
import type { CallOptions, Policy, Work } from './call.ts';
import { Deadlines, Due } from './deadlines.ts';
import { demandNumber } from './option-checks.ts';

/** Options of {@link createTimeout}. */
export interface TimeoutOptions {
  /** Named in errors. Default `work`. */
  readonly name?: string | undefined;
  /** The limit in ms, or how it follows what answers take. Default 10,000. */
  readonly limit?: number | AdaptiveTimeoutOptions | undefined;
  readonly clock?: Clock | undefined;
}

export const timeoutDefaults = { limitMs: 10_000 } as const;

/** A time limit of its own. */
export interface Timeout extends Policy {
  /** The limit of a call that starts now, in ms. */
  readonly limitMs: number;
}

/**
 * Gives work up when its time is over: the promise rejects with a TimeoutError and the signal of the work aborts, each
 * call's own and no other's. The shorter of the limit, `deadlineMs` and what is left to the call around it holds.
 * @throws RangeError for a limit that is no time.
 */
export function createTimeout(options: TimeoutOptions = {}): Timeout {
  const { name = 'work', limit = timeoutDefaults.limitMs, clock = systemClock } = options;
  if (typeof limit === 'number') demandNumber('limit', limit, 0);
  const adaptive = typeof limit === 'object' ? new AdaptiveTimeout(limit) : null;
  const fixedMs = typeof limit === 'number' ? limit : 0;
  const deadlines = new Deadlines(clock);
  const limitMs = (): number => (adaptive === null ? fixedMs : adaptive.limitMs(clock.monotonic()));
  return {
    get limitMs() {
      return limitMs();
    },
    execute: (work, call) =>
      runLimited(work, call, { clock, deadlines, what: call?.what ?? name, limitMs: limitMs(), adaptive }),
  };
}

interface Limits {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly what: string;
  readonly limitMs: number;
  readonly adaptive: AdaptiveTimeout | null;
}

class Limit extends Due {
  readonly #end: () => void;

  constructor(end: () => void) {
    super();
    this.#end = end;
  }

  onDue(): void {
    this.#end();
  }
}

function runLimited<T>(work: Work<T>, call: CallOptions | undefined, limits: Limits): Promise<T> {
  const { clock, deadlines, what, adaptive } = limits;
  const parents = [call?.signal, call?.within?.signal].filter((signal) => signal !== undefined);
  const goneAlready = parents.find(({ aborted }) => aborted);
  if (goneAlready) return Promise.reject(new AbortedError(what, goneAlready.reason));
  const startedMs = clock.monotonic();
  const limitMs = Math.min(
    limits.limitMs,
    call?.deadlineMs ?? Infinity,
    call?.within?.remainingMs() ?? Infinity,
  );
  const attempt = new Attempt(call?.within?.attempt ?? 1, startedMs + limitMs, () => clock.monotonic());

  return new Promise<T>((resolve, reject) => {
    // What the work throws is handed through as it is, also what is no Error.
    const fail: (reason: unknown) => void = reject;
    const settle = (): void => {
      deadlines.remove(limit);
      for (const forget of forgets) forget();
    };
    const giveUp = (error: Error): void => {
      settle();
      fail(error);
      attempt.abort(error);
    };
    const limit = new Limit(() => {
      const nowMs = clock.monotonic();
      // A caller in a hurry says nothing about how long answers take.
      if (adaptive !== null && limitMs >= adaptive.patienceMs(nowMs)) adaptive.ranOut(nowMs, limitMs);
      giveUp(new TimeoutError(what, limitMs));
    });
    const forgets = parents.map((parent) =>
      onAbort(parent, () => {
        giveUp(new AbortedError(what, parent.reason));
      }),
    );
    if (limitMs < Infinity) deadlines.add(limit, startedMs + limitMs, startedMs);
    let running: T | PromiseLike<T>;
    try {
      running = work(attempt);
    } catch (error) {
      settle();
      fail(error);
      return;
    }
    Promise.resolve(running).then(
      (value) => {
        if (limit.listed) adaptive?.answered(clock.monotonic(), clock.monotonic() - startedMs);
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        fail(error);
      },
    );
  });
}
