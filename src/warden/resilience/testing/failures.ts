import type { Classification } from '../classify.ts';

/** An error with properties. */
export const failure = (properties: object, message = 'failed'): Error =>
  Object.assign(new Error(message), properties);
/** As Node throws it. */
export const code = (name: string, syscall?: string): Error =>
  failure({ code: name, ...(syscall && { syscall }) });
/** As a client of HTTP throws it. */
export const status = (number: number, more: object = {}): Error => failure({ status: number, ...more });
/** As a library throws it. */
export const named = (name: string, properties: object = {}): Error => failure({ name, ...properties });
/** As `fetch` throws it. */
export const caused = (cause: unknown, message = 'fetch failed'): Error => new TypeError(message, { cause });
/** The same meaning, and a wait that was asked for. */
export const asked = (meaning: Classification, retryAfterMs: number): Classification => ({
  ...meaning,
  retryAfterMs,
});
