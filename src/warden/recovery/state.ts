import type { Level } from '../detection/index.ts';
import type { ActionPlan, Step } from './action.ts';

/** An action that runs, or whose effect is still to be seen. Times are monotonic. */
export interface Attempt extends Pick<ActionPlan, 'step' | 'component' | 'verifyWithinMs'> {
  /** The same in log and journal. */
  readonly id: string;
  readonly action: string;
  /** The condition that it should end (see `conditionId`); null when a person asked without one. */
  readonly condition: string | null;
  readonly levelThen: Level | null;
  readonly startedMs: number;
  /** When it had run; null while it runs. */
  readonly endedMs: number | null;
  /** Why it broke off; null when it did not. */
  readonly error: string | null;
  /** `service`, or who asked. */
  readonly by: string;
}

/** Why nothing is done for a condition now. */
export type WaitCause = 'grace' | 'root' | 'cool-down' | 'busy' | 'level' | 'observe';

/** How a condition stands that is not being recovered right now. */
export type Standing =
  | { readonly kind: 'waiting'; readonly cause: WaitCause; readonly why: string }
  | { readonly kind: 'manual'; readonly why: string };

/** Where a condition stands on the ladder. */
export interface Ladder {
  readonly step: Step;
  /** Actions that made it worse: they are not tried again. */
  readonly stopped: readonly string[];
  /** When the last try began; null before the first. */
  readonly lastMs: number | null;
  /** Since when the condition has been gone; null while it is there. */
  readonly goneMs: number | null;
  readonly standing: Standing | null;
}

export type RecoveryOutcome = 'worked' | 'did-not-work' | 'made-it-worse';

/** What came of an action for a condition, so far. */
export interface Learned {
  readonly worked: number;
  readonly didNotWork: number;
  readonly madeItWorse: number;
  /** Whether the last tries worked, oldest first: at most as many as it takes to give up on it. */
  readonly last: readonly boolean[];
}

/** What recovery remembers between turns. Plain data. */
export interface RecoveryState {
  /** When it began to look; null before the first turn. */
  readonly sinceMs: number | null;
  readonly pending: readonly Attempt[];
  /** By condition. */
  readonly ladders: Readonly<Record<string, Ladder>>;
  /** Tries of the last hour. */
  readonly past: readonly { readonly startedMs: number; readonly step: Step }[];
  /** By `learnedKey`. */
  readonly learned: Readonly<Record<string, Learned>>;
}

export const noRecoveries: RecoveryState = { sinceMs: null, pending: [], ladders: {}, past: [], learned: {} };

export const HOUR_MS = 3_600_000;
/** An action that did not help a condition so often in a row is skipped. */
export const GIVE_UP_AFTER = 5;

export const learnedKey = (condition: string, action: string): string => `${condition} ${action}`;

export const NOTHING_LEARNED: Learned = { worked: 0, didNotWork: 0, madeItWorse: 0, last: [] };

export function learn(before: Learned, outcome: RecoveryOutcome): Learned {
  return {
    worked: before.worked + (outcome === 'worked' ? 1 : 0),
    didNotWork: before.didNotWork + (outcome === 'did-not-work' ? 1 : 0),
    madeItWorse: before.madeItWorse + (outcome === 'made-it-worse' ? 1 : 0),
    last: [...before.last, outcome === 'worked'].slice(-GIVE_UP_AFTER),
  };
}
