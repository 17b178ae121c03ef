import type { Moment } from './rule.ts';

/** How this turn stands to the one before. */
export interface Tick {
  readonly now: Moment;
  /** Time since the last turn that counts as observed, in ms. */
  readonly passedMs: number;
  /** The process stood still, or a clock jumped: what was seen before and what is seen now do not belong together. */
  readonly isInterrupted: boolean;
}

/** Beyond this a clock was set, or the machine slept; corrections by a time server are smaller. */
const JUMP_MS = 10_000;

/**
 * One late turn says nothing of the time in between, so a turn counts for at most three (5 s at least); after ten (35 s at
 * least, as a recovery may hold a turn up for 30 s) it was an interruption. Pure.
 */
export function tickOf(before: Moment | null, now: Moment, turnMs: number): Tick {
  if (before === null) return { now, passedMs: 0, isInterrupted: false };
  const elapsedMs = Math.max(0, now.monotonicMs - before.monotonicMs);
  const jumpMs = Math.abs(now.wallMs - before.wallMs - elapsedMs);
  const isInterrupted = jumpMs > JUMP_MS || elapsedMs > Math.max(35_000, 10 * turnMs);
  return {
    now,
    passedMs: isInterrupted ? 0 : Math.min(elapsedMs, Math.max(5_000, 3 * turnMs)),
    isInterrupted,
  };
}
