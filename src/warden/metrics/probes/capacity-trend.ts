import { RingBuffer, type Clock } from '../../../kernel/index.ts';
import { secondsUntilFull, type CapacityPoint } from './capacity.ts';

const POINTS = 60;
const EVERY_MS = 60_000;

/** When something that is read all the time reaches its limit. */
export interface CapacityTrend {
  /**
   * Takes the value of now; null: not known. One a minute counts.
   * @returns seconds until the limit is reached by the last hour; null when the value does not grow, or nobody can say.
   */
  next(value: number | null): number | null;
}

export function createCapacityTrend(clock: Pick<Clock, 'monotonic'>, limit: number): CapacityTrend {
  const points = new RingBuffer<CapacityPoint>(POINTS);
  let estimate: { readonly seconds: number; readonly atMs: number } | null = null;
  return {
    next(value) {
      if (value === null) return null;
      if (value >= limit) return 0;
      const atMs = clock.monotonic();
      const last = points.at(-1);
      if (last === undefined || atMs - last.atMs >= EVERY_MS) {
        points.push({ atMs, value });
        const seconds = secondsUntilFull([...points], limit);
        estimate = seconds === null ? null : { seconds, atMs };
      }
      return estimate === null ? null : Math.max(0, estimate.seconds - (atMs - estimate.atMs) / 1_000);
    },
  };
}
