import { describeError } from '../../kernel/index.ts';
import type { BreakerSettings } from './breaker-options.ts';
import { OutcomeRing } from './breaker-window.ts';

/** What speaks for opening: how the calls of the window ended, and what came in a row. */
export class Evidence {
  ring: OutcomeRing;
  consecutiveFailures = 0;
  /** Until when one failure is enough, because another process has found it failing. */
  advisedUntilMs = -Infinity;
  #persistingInRow = 0;
  #cause: unknown;
  #causeText: string | null = null;

  constructor(windowMs: number) {
    this.ring = new OutcomeRing(windowMs);
  }

  success(nowMs: number, slow: boolean): void {
    this.consecutiveFailures = 0;
    this.#persistingInRow = 0;
    this.ring.record(nowMs, false, slow);
  }

  failure(nowMs: number, slow: boolean, cause: unknown): void {
    this.consecutiveFailures += 1;
    this.#cause = cause;
    this.#causeText = null;
    this.ring.record(nowMs, true, slow);
  }

  /** One more failure that counts only when it persists: whether it does. */
  persists(after: number): boolean {
    this.#persistingInRow += 1;
    return this.#persistingInRow >= after;
  }

  /** The last failure, in words. It is described when somebody asks, and let go then. */
  lastCause(): string | null {
    if (this.#cause !== undefined) {
      this.#causeText = describeError(this.#cause);
      this.#cause = undefined;
    }
    return this.#causeText;
  }

  /** After it has closed, what was before counts no more. */
  forget(): void {
    this.consecutiveFailures = 0;
    this.#persistingInRow = 0;
    this.advisedUntilMs = -Infinity;
    this.ring.clear();
  }

  /** Takes over what a snapshot held. */
  replace(consecutiveFailures: number, lastCause: string | null): void {
    this.forget();
    this.consecutiveFailures = consecutiveFailures;
    this.#cause = undefined;
    this.#causeText = lastCause;
  }

  resize(nowMs: number, windowMs: number): void {
    if (windowMs === this.ring.windowMs) return;
    const ring = new OutcomeRing(windowMs);
    ring.add(nowMs, this.ring.parts(nowMs));
    this.ring = ring;
  }
}

/** Why a window is reason enough to open, in words; null when it is not. */
export function judgeWindow(settings: BreakerSettings, ring: OutcomeRing): string | null {
  const { calls, failures, slow } = ring;
  if (calls >= settings.failureMinimum && failures / calls >= settings.failureRatio)
    return `${failures} of ${calls} calls in ${settings.windowMs} ms failed`;
  if (calls >= settings.slowMinimum && slow / calls >= settings.slowRatio)
    return `${slow} of ${calls} calls in ${settings.windowMs} ms took ${settings.slowMs} ms or longer`;
  return null;
}

/** Why a failure just now is reason enough to open, in words; null when it is not. */
export function judgeFailure(settings: BreakerSettings, evidence: Evidence, nowMs: number): string | null {
  const { consecutiveFailures: failures } = evidence;
  if (failures >= settings.consecutiveFailures)
    return `${failures} ${failures === 1 ? 'failure' : 'failures in a row'}`;
  if (nowMs < evidence.advisedUntilMs) return 'a failure here after others found it failing';
  return settings.judgesWindow ? judgeWindow(settings, evidence.ring) : null;
}
