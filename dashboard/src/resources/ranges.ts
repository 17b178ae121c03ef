interface RangeShape {
  readonly label: string;
  /** Length of a row, so that a range has a few hundred of them; without one the points themselves. */
  readonly step?: string;
  /** How often it is asked for anew. */
  readonly everyMs: number;
}

/** How far back a chart looks, by what the API calls it. */
export const RANGES = {
  '15m': { label: '15 min', everyMs: 5_000 },
  '1h': { label: '1 h', step: '15s', everyMs: 15_000 },
  '6h': { label: '6 h', step: '1m', everyMs: 60_000 },
  '24h': { label: '24 h', step: '5m', everyMs: 60_000 },
  '7d': { label: '7 d', step: '30m', everyMs: 300_000 },
  '30d': { label: '30 d', step: '2h', everyMs: 300_000 },
  '90d': { label: '90 d', step: '6h', everyMs: 300_000 },
} as const satisfies Record<string, RangeShape>;

export type Range = keyof typeof RANGES;

/** The range that an address asks for; the last hour when it asks for none that there is. */
export function rangeOf(text: string | null): Range {
  return text !== null && Object.hasOwn(RANGES, text) ? (text as Range) : '1h';
}
