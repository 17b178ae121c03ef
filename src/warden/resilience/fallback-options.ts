import type { Clock } from '../../kernel/index.ts';
import type { Answer } from './answer.ts';
import type { CallContext } from './call.ts';
import { checkAtLeast, checkFinitePositive } from './option-checks.ts';

interface StepNeeds {
  /** Names the step in answers and failures, as in `stale cache`. No two of a chain have the same. */
  readonly source: string;
  /**
   * Time that is kept for it whatever the steps before it do, in ms. Default: `limitMs` / (2 x number of steps). 0 is for
   * one that answers at once, as a look into a cache does: it is asked even when no time is left.
   */
  readonly needsMs?: number;
}

/**
 * One way to an answer. `run` gives a value, which counts as fresh; `answer` gives one that says how old it is, or
 * undefined when it has none. `request` is what the chain was asked.
 */
export type FallbackStep<T, R = void> =
  | (StepNeeds & {
      readonly run: (context: CallContext, request: R) => T | PromiseLike<T>;
      readonly answer?: never;
    })
  | (StepNeeds & {
      readonly answer: (
        context: CallContext,
        request: R,
      ) => Answer<T> | undefined | PromiseLike<Answer<T> | undefined>;
      readonly run?: never;
    });

/** Options of {@link createFallback}. */
export interface FallbackOptions<T, R = void> {
  /** Tried in this order until one answers. */
  readonly steps: readonly FallbackStep<T, R>[];
  /** Time for the whole chain, in ms. Default 10,000. */
  readonly limitMs?: number;
  /** Whether the next step is tried after such a failure; if not, the chain fails with it at once. Default: always. */
  readonly fallsBackOn?: (error: unknown, source: string) => boolean;
  readonly clock?: Clock;
}

/** Defaults of {@link FallbackOptions}. */
export const fallbackDefaults = { limitMs: 10_000 } as const;

/** Time that a step needs, and that those behind it need, in ms. */
interface PlannedStep {
  readonly ownMs: number;
  readonly othersMs: number;
}

/** What each step needs within a limit. @throws RangeError when the steps do not make a chain. */
export function planSteps(
  steps: readonly { readonly source: string; readonly needsMs?: number }[],
  limitMs: number,
): readonly PlannedStep[] {
  checkFinitePositive('limitMs', limitMs);
  if (steps.length === 0) throw new RangeError('steps must name at least one, not none');
  const plan: PlannedStep[] = [];
  const sources = new Set<string>();
  let sumMs = 0;
  for (const { source, needsMs } of steps.toReversed()) {
    if (sources.has(source)) {
      throw new RangeError(`steps must have sources of their own, not ${JSON.stringify(source)} twice`);
    }
    sources.add(source);
    const ownMs = needsMs ?? limitMs / (2 * steps.length);
    checkAtLeast(`needsMs of ${source}`, ownMs, 0);
    plan.unshift({ ownMs, othersMs: sumMs });
    sumMs += ownMs;
  }
  if (sumMs <= limitMs) return plan;
  throw new RangeError(`limitMs must be at least the ${sumMs} ms that the steps need, not ${limitMs}`);
}

/**
 * The time that a step gets, in ms: all that is left when those behind it have had what they need. When it is too late
 * for that, all get the same part of what they need. Pure.
 */
export function shareOf(remainingMs: number, ownMs: number, othersMs: number): number {
  const needsMs = ownMs + othersMs;
  if (needsMs <= remainingMs) return remainingMs - othersMs;
  return needsMs === 0 ? 0 : (remainingMs * ownMs) / needsMs;
}
