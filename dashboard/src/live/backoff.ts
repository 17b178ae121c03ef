const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** How long to wait before try `attempt` (from 0); `chance` is 0..1, so that many pages do not come back at once. */
export function backoffMs(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(full * (0.75 + chance / 4));
}
