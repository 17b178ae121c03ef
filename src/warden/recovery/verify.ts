import type { Condition, Moment } from '../detection/index.ts';
import type { PendingRecovery, RecoveryState } from './decide.ts';

export type RecoveryOutcome = 'worked' | 'did-not-work' | 'made-it-worse';

/** What became of a recovery. */
export interface Verdict {
  readonly recovery: PendingRecovery;
  readonly outcome: RecoveryOutcome;
}

/**
 * Looks whether the conditions that recoveries should have ended are gone. One that is gone counts as worked at once; one
 * that has worsened as worse at once; one that is still there when its time is over has not worked. Pure.
 */
export function verify(
  state: RecoveryState,
  conditions: readonly Condition[],
  now: Moment,
): { readonly state: RecoveryState; readonly verdicts: readonly Verdict[] } {
  const verdicts: Verdict[] = [];
  const pending = state.pending.filter((recovery) => {
    const condition = conditions.find(({ rule }) => rule === recovery.condition);
    const outcome = outcomeOf(recovery, condition, now);
    if (outcome !== null) verdicts.push({ recovery, outcome });
    return outcome === null;
  });
  return { state: { ...state, pending }, verdicts };
}

function outcomeOf(
  recovery: PendingRecovery,
  condition: Condition | undefined,
  now: Moment,
): RecoveryOutcome | null {
  if (!condition) return 'worked';
  if (recovery.levelThen === 'warning' && condition.level === 'critical') return 'made-it-worse';
  return now.monotonicMs >= recovery.verifyByMs ? 'did-not-work' : null;
}
