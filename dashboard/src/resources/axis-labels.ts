const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

type Scale = readonly (readonly [from: number, suffix: string])[];

const SECONDS: Scale = [
  [DAY_S, ' d'],
  [HOUR_S, ' h'],
  [MINUTE_S, ' min'],
  [1, ' s'],
  [1e-3, ' ms'],
  [1e-6, ' µs'],
];
const BYTES: Scale = [
  [1e15, ' PB'],
  [1e12, ' TB'],
  [1e9, ' GB'],
  [1e6, ' MB'],
  [1e3, ' kB'],
  [1, ' B'],
];
const COUNTS: Scale = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
];

/** Numbers beyond these are written with an exponent. */
const LEAST = 1e-6;
const MOST = 1e6;
const MOST_DECIMALS = 6;
/** With more of them the next smaller unit reads better. */
const FEW_DECIMALS = 2;

/** Steps of an axis of durations, in seconds; beyond a minute they are those of a clock. */
export const DURATION_STEPS: readonly number[] = [
  ...[-6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power)),
  ...[1, 2, 5, 10, 20, 30],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_S),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_S),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000].map((days) => days * DAY_S),
];

/**
 * What stands at the ticks of an axis: all in one unit, with as many decimals as tell two neighbours apart. Pure.
 * @param values rising and evenly spaced @param unit as the API names it
 */
export function axisLabels(values: readonly number[], unit: string | null): string[] {
  const highest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = Math.abs((values[1] ?? highest) - (values[0] ?? 0)) || highest;
  if (unit === 'ratio') return written(values, step, 0.01, ' %');
  if (unit === 's') return scaled(values, step, highest, SECONDS);
  if (unit === 'ms') return scaled(values, step, highest * 1e-3, SECONDS, 1e-3);
  if (unit === 'bytes') return scaled(values, step, highest, BYTES);
  if (unit === 'bytes/s') return scaled(values, step, highest, BYTES).map((text) => `${text}/s`);
  const after = unit?.startsWith('1/') ? ` ${unit.slice(1)}` : unit === '%' ? ' %' : '';
  return scaled(values, step, highest, COUNTS).map((text) => text + after);
}

/** @param factor what one of the values is, in the unit of the scale */
function scaled(
  values: readonly number[],
  step: number,
  highest: number,
  scale: Scale,
  factor = 1,
): string[] {
  const reached = scale.filter(([from]) => highest >= from * 0.9999);
  const known = reached.length > 0 ? reached : scale.slice(-1);
  // Zero says nothing of its size.
  const fits =
    highest === 0
      ? scale.find(([from]) => from === 1)
      : known.find(([from]) => decimalsOf((step * factor) / from) <= FEW_DECIMALS);
  const [size, suffix] = fits ?? known[0] ?? [1, ''];
  return written(values, step, size / factor, suffix);
}

function written(values: readonly number[], step: number, size: number, suffix: string): string[] {
  const decimals = decimalsOf(step / size);
  return values.map((value) => {
    const parts = value / size;
    // A tick that misses zero by a rounding error is zero.
    if (Math.abs(value) <= step * 1e-6) return suffix.startsWith(' ') ? `0${suffix}` : '0';
    if (Math.abs(parts) >= MOST || step / size < LEAST) {
      // An exponent beside a k or an M would be two of them.
      const [number, unit] = suffix.startsWith(' ') ? [parts, suffix] : [value, ''];
      return `${number.toExponential(2).replace('e+', 'e')}${unit}`;
    }
    return `${parts.toFixed(decimals)}${suffix}`;
  });
}

/** As many as a step needs to be written in full. */
function decimalsOf(step: number): number {
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals += 1) {
    const whole = step * 10 ** decimals;
    if (Math.abs(whole - Math.round(whole)) < 1e-6 * whole && Math.round(whole) > 0) return decimals;
  }
  return MOST_DECIMALS;
}
