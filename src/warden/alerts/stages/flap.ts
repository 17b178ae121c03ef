import { spanOf } from '../../detection/index.ts';
import type { Alert, Flapping } from '../alert.ts';
import type { AlertSettings } from '../settings.ts';

type FlapSettings = Pick<AlertSettings, 'flapStarts' | 'flapWindowMs' | 'flapQuietMs'>;

/** What one more start or end at `at` makes of it. `starts` includes this one if it is one. Pure. */
export function flip(
  { flapping, starts }: Pick<Alert, 'flapping' | 'starts'>,
  at: number,
  { flapStarts, flapWindowMs }: FlapSettings,
): Flapping | null {
  if (flapping !== null) return { ...flapping, flips: flapping.flips + 1, lastFlipAt: at };
  const recent = starts.filter((start) => at - start < flapWindowMs);
  if (recent.length < flapStarts) return null;
  // Each start but the last one was followed by an end.
  return { since: recent[0] ?? at, flips: 2 * recent.length - 1, lastFlipAt: at, told: false };
}

/** When it counts as quiet. Pure. */
export const quietAt = ({ lastFlipAt }: Flapping, { flapQuietMs }: FlapSettings): number =>
  lastFlipAt + flapQuietMs;

export const flappingWhy = ({ flips, since, lastFlipAt }: Flapping, { flapQuietMs }: FlapSettings): string =>
  `It came and went ${flips} times within ${spanOf(Math.max(1_000, lastFlipAt - since))}; nothing more is told until it has been quiet for ${spanOf(flapQuietMs)}.`;
