import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(-?)((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+)$/;

/** Milliseconds of `90s`, `1h30m`, `2d`, `-3d`; undefined when it is not written like that. */
export function spanMs(text: string): number | undefined {
  const [, sign, parts] = SPAN.exec(text) ?? [];
  if (parts === undefined) return undefined;
  let sum = 0;
  for (const [, amount = '', unit = ''] of parts.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    sum += Number(amount) * (UNITS[unit] ?? NaN);
  }
  return sign === '-' ? -sum : sum;
}

const span = (signed: boolean) =>
  z.string().transform((text, context) => {
    const ms = spanMs(text);
    if (ms !== undefined && (signed || ms >= 0)) return ms;
    context.addIssue({
      code: 'custom',
      message: `must be a duration such as "90s", "1h30m" or "2d"${signed ? ', which may begin with "-"' : ''}, not ${JSON.stringify(text)}`,
    });
    return z.NEVER;
  });

/** A time since the start of the world, or a length of time, in ms. */
export const duration = span(false);
/** A time that may lie before the start, in ms. */
export const signedDuration = span(true);

/** `2h 30m` of milliseconds, for people. */
export function spanText(ms: number): string {
  if (ms < 0) return `-${spanText(-ms)}`;
  const parts: string[] = [];
  let rest = Math.round(ms / 1_000);
  for (const [unit, seconds] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.join(' ') || '0s';
}
