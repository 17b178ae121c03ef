const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A resolution of the history: `raw`, points as they were measured; `minute` and `quarter`, rows of 1 and 15 minutes. */
export type Tier = 'raw' | 'minute' | 'quarter';

/** Length of a row and how long it is kept, in ms; a raw point has no length. Finest first. */
export const TIERS = {
  raw: { stepMs: 0, keptMs: HOUR_MS },
  minute: { stepMs: MINUTE_MS, keptMs: 48 * HOUR_MS },
  quarter: { stepMs: 15 * MINUTE_MS, keptMs: 90 * 24 * HOUR_MS },
} as const satisfies Record<Tier, { readonly stepMs: number; readonly keptMs: number }>;

/** How long each tier is kept, in ms: a coarser one at least as long as a finer one, points for an hour at least. */
export type KeptMs = Readonly<Record<Tier, number>>;
/** When nobody says otherwise. */
const KEPT_MS: KeptMs = {
  raw: TIERS.raw.keptMs,
  minute: TIERS.minute.keptMs,
  quarter: TIERS.quarter.keptMs,
};

/** Start of the period of `stepMs` that holds a moment; periods are counted from the epoch. */
export const periodOf = (at: number, stepMs: number): number => Math.floor(at / stepMs) * stepMs;

/**
 * The moments (ms since the epoch) from which each tier is whole; what is older may be deleted. They lie on quarters of an
 * hour, so that the raw points of a row are there in full or not at all: 60 to 75 minutes of them are kept.
 */
export function keptFrom(now: number, kept: KeptMs = KEPT_MS): Readonly<Record<Tier, number>> {
  const from = (tier: Tier): number => periodOf(now - kept[tier], TIERS.quarter.stepMs);
  return { raw: from('raw'), minute: from('minute'), quarter: from('quarter') };
}
