import type { RecoveryReport } from '../../contract/index.ts';
import type { Clock } from '../../kernel/index.ts';
import { learnedKey, HOUR_MS, type RecoveryState } from './state.ts';
import type { ActionPlan } from './action.ts';
import type { RecoverySettings } from './settings.ts';

/** How recovery stands, for people. Times of the state become wall-clock times. Pure but for the clock. */
export function reportOf(
  state: RecoveryState,
  setting: {
    readonly actions: readonly ActionPlan[];
    readonly settings: RecoverySettings;
    readonly noRestart: string | null;
  },
  clock: Pick<Clock, 'now' | 'monotonic'>,
): RecoveryReport {
  const { actions, settings, noRestart } = setting;
  const [now, nowMs] = [clock.now(), clock.monotonic()];
  const wall = (monotonicMs: number): number => now - (nowMs - monotonicMs);
  const recent = state.past.filter(({ startedMs }) => nowMs - startedMs < HOUR_MS);
  return {
    at: now,
    mode: settings.mode,
    noRestart,
    budget: {
      perHour: settings.perHour,
      used: recent.length,
      hardPerHour: settings.hardPerHour,
      hardUsed: recent.filter(({ step }) => step === 'hard').length,
    },
    pending: state.pending.map((attempt) => ({
      id: attempt.id,
      action: attempt.action,
      step: attempt.step,
      condition: attempt.condition,
      by: attempt.by,
      startedAt: wall(attempt.startedMs),
      verifyBy: attempt.endedMs === null ? null : wall(attempt.endedMs + attempt.verifyWithinMs),
    })),
    conditions: Object.entries(state.ladders)
      .filter(([, { goneMs }]) => goneMs === null)
      .map(([condition, { step, standing, lastMs }]) => ({
        condition,
        step,
        state: standing?.kind ?? 'recovering',
        why: standing?.why ?? null,
        lastAt: lastMs === null ? null : wall(lastMs),
      })),
    actions: actions.map((plan) => ({
      name: plan.name,
      step: plan.step,
      component: plan.component,
      ends: [...plan.ends],
      verifyWithinMs: plan.verifyWithinMs,
      outcomes: Object.entries(state.learned)
        .map(([key, { worked, didNotWork, madeItWorse }]) => ({
          condition: key.slice(0, key.lastIndexOf(' ')),
          key,
          worked,
          didNotWork,
          madeItWorse,
        }))
        .filter(({ condition, key }) => key === learnedKey(condition, plan.name))
        .map(({ key: _key, ...outcome }) => outcome),
    })),
  };
}
