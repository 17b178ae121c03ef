import type { ThreadLook } from './thread-use.ts';

/** For how long the main thread has not answered, as it was counted until the last look. */
export interface Patience {
  readonly last: ThreadLook;
  readonly countedMs: number;
}

/** Time between looks, in ms. */
export const PATIENCE_LOOK_MS = 10;
/** A late look counts as so many times its wait. */
const MOST_COUNTED = 1.5;

export const newPatience = (first: ThreadLook): Patience => ({ last: first, countedMs: 0 });

/**
 * Counts on for one look. Pure.
 *
 * A main thread that wants to run and gets no time is not to blame: only the CPU time that it got counts. Nor is it to blame
 * when this thread got none: its answer is there perhaps, and it stands still because it was interrupted. So a late look counts
 * little more than its wait, and a verdict takes several looks, between which an answer would have been read.
 */
export function lookOn({ last, countedMs }: Patience, seen: ThreadLook): Patience {
  const passedMs = seen.ofThread && !seen.waits ? seen.cpuMs - last.cpuMs : seen.atMs - last.atMs;
  const most = MOST_COUNTED * PATIENCE_LOOK_MS;
  return { last: seen, countedMs: countedMs + Math.min(most, Math.max(0, passedMs)) };
}
