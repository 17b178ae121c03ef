import type { Sample, ThresholdRule } from '../detection/index.ts';
import { describeBlock, type Block } from './block.ts';

const WINDOW_MS = 60_000;
/** The longest blocks of a window are what counts; more than these are only counted. */
const MOST_KEPT = 100;
/** A condition is critical at a multiple of the limit, and not for less than this. */
const CRITICAL_TIMES = 5;
const CRITICAL_FROM_S = 5;

/** Blocks as signals of a control loop. Times are those of a monotonic clock, in ms. */
export interface BlockSignals {
  add(block: Block, endedMs: number): void;
  /**
   * `loop_blocked_s`: the longest block that ended within the last minute, 0 when there was none. `loop_blocks`: how many
   * there have been so far.
   */
  samples(nowMs: number): readonly Sample[];
  /** A condition for as long as `loop_blocked_s` is over the limit; it names what blocked the loop. */
  readonly rule: ThresholdRule;
}

/** @param limitMs the limit of the watchdog */
export function createBlockSignals(limitMs: number): BlockSignals {
  let count = 0;
  let kept: { readonly block: Block; readonly endedMs: number }[] = [];
  let worst: Block | null = null;
  const limitS = limitMs / 1_000;
  const criticalS = Math.max(CRITICAL_FROM_S, CRITICAL_TIMES * limitS);
  return {
    add(block, endedMs) {
      count += 1;
      // One that is over already and shorter than a newer one can never be the longest again.
      kept = [...kept.filter((other) => other.block.blockedMs > block.blockedMs), { block, endedMs }];
      kept = kept.slice(0, MOST_KEPT);
    },
    samples(nowMs) {
      kept = kept.filter(({ endedMs }) => nowMs - endedMs < WINDOW_MS);
      worst = kept[0]?.block ?? null;
      return [
        { signal: 'loop_blocked_s', value: (worst?.blockedMs ?? 0) / 1_000 },
        { signal: 'loop_blocks', value: count },
      ];
    },
    rule: {
      kind: 'threshold',
      name: 'loop.blocked',
      signal: 'loop_blocked_s',
      unit: 's',
      warning: { enter: limitS, leave: limitS },
      critical: { enter: criticalS, leave: criticalS },
      forMs: 0,
      keepForMs: 0,
      essential: false,
      describe: (value) =>
        worst ? describeBlock(worst) : `The event loop was blocked for up to ${value.toFixed(1)} s.`,
      nextSteps: [
        'While the event loop is blocked the service does nothing else: no refresh, no answer. Cut the work that is named into slices, or move it to a worker thread.',
        'The log has the whole stack. A native call is work outside of JavaScript (a large file or JSON, a child process, a hash), which cannot be looked into: search near the code that ran right after it, or in the work that began last.',
      ],
    },
  };
}
