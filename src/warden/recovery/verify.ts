import { conditionId, isGraver, type Condition, type Moment } from '../detection/index.ts';
import { nextStep } from './action.ts';
import {
  learn,
  learnedKey,
  NOTHING_LEARNED,
  type Attempt,
  type Ladder,
  type RecoveryOutcome,
  type RecoveryState,
} from './state.ts';

/** An action that has run. */
export interface EndedAction {
  readonly id: string;
  /** Why it broke off; null when it did not. */
  readonly error: string | null;
}

/** What became of a recovery. */
export interface Verdict {
  readonly recovery: Attempt;
  readonly outcome: RecoveryOutcome;
  /** One sentence. */
  readonly reason: string;
}

/**
 * Looks whether the conditions that actions should have ended are gone. One that is gone counts as worked at once, one that
 * has worsened as worse at once; one that is still there when the time is over, or whose action broke off, has not worked.
 * What follows a restart of the process counts only when the time is over: after it every condition is gone at first. No
 * effect climbs one step; what made it worse is not tried again. Pure.
 */
export function verify(
  state: RecoveryState,
  ended: readonly EndedAction[],
  conditions: readonly Condition[],
  now: Moment,
): { readonly state: RecoveryState; readonly verdicts: readonly Verdict[] } {
  const verdicts: Verdict[] = [];
  const pending: Attempt[] = [];
  for (const before of state.pending) {
    const end = ended.find(({ id }) => id === before.id);
    const attempt = end ? { ...before, endedMs: now.monotonicMs, error: end.error } : before;
    const condition = conditions.find((one) => conditionId(one) === attempt.condition);
    const verdict = judgeAttempt(attempt, condition, now);
    if (verdict === null) pending.push(attempt);
    else verdicts.push({ recovery: attempt, ...verdict });
  }
  if (verdicts.length === 0) return { state: { ...state, pending }, verdicts };
  const ladders = { ...state.ladders };
  const learned = { ...state.learned };
  for (const { recovery, outcome } of verdicts) {
    const { condition, action } = recovery;
    if (condition === null) continue;
    const key = learnedKey(condition, action);
    learned[key] = learn(learned[key] ?? NOTHING_LEARNED, outcome);
    const ladder = ladders[condition];
    if (ladder) ladders[condition] = afterVerdict(ladder, recovery, outcome);
  }
  return { state: { ...state, pending, ladders, learned }, verdicts };
}

function afterVerdict(ladder: Ladder, { step, action }: Attempt, outcome: RecoveryOutcome): Ladder {
  switch (outcome) {
    case 'worked':
      return ladder;
    case 'did-not-work':
      return { ...ladder, step: nextStep(step) };
    case 'made-it-worse':
      return { ...ladder, stopped: [...ladder.stopped, action] };
  }
}

function judgeAttempt(
  { endedMs, error, step, condition: wanted, levelThen, verifyWithinMs, action }: Attempt,
  condition: Condition | undefined,
  { monotonicMs }: Moment,
): Omit<Verdict, 'recovery'> | null {
  const isOver = endedMs !== null && monotonicMs - endedMs >= verifyWithinMs;
  if (wanted === null) {
    if (endedMs === null) return null;
    return error === null
      ? { outcome: 'worked', reason: `${action} has run; there was no condition that it should end.` }
      : { outcome: 'did-not-work', reason: `${action} broke off: ${error}` };
  }
  if (!condition) {
    if (step === 'hard' ? !isOver : endedMs === null) return null;
    return { outcome: 'worked', reason: `${action} worked: ${wanted} is over.` };
  }
  if (levelThen !== null && isGraver(condition.level, levelThen) && endedMs !== null)
    return {
      outcome: 'made-it-worse',
      reason: `${wanted} got worse after ${action} (${levelThen} before, ${condition.level} now), so it is not tried again: ${condition.reason}`,
    };
  if (error !== null) return { outcome: 'did-not-work', reason: `${action} broke off: ${error}` };
  if (!isOver) return null;
  const seconds = Math.round(verifyWithinMs / 1_000);
  return {
    outcome: 'did-not-work',
    reason: `${action} had no effect within ${seconds} s: ${condition.reason}`,
  };
}
