import { age, compact, count, duration, percent } from '../format.ts';

/** A value of a rule with its unit, in the words of the page. */
export function measured(value: number, unit: string): string {
  switch (unit) {
    case 'ms':
      return value < 1_000 ? `${count(value)} ms` : age(value);
    case 's':
      return value < 60 ? age(value * 1_000) : duration(value * 1_000);
    case 'ratio':
      return percent(value);
    case '%':
      return percent(value / 100);
    default: {
      const number = Math.abs(value) < 100_000 && Number.isInteger(value) ? count(value) : compact(value);
      return unit === '' || unit === '1' ? number : `${number} ${unit}`;
    }
  }
}
