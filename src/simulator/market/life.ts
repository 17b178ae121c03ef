import type { Random } from '../../kernel/index.ts';
import { smoothAt, uniformAt } from './noise.ts';

/**
 * What a token goes through. `curve`: on a bonding curve; `pump`: price and trades rise; `quiet`: some trade;
 * `fading`: the slow death; `rugged`: the liquidity was pulled within the last hour or so; `dead`: hardly a trade;
 * `revival`: a dead one is traded again for some hours.
 */
export type Phase = 'curve' | 'pump' | 'quiet' | 'fading' | 'rugged' | 'dead' | 'revival';

/** When a dead token came back: from here the providers return, and at the end they leave again. */
export interface Revival {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Where a token stands at one minute. */
export interface LifeState {
  readonly phase: Phase;
  /** Trades a minute over all pools, on average. */
  readonly tradesPerMinute: number;
  /** Natural logarithm of the market capitalisation in USD. */
  readonly lnCap: number;
}

/** The whole life of a token: a pure function of the minute, known from its birth on. */
export interface Life {
  readonly bornMinute: number;
  /** When it leaves the bonding curve; undefined when it never does. */
  readonly migratesMinute: number | undefined;
  readonly ruggedMinute: number | undefined;
  /** When its liquidity begins to leave for good, by slow death or rug. */
  readonly endsMinute: number;
  readonly revival: Revival | undefined;
  stateAt(minute: number): LifeState;
}

/** A corner of the plan; between two corners everything changes evenly. `phase` holds from here on. */
interface Corner {
  readonly minute: number;
  readonly phase: Phase;
  readonly lnRate: number;
  readonly lnCap: number;
  /** How far the price swings around the plan. */
  readonly swing: number;
}

const LN_CURVE_START_USD = Math.log(5_600);
const LN_MIGRATION_USD = Math.log(62_000);

/** Of the tokens that migrated and were not pulled, how many come back days later. */
const REVIVAL_SHARE = 0.08;

/** Draws the life of a token that is born on a bonding curve at `bornMinute`. */
export function planLife(random: Random, bornMinute: number): Life {
  const noiseKey = random.integer(0, 2 ** 31 - 1);
  const between = (low: number, high: number): number => low + random.next() * (high - low);
  const lnBetween = (low: number, high: number): number => between(Math.log(low), Math.log(high));
  const lnBetweenPlain = (low: number, high: number): number => Math.exp(lnBetween(low, high));

  let lnCap = LN_CURVE_START_USD;
  let minute = bornMinute;
  const corners: Corner[] = [];
  const corner = (phase: Phase, lnRate: number, swing: number): void => {
    corners.push({ minute, phase, lnRate, lnCap, swing });
  };
  const pass = (minutes: number, lnCapChange: number): void => {
    minute += Math.round(minutes);
    lnCap += lnCapChange;
  };
  /** The rate changes within three minutes, then holds until the phase ends. */
  const live = (phase: Phase, minutes: number, lnRate: number, lnCapChange: number, swing: number): void => {
    corner(phase, corners.at(-1)?.lnRate ?? lnRate, swing);
    pass(3, lnCapChange * 0.1);
    corner(phase, lnRate, swing);
    pass(minutes, lnCapChange * 0.9);
    corner(phase, lnRate, swing);
  };

  const migrates = random.next() < 0.72;
  if (!migrates) {
    live('curve', between(15, 80), lnBetween(4, 20), between(0.4, 1.8), 0.15);
  } else {
    live('curve', between(10, 110), lnBetween(6, 30), LN_MIGRATION_USD - lnCap, 0.12);
  }
  const migratesMinute = migrates ? minute : undefined;

  let ruggedMinute: number | undefined;
  if (migrates) {
    const fate = random.next();
    const rounds = fate > 0.88 ? random.integer(8, 24) : random.integer(1, 3);
    for (let round = 0; round < rounds; round++) {
      live('pump', between(15, 80), lnBetween(20, 110), between(0.2, round === 0 ? 2.5 : 1.1), 0.25);
      live('quiet', between(40, 180), lnBetween(1.5, 9), -between(0.1, 0.9), 0.15);
    }
    if (fate < 0.25) ruggedMinute = minute;
  }

  const endsMinute = minute;
  if (ruggedMinute !== undefined) {
    corner('rugged', lnBetween(40, 120), 0.1);
    pass(2, -between(5, 7));
    corner('rugged', lnBetween(10, 30), 0.05);
    pass(between(40, 90), -0.3);
  } else {
    corner('fading', corners.at(-1)?.lnRate ?? 0, 0.15);
    pass(between(migrates ? 100 : 30, migrates ? 300 : 90), -between(1.2, 3));
  }
  // Without swing the price of the dead stands still.
  const lnDeadRate = lnBetween(0.0008, 0.01);
  corner('dead', lnDeadRate, 0);
  const revives = migrates && ruggedMinute === undefined && random.next() < REVIVAL_SHARE;
  const revival = revives ? addRevival() : undefined;
  return {
    bornMinute,
    migratesMinute,
    ruggedMinute,
    endsMinute,
    revival,
    stateAt: followCorners(corners, noiseKey),
  };

  /** Days later: over 300 trades in five minutes in the main pool, for some hours. */
  function addRevival(): Revival {
    pass(lnBetweenPlain(1_000, 6_000), 0);
    const fromMinute = minute;
    corner('dead', lnDeadRate, 0);
    corner('revival', lnDeadRate, 0.1);
    pass(4, between(0.6, 1.2));
    corner('revival', lnBetween(110, 200), 0.15);
    pass(between(100, 300), between(0, 0.8));
    corner('revival', corners.at(-1)?.lnRate ?? 0, 0.15);
    const toMinute = minute;
    pass(40, -between(0.8, 1.6));
    corner('dead', lnDeadRate, 0);
    return { fromMinute, toMinute };
  }
}

/** Hours of one mood of a token that lives for ever. */
const MOOD_MINUTES = 180;

/** Draws a token that was there long before and stays: moods of three hours around a steady market value. */
export function planLongLife(random: Random, bornMinute: number, busy: boolean): Life {
  const noiseKey = random.integer(0, 2 ** 31 - 1);
  const rateKey = random.integer(0, 2 ** 31 - 1);
  const lnBaseCap = Math.log(2e6) + random.next() * Math.log(400);
  const lnBaseRate = busy
    ? Math.log(4) + random.next() * Math.log(8)
    : Math.log(0.01) + random.next() * Math.log(10);
  const mood = (index: number): number => uniformAt(rateKey, index);
  return {
    bornMinute,
    migratesMinute: bornMinute + 60,
    ruggedMinute: undefined,
    endsMinute: Infinity,
    revival: undefined,
    stateAt(minute) {
      const index = Math.floor(minute / MOOD_MINUTES);
      // The new mood sets in over its first tenth.
      const share = Math.min(1, (minute / MOOD_MINUTES - index) * 10);
      const lnRate = lnBaseRate + 2 * (mood(index - 1) + (mood(index) - mood(index - 1)) * share) - 1;
      const phase = mood(index) > 0.75 ? 'pump' : 'quiet';
      return {
        phase,
        tradesPerMinute: Math.exp(lnRate),
        lnCap: lnBaseCap + swingAt(noiseKey, minute, 0.12) + 0.3 * smoothAt(noiseKey + 3, minute / 9000),
      };
    },
  };
}

function followCorners(corners: readonly Corner[], noiseKey: number): Life['stateAt'] {
  const first = corners[0] as Corner;
  return (minute) => {
    const index = lastAtOrBefore(corners, minute);
    const from = corners[index] ?? first;
    const to = corners[index + 1] ?? from;
    const length = to.minute - from.minute;
    const share = length > 0 ? Math.max(0, minute - from.minute) / length : 0;
    const swing = from.swing + (to.swing - from.swing) * share;
    return {
      phase: from.phase,
      tradesPerMinute: Math.exp(from.lnRate + (to.lnRate - from.lnRate) * share),
      lnCap:
        from.lnCap + (to.lnCap - from.lnCap) * share + (swing > 0 ? swingAt(noiseKey, minute, swing) : 0),
    };
  };
}

/** The price's own unrest: slow, middling and quick waves. */
function swingAt(key: number, minute: number, swing: number): number {
  return (
    swing *
    (smoothAt(key, minute / 240) +
      0.5 * smoothAt(key + 1, minute / 31) +
      0.2 * smoothAt(key + 2, minute / 3.7))
  );
}

/** Index of the last corner at or before `minute`; of corners at the same minute the later one; -1 before all. */
function lastAtOrBefore(corners: readonly Corner[], minute: number): number {
  let low = -1;
  let high = corners.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((corners[middle] as Corner).minute <= minute) low = middle;
    else high = middle - 1;
  }
  return low;
}
