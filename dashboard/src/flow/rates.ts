import type { FlowHour, FlowReport } from '../../../src/contract/index.ts';

const HOUR_MS = 3_600_000;

export type Move = 'discovered' | 'activated' | 'demoted' | 'archived' | 'returned';

/** How often something happened, as a sum and per hour. */
export interface Rate {
  readonly sum: number;
  readonly perHour: number;
}

export interface Rates extends Record<Move, Rate> {
  /** How many hours of the report the rates are of, begun ones included. */
  readonly hours: number;
}

/**
 * Sums over the hours of the report, and per hour. Hours before the first in which anything happened are from before
 * the service was there, and the last is not over; the divisor is never under an hour, or a minute would tell of a day.
 */
export function ratesOf({ byHour, at }: FlowReport): Rates {
  const first = byHour.reduce((min, hour) => (isQuiet(hour) ? min : Math.min(min, hour.at)), at);
  const hours = Math.max(1, (at - first) / HOUR_MS);
  const rate = (move: Move): Rate => {
    const sum = byHour.reduce((total, hour) => total + hour[move], 0);
    return { sum, perHour: sum / hours };
  };
  return {
    hours: byHour.filter((hour) => hour.at >= first).length || byHour.length,
    discovered: rate('discovered'),
    activated: rate('activated'),
    demoted: rate('demoted'),
    archived: rate('archived'),
    returned: rate('returned'),
  };
}

function isQuiet({ at: _, ...counts }: FlowHour): boolean {
  return Object.values(counts).every((count) => count === 0);
}

/** Share of the tokens checked that met the condition, 0..1; null without checks. */
export function successOf(hours: readonly FlowHour[]): number | null {
  const checked = hours.reduce((sum, hour) => sum + hour.checked, 0);
  const passed = hours.reduce((sum, hour) => sum + hour.passed, 0);
  return checked === 0 ? null : passed / checked;
}

/** The hours in two halves by number, older and younger; a middle one counts as younger. */
export function halvesOf(hours: readonly FlowHour[]): readonly [older: FlowHour[], younger: FlowHour[]] {
  const sorted = hours.toSorted((a, b) => a.at - b.at);
  const middle = Math.floor(sorted.length / 2);
  return [sorted.slice(0, middle), sorted.slice(middle)];
}
