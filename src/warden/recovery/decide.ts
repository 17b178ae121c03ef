import type { Condition, ConditionChange, Moment, ThresholdRule } from '../detection/index.ts';

/** What should be done, and why. */
export type Intent =
  | { readonly kind: 'notify'; readonly change: ConditionChange }
  | {
      readonly kind: 'recover';
      readonly remedy: string;
      readonly condition: string;
      readonly reason: string;
      readonly verifyWithinMs: number;
    };

/** A recovery whose effect is still to be seen. */
export interface PendingRecovery {
  readonly remedy: string;
  readonly condition: string;
  readonly levelThen: Condition['level'];
  readonly startedMs: number;
  readonly verifyByMs: number;
}

/** What deciding remembers between turns. */
export interface RecoveryState {
  readonly pending: readonly PendingRecovery[];
  /** Monotonic times of past recoveries, by remedy. */
  readonly past: Readonly<Record<string, readonly number[]>>;
}

export const noRecoveries: RecoveryState = { pending: [], past: {} };

/** Limits that keep a recovery from becoming the disturbance. */
export const RECOVERY_LIMITS = { perHour: 3, cooldownMs: 5 * 60_000 } as const;
const HOUR_MS = 3_600_000;

/**
 * Every change is told. A condition with a remedy gets it, unless one is still being verified, was tried within the
 * cool-down, or was tried three times in this hour. Pure.
 */
export function decide(
  changes: readonly ConditionChange[],
  conditions: readonly Condition[],
  rules: readonly ThresholdRule[],
  state: RecoveryState,
  now: Moment,
): readonly Intent[] {
  const intents: Intent[] = changes.map((change) => ({ kind: 'notify', change }));
  // Conditions may share a remedy; once is enough for all of them.
  const chosen = new Set<string>();
  for (const condition of conditions) {
    const remedy = rules.find(({ name }) => name === condition.rule)?.remedy;
    if (!remedy || chosen.has(remedy.name) || !mayRecover(remedy.name, state, now)) continue;
    chosen.add(remedy.name);
    intents.push({
      kind: 'recover',
      remedy: remedy.name,
      condition: condition.rule,
      reason: condition.reason,
      verifyWithinMs: remedy.verifyWithinMs,
    });
  }
  return intents;
}

function mayRecover(remedy: string, state: RecoveryState, { monotonicMs }: Moment): boolean {
  if (state.pending.some((pending) => pending.remedy === remedy)) return false;
  const past = (state.past[remedy] ?? []).filter((startedMs) => monotonicMs - startedMs < HOUR_MS);
  const last = past.at(-1);
  return (
    past.length < RECOVERY_LIMITS.perHour &&
    (last === undefined || monotonicMs - last >= RECOVERY_LIMITS.cooldownMs)
  );
}

/** The state after `started` recoveries began. */
export function rememberRecoveries(
  state: RecoveryState,
  started: readonly PendingRecovery[],
  now: Moment,
): RecoveryState {
  const past = { ...state.past };
  for (const { remedy, startedMs } of started) {
    past[remedy] = [...(past[remedy] ?? []).filter((ms) => now.monotonicMs - ms < HOUR_MS), startedMs];
  }
  return { pending: [...state.pending, ...started], past };
}
