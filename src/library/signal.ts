import type { Clock } from '../kernel/index.ts';
import type { Sample } from '../warden/detection/index.ts';

/** Gives the value now, at once or later; null while there is nothing to measure. */
export type ReadSignal = () => number | null | undefined | Promise<number | null | undefined>;

/** A value that was read so long ago says nothing of now. */
const STALE_MS = 30_000;

const valueOf = (name: string, value: unknown): number | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  throw new TypeError(`the signal ${name} gave ${typeof value}, not a number`);
};

/**
 * A signal as a probe. One that answers later is asked again once it has answered; meanwhile its last value counts, for
 * 30 s. What goes wrong is thrown, so that the monitor says so.
 */
export function signalProbe(clock: Clock, name: string, read: ReadSignal): () => readonly Sample[] {
  let last: { readonly value: number | null; readonly atMs: number } | null = null;
  let askedMs: number | null = null;
  let failed: { readonly error: unknown } | null = null;

  const settle = async (pending: Promise<number | null | undefined>): Promise<void> => {
    try {
      last = { value: valueOf(name, await pending), atMs: clock.monotonic() };
      failed = null;
    } catch (error) {
      last = null;
      failed = { error };
    } finally {
      askedMs = null;
    }
  };

  return () => {
    if (askedMs === null) {
      const given = read();
      if (!(given instanceof Promise)) return [{ signal: name, value: valueOf(name, given) }];
      askedMs = clock.monotonic();
      void settle(given);
    } else if (clock.monotonic() - askedMs >= STALE_MS) {
      throw new Error(`the signal ${name} has not answered for ${STALE_MS / 1_000} s`);
    }
    if (failed !== null) throw failed.error;
    const isFresh = last !== null && clock.monotonic() - last.atMs < STALE_MS;
    return [{ signal: name, value: isFresh ? (last?.value ?? null) : null }];
  };
}
