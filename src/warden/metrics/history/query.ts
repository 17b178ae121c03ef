import { combine, type Row } from './roll-up.ts';
import { keptFrom, TIERS, type KeptMs, type Tier } from './tiers.ts';

/** A part of a range that one tier answers: from `from` until before `to`, in ms since the epoch. */
export interface ReadPart {
  readonly tier: Tier;
  readonly from: number;
  readonly to: number;
}

/** How a range is answered. */
export interface ReadPlan {
  readonly from: number;
  readonly to: number;
  /** Length of a row of the answer, in ms; null when it is made of the points themselves. */
  readonly stepMs: number | null;
  /** Oldest first, without gap or overlap. */
  readonly parts: readonly ReadPart[];
}

/**
 * Chooses where a range is read. The step is the one asked for, but never finer than what is kept at the beginning of the
 * range, and a whole multiple of it; without one it is the finest there. Ranges begin where history does, and at a step.
 * @param range in ms since the epoch, `to` not included.
 */
export function planRead(
  range: { readonly from: number; readonly to: number; readonly stepMs: number | null },
  now: number,
  keptMs?: KeptMs,
): ReadPlan {
  const kept = keptFrom(now, keptMs);
  const to = range.to;
  const begin = Math.min(to, Math.max(range.from, kept.quarter));
  // The last 60 minutes are whole in every case; beyond them the points reach back to a quarter of an hour.
  const finest: Tier = begin >= kept.raw ? 'raw' : begin >= kept.minute ? 'minute' : 'quarter';
  const finestMs = TIERS[finest].stepMs;
  const wanted = range.stepMs ?? finestMs;
  const stepMs = finestMs === 0 ? wanted : Math.max(1, Math.ceil(wanted / finestMs)) * finestMs;
  const from = stepMs === 0 ? begin : Math.max(kept.quarter, Math.floor(begin / stepMs) * stepMs);
  const until = { quarter: kept.minute, minute: kept.raw, raw: Infinity };
  const parts = (['quarter', 'minute', 'raw'] as const)
    .map((tier) => ({
      tier,
      from: Math.max(from, kept[tier]),
      to: Math.min(to, until[tier]),
    }))
    .filter((part) => part.from < part.to);
  return { from, to, stepMs: stepMs === 0 ? null : stepMs, parts };
}

/** The answer from what the parts gave: rows on the step, oldest first; a period without points has no row. */
export function assemble(plan: ReadPlan, parts: readonly (readonly Row[])[]): readonly Row[] {
  const rows = parts.flat();
  return plan.stepMs === null ? rows : combine(rows, plan.stepMs);
}
