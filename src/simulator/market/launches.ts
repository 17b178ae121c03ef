import type { Random } from '../../kernel/index.ts';
import type { Launch } from '../market.ts';
import { uniformAt } from './noise.ts';
import type { Population } from './population.ts';
import { MINUTE_MS, minuteOf } from './time.ts';

/** No token stays on its bonding curve for longer. */
const CURVE_MINUTES = 240;

/**
 * When the tokens of a population are born and leave their bonding curves. As everything in this market, what happened
 * in one minute is seen in the next; within that minute each launch has a moment of its own.
 */
export function createLaunches(
  random: Random,
  population: Pick<Population, 'listedAt'>,
): (fromMs: number, toMs: number) => readonly Launch[] {
  const keys = {
    created: random.integer(0, 2 ** 31 - 1),
    migrated: random.integer(0, 2 ** 31 - 1),
  };
  return (fromMs, toMs) => {
    const launches: Launch[] = [];
    for (let minute = minuteOf(fromMs); minute * MINUTE_MS < toMs; minute++) {
      const listed = population.listedAt(minute);
      for (let index = 0; index < listed.length; index++) {
        const { slot, asset, life } = listed.at(index);
        // Newest first: whoever is older has left its curve long ago.
        if (life.bornMinute < minute - CURVE_MINUTES) break;
        for (const kind of ['created', 'migrated'] as const) {
          const happened = kind === 'created' ? life.bornMinute : life.migratesMinute;
          if (happened !== minute - 1) continue;
          const at = minute * MINUTE_MS + Math.floor(uniformAt(keys[kind], slot) * MINUTE_MS);
          if (at >= fromMs && at < toMs) launches.push({ at, kind, ...asset });
        }
      }
    }
    return launches.sort((a, b) => a.at - b.at || (a.mint < b.mint ? -1 : 1));
  };
}
