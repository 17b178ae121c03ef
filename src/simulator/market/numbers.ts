/** Numbers as DexScreener writes them. */

/** A price as text, with four significant digits and never an exponent: `0.000008201`, `81.20`, `0.9998`. */
export function priceText(price: number): string {
  if (!(price > 0)) return '0';
  const decimals = 3 - Math.floor(Math.log10(price));
  return price.toFixed(Math.min(30, Math.max(2, decimals)));
}

/** A change from one price to another in percent: two decimals below 100 %, whole numbers above. */
export function percentChange(from: number, to: number): number {
  const percent = (to / from - 1) * 100;
  return Math.abs(percent) < 100 ? roundTo(percent, 2) : Math.round(percent);
}

/** A market value: cents below 100,000 USD, whole dollars above. */
export const valueUsd = (usd: number): number => (usd < 100_000 ? roundTo(usd, 2) : Math.round(usd));

/** `value` with at most `decimals` decimals, and never -0. */
export function roundTo(value: number, decimals: number): number {
  const unit = 10 ** decimals;
  return Math.round(value * unit) / unit + 0;
}
