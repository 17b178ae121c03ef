import type { Random } from '../../kernel/index.ts';
import { uniformAt } from './noise.ts';

/** Births that share one chance of a burst. */
const STRETCH = 40;
/** Stretches in which a hot symbol is copied. */
const BURST_SHARE = 0.35;
const FEWEST_COPIES = 3;
const MOST_COPIES = 9;

/**
 * Whose name a token bears: its own, or that of one born shortly before, when a hot symbol is copied in a burst.
 * A pure function of the slot.
 */
export function createCopycats(random: Random): (slot: number) => number {
  const key = random.integer(0, 2 ** 31 - 1);
  return (slot) => {
    if (slot < 0) return slot;
    const stretch = Math.floor(slot / STRETCH);
    if (uniformAt(key, stretch) >= BURST_SHARE) return slot;
    const leader = stretch * STRETCH + Math.floor(uniformAt(key + 1, stretch) * (STRETCH - MOST_COPIES - 1));
    const copies =
      FEWEST_COPIES + Math.floor(uniformAt(key + 2, stretch) * (MOST_COPIES - FEWEST_COPIES + 1));
    return slot > leader && slot <= leader + copies ? leader : slot;
  };
}
