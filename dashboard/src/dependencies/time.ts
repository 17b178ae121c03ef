import { count, age } from '../format.ts';

/** How long an answer takes: "310 ms", "2.4 s", "12 s". */
export function time(ms: number): string {
  if (ms < 1_000) return `${count(ms)} ms`;
  return age(ms < 9_950 ? ms : Math.round(ms / 1_000) * 1_000);
}
