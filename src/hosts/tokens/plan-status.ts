import { shortfallOf, type ReadClass } from './plan-forecast.ts';
import type { ClassLoad, Plan } from './plan.ts';
import { HourlyRate } from './rate.ts';

/** How long the tokens of a class wait. */
export interface LongestWait {
  readonly ms: number;
  /** In intervals of the class. */
  readonly intervals: number;
  /** In fair shares: the time of a round of the class, tokens x cost / requests left; null when nothing is left. */
  readonly fairShares: number | null;
}

/** How the planning works out. */
export interface PlanStatus {
  /** By class: what the quota carries, how much is due and not planned, and how long somebody waits. */
  readonly classes: Readonly<Record<ReadClass, ClassLoad & { readonly longestWait: LongestWait }>>;
  /** Share of the places in the batches of the last 10 min that held a token, from 0 to 1; null without a batch. */
  readonly fill: number | null;
  /** Whether the work goes round: the same few tokens read again and again while others wait is a fault. */
  readonly rotation: {
    /** Reads of tokens in the last 10 min. */
    readonly processed: number;
    /** Distinct tokens that were read in the last 10 min. */
    readonly distinct: number;
    /** Tokens that wait for over twice their fair share. */
    readonly waiting: number;
  };
  /** What the quota does not carry, in a sentence; null when it carries all. */
  readonly shortfall: string | null;
}

const WINDOW_MINUTES = 10;

/** Remembers what plans came to. */
export class PlanRecord {
  readonly #slots = new HourlyRate();
  readonly #filled = new HourlyRate();
  readonly #processed = new HourlyRate();
  #plan: Plan | null = null;

  planned(plan: Plan, nowMs: number): void {
    this.#plan = plan;
    this.#slots.add(plan.batchSlots, nowMs);
    this.#filled.add(plan.batchTokens, nowMs);
  }

  /** Tokens were read. */
  processed(tokens: number, nowMs: number): void {
    this.#processed.add(tokens, nowMs);
  }

  /** How long a round of the cold tokens takes by the last plan; null before it, and when none is ever read. */
  get coldRoundMs(): number | null {
    return this.#plan?.classes.cold.rotationMs ?? null;
  }

  /** Null before the first plan. */
  status(nowMs: number): PlanStatus | null {
    const plan = this.#plan;
    if (plan === null) return null;
    const { hot, cold, archived, full } = plan.classes;
    const slots = this.#slots.within(WINDOW_MINUTES, nowMs);
    return {
      classes: {
        hot: withWait(hot),
        cold: withWait(cold),
        archived: withWait(archived),
        full: withWait(full),
      },
      fill: slots === 0 ? null : this.#filled.within(WINDOW_MINUTES, nowMs) / slots,
      rotation: {
        processed: this.#processed.within(WINDOW_MINUTES, nowMs),
        distinct: plan.recentlyRead,
        waiting: plan.waitingUnduly,
      },
      shortfall: shortfallOf(plan.classes),
    };
  }
}

function withWait(load: ClassLoad): ClassLoad & { readonly longestWait: LongestWait } {
  const { longestWaitMs: ms, intervalMs, rotationMs } = load;
  return {
    ...load,
    longestWait: {
      ms,
      intervals: ms / intervalMs,
      fairShares: rotationMs === null ? null : ms / rotationMs,
    },
  };
}
