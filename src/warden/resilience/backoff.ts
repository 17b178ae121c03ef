import { requireNumber } from './option-checks.ts';

/**
 * How chance spreads the delays of those who failed together. With `base = min(capMs, firstMs * factor^(attempt - 1))`:
 *
 * - `equal`: between half of `base` and `base`. With a factor of 2 or more each delay is at least the one before, up to
 *   the cap.
 * - `full`: between 0 and `base`. Spreads most, and may try again at once.
 * - `decorrelated`: between `firstMs` and three times the delay before (`factor` plays no part), at most `capMs`.
 * - `none`: `base`.
 *
 * The first three are those of Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export type Jitter = 'equal' | 'full' | 'decorrelated' | 'none';

/** How long to wait before another attempt. */
export interface BackoffOptions {
  /** The delay before the second attempt, before chance, in ms. Default 500. */
  readonly firstMs?: number | undefined;
  /** By how much each delay is longer than the one before; 1 keeps them alike. Default 2. */
  readonly factor?: number | undefined;
  /** No delay is longer, in ms; at least `firstMs`. Default 30,000. */
  readonly capMs?: number | undefined;
  /** Default `equal`. */
  readonly jitter?: Jitter | undefined;
}

/** {@link BackoffOptions} with nothing left out. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  readonly jitter: Jitter;
}

export const backoffDefaults: Backoff = { firstMs: 500, factor: 2, capMs: 30_000, jitter: 'equal' };

const JITTERS: readonly string[] = ['equal', 'full', 'decorrelated', 'none'] satisfies Jitter[];

/**
 * Fills in what `options` leave out from `base`.
 * @throws RangeError that names the option, its value and what is allowed.
 */
export function resolveBackoff(options: BackoffOptions = {}, base: Backoff = backoffDefaults): Backoff {
  const backoff: Backoff = {
    firstMs: options.firstMs ?? base.firstMs,
    factor: options.factor ?? base.factor,
    capMs: options.capMs ?? base.capMs,
    jitter: options.jitter ?? base.jitter,
  };
  requireNumber('backoff.firstMs', backoff.firstMs, { least: 0 });
  requireNumber('backoff.factor', backoff.factor, { least: 1 });
  requireNumber('backoff.capMs', backoff.capMs, { least: backoff.firstMs });
  if (!JITTERS.includes(backoff.jitter)) {
    throw new RangeError(`backoff.jitter must be one of ${JITTERS.join(', ')}, not ${backoff.jitter}`);
  }
  return backoff;
}

/**
 * Milliseconds to wait after `attempt` failed (1 is the first). `previousMs` is the delay before that attempt, 0 when
 * there was none; `random` is uniform in [0, 1). The formulas are those of {@link Jitter}.
 */
export function nextDelay(
  { firstMs, factor, capMs, jitter }: Backoff,
  attempt: number,
  previousMs: number,
  random: number,
): number {
  if (jitter === 'decorrelated') {
    const longest = Math.max(firstMs, previousMs) * 3;
    return Math.min(capMs, firstMs + random * (longest - firstMs));
  }
  // Of no delay, any number of doublings is none; the power may be infinite.
  const base = firstMs === 0 ? 0 : Math.min(capMs, firstMs * factor ** (attempt - 1));
  if (jitter === 'full') return random * base;
  return jitter === 'equal' ? base * ((1 + random) / 2) : base;
}
