import type { JournalEntry } from '../../contract/index.ts';
import type { Moment } from '../detection/index.ts';
import { nextStep } from './action.ts';
import {
  HOUR_MS,
  learn,
  learnedKey,
  noRecoveries,
  NOTHING_LEARNED,
  type Attempt,
  type Ladder,
  type Learned,
  type RecoveryState,
} from './state.ts';

type Entry<T extends JournalEntry['type']> = Extract<JournalEntry, { readonly type: T }>;

/** What the journal of former processes says of recoveries, each oldest first. */
export interface RecoveryPast {
  readonly taken: readonly Entry<'action.taken'>[];
  readonly verified: readonly Entry<'action.verified'>[];
  readonly manual: readonly Entry<'recovery.manual'>[];
  readonly ended: readonly Entry<'condition.ended'>[];
}

/**
 * What recovery knew before this process began: a restart must not give a broken service a new budget. A restart of the process
 * that it asked for is still to be verified; what else ran has ended with the process, and nobody knows what came of it. Pure.
 */
export function recallRecoveries(
  { taken, verified, manual, ended }: RecoveryPast,
  now: Moment,
): RecoveryState {
  // A clock that was set back must not make the past last longer.
  const monotonicOf = (at: number): number => now.monotonicMs - Math.max(0, now.wallMs - at);
  const past: RecoveryState['past'][number][] = [];
  const pending: Attempt[] = [];
  const ladders: Record<string, Ladder> = {};
  const learned: Record<string, Learned> = {};

  for (const { at, data } of taken) {
    const startedMs = monotonicOf(at);
    const { condition, step = 'soft' } = data;
    if (now.monotonicMs - startedMs >= HOUR_MS) continue;
    past.push({ startedMs, step });
    if (condition === null) continue;
    ladders[condition] = { step, stopped: [], lastMs: startedMs, goneMs: null, standing: null };
    if (step !== 'hard' || data.id === undefined || verified.some((one) => one.data.id === data.id)) continue;
    pending.push({
      id: data.id,
      action: data.action,
      condition,
      step,
      component: data.component ?? data.action,
      levelThen: 'critical',
      startedMs,
      // This process runs: the restart has happened.
      endedMs: now.monotonicMs,
      error: null,
      verifyWithinMs: data.verifyWithinMs ?? 0,
      by: data.by ?? 'service',
    });
  }
  for (const { at, data } of verified) {
    const { action, condition, outcome, step } = data;
    if (condition === null) continue;
    const key = learnedKey(condition, action);
    learned[key] = learn(learned[key] ?? NOTHING_LEARNED, outcome);
    const ladder = ladders[condition];
    if (!ladder || step === undefined || monotonicOf(at) < (ladder.lastMs ?? 0)) continue;
    if (outcome === 'did-not-work') ladders[condition] = { ...ladder, step: nextStep(step) };
    if (outcome === 'made-it-worse') ladders[condition] = { ...ladder, stopped: [...ladder.stopped, action] };
  }
  for (const { at, subject, reason } of manual) {
    if (subject === null) continue;
    const isOver = ended.some((entry) => entry.subject === subject && entry.at > at);
    if (isOver) continue;
    ladders[subject] = {
      ...(ladders[subject] ?? { stopped: [], lastMs: null, goneMs: null }),
      step: 'manual',
      standing: { kind: 'manual', why: reason },
    };
  }
  return { ...noRecoveries, past, pending, ladders, learned };
}
