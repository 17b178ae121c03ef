import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Bounds of a {@link duration}, in milliseconds, inclusive. */
export interface DurationBounds {
  readonly minMs?: number;
  readonly maxMs?: number;
}

/**
 * A span of time: text such as `"250ms"`, `"30s"`, `"5m"`, `"12h"`, `"2d"`, or a plain number of seconds (also as
 * text, as the environment gives it). Comes out in milliseconds.
 */
export function duration({ minMs = 0, maxMs = Number.MAX_SAFE_INTEGER }: DurationBounds = {}) {
  return z.union([z.string(), z.number()], missingOr('a duration')).transform((input, context) => {
    const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(input).trim());
    if (!match) {
      context.addIssue({
        code: 'custom',
        message: `is not a duration: ${JSON.stringify(input)}; write it as "30s", "5m", "12h" or a number of seconds`,
      });
      return z.NEVER;
    }
    const ms = Number(match[1]) * UNIT_MS[(match[2] ?? 's') as keyof typeof UNIT_MS];
    if (ms < minMs || ms > maxMs) {
      context.addIssue({
        code: 'custom',
        message: `must be between ${formatDuration(minMs)} and ${formatDuration(maxMs)}, not ${JSON.stringify(input)}`,
      });
      return z.NEVER;
    }
    return ms;
  });
}

/** The shortest exact text of a duration, as in `90s`, `5m`. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms >= UNIT_MS[unit] && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}

/** What is said of a value of another type. */
const missingOr = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is missing' : `must be ${what}, not ${JSON.stringify(input)}`,
});

/** A number, also as text, as the environment gives it. The empty string is refused, not read as zero. */
export function number({
  min = -Infinity,
  max = Infinity,
}: { readonly min?: number; readonly max?: number } = {}) {
  return z.union([z.number(), z.string()], missingOr('a number')).transform((input, context) => {
    const value = typeof input === 'string' && input.trim() === '' ? Number.NaN : Number(input);
    if (Number.isFinite(value) && value >= min && value <= max) return value;
    const bounds =
      min === -Infinity && max === Infinity ? '' : ` between ${min} and ${max === Infinity ? 'any' : max}`;
    context.addIssue({ code: 'custom', message: `must be a number${bounds}, not ${JSON.stringify(input)}` });
    return z.NEVER;
  });
}

/** A whole number, also as text. */
export function integer(bounds: { readonly min?: number; readonly max?: number } = {}) {
  return number(bounds).refine(Number.isInteger, { message: 'must be a whole number' });
}

/** True or false, also as the words `true`, `false`, `on`, `off`. */
export function flag() {
  return z
    .union([z.boolean(), z.enum(['true', 'false', 'on', 'off'])], {
      error: (issue) => `must be true or false, not ${JSON.stringify(issue.input)}`,
    })
    .transform((input) => input === true || input === 'true' || input === 'on');
}

/** Text that is not empty. */
export function text({ max = 500 }: { readonly max?: number } = {}) {
  return z
    .string({ error: (issue) => `must be text, not ${JSON.stringify(issue.input)}` })
    .trim()
    .min(1, 'must not be empty')
    .max(max);
}
