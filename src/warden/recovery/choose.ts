import {
  componentOf,
  conditionId,
  explains,
  spanOf,
  type Condition,
  type Moment,
  type Rule,
} from '../detection/index.ts';
import { isFor, isUpTo, STEPS, type ActionPlan, type Step } from './action.ts';
import type { RecoverySettings } from './settings.ts';
import {
  GIVE_UP_AFTER,
  HOUR_MS,
  learnedKey,
  type Ladder,
  type RecoveryState,
  type WaitCause,
} from './state.ts';

/** What is to be done for one condition, and why. */
export type Choice =
  | { readonly kind: 'act'; readonly plan: ActionPlan; readonly why: string }
  | { readonly kind: 'wait'; readonly cause: WaitCause; readonly why: string }
  | { readonly kind: 'manual'; readonly why: string };

/** What a choice looks at besides the condition. */
export interface Surroundings {
  readonly conditions: readonly Condition[];
  readonly rules: ReadonlyMap<string, Rule>;
  readonly actions: readonly ActionPlan[];
  readonly state: RecoveryState;
  readonly settings: RecoverySettings;
  /** Why the process cannot be restarted by its supervisor; null when it can. */
  readonly noRestart: string | null;
  readonly now: Moment;
}

/**
 * Chooses for one condition that no action works on: the mildest action from its step on that should end it, has not made it
 * worse, and has not failed it again and again. Null: no action is for it. Pure.
 */
export function choose(condition: Condition, ladder: Ladder, around: Surroundings): Choice | null {
  const { actions, state, settings, now } = around;
  const own = actions.filter((plan) => isFor(plan, condition.rule));
  if (own.length === 0) return null;
  if (ladder.standing?.kind === 'manual') return ladder.standing;
  const root = rootOf(condition, around);
  if (root !== null)
    return { kind: 'wait', cause: 'root', why: `It waits for ${conditionId(root)}, which explains it.` };
  const graceEndsMs = (state.sinceMs ?? now.monotonicMs) + settings.graceMs;
  if (now.monotonicMs < graceEndsMs)
    return {
      kind: 'wait',
      cause: 'grace',
      why: `The service has just started: nothing is recovered within its first ${spanOf(settings.graceMs)}.`,
    };
  const wait = coolDown(ladder, settings, now);
  if (wait !== null) return { kind: 'wait', cause: 'cool-down', why: wait };

  const id = conditionId(condition);
  const from = startOf(ladder, own, around);
  const left = own.filter(({ step, name }) => isUpTo(from, step) && !ladder.stopped.includes(name));
  const isHopeless = ({ name }: ActionPlan): boolean => {
    const last = state.learned[learnedKey(id, name)]?.last ?? [];
    return last.length >= GIVE_UP_AFTER && !last.includes(true);
  };
  const skipped = left.filter(isHopeless).map(({ name }) => name);
  const skippedText =
    skipped.length === 0
      ? ''
      : ` ${skipped.join(' and ')} did not help the last ${GIVE_UP_AFTER} times, so it is skipped.`;
  const [plan] = left.filter((one) => !isHopeless(one)).sort((a, b) => rank(a.step) - rank(b.step));
  if (plan === undefined) return { kind: 'manual', why: `${nothingLeft(ladder, own, from)}${skippedText}` };
  if (plan.step === 'hard' && condition.level !== 'critical')
    return {
      kind: 'wait',
      cause: 'level',
      why: `Nothing milder is left than ${plan.name}, and the process is restarted only for what is critical.`,
    };
  const refused = refusalOf(plan, around);
  if (refused?.kind === 'busy') return { kind: 'wait', cause: 'busy', why: refused.why };
  if (refused) return { kind: 'manual', why: refused.why };
  return { kind: 'act', plan, why: `${plan.name} is the mildest step that is left.${skippedText}` };
}

/** What speaks against an action now, whoever wants it; null when nothing does. Pure. */
export function refusalOf(
  plan: ActionPlan,
  { state, settings, noRestart, now }: Surroundings,
): { readonly kind: 'busy' | 'spent' | 'impossible'; readonly why: string } | null {
  const busy = state.pending.find(
    ({ component, step }) => component === plan.component || step === 'hard' || plan.step === 'hard',
  );
  if (busy)
    return {
      kind: 'busy',
      why: `It waits for ${busy.action}, ${busy.endedMs === null ? 'which runs' : 'whose effect is still to be seen'}.`,
    };
  const recent = state.past.filter(({ startedMs }) => now.monotonicMs - startedMs < HOUR_MS);
  if (recent.length >= settings.perHour)
    return { kind: 'spent', why: `The ${settings.perHour} recoveries that an hour may have are spent.` };
  if (plan.step !== 'hard') return null;
  if (noRestart !== null) return { kind: 'impossible', why: noRestart };
  if (recent.filter(({ step }) => step === 'hard').length >= settings.hardPerHour)
    return { kind: 'spent', why: `The ${settings.hardPerHour} restarts that an hour may have are spent.` };
  return null;
}

/** How long a condition is still left alone after its last try, in a sentence; null when it is not. */
export function coolDown({ lastMs }: Ladder, { cooldownMs }: RecoverySettings, now: Moment): string | null {
  if (lastMs === null || now.monotonicMs - lastMs >= cooldownMs) return null;
  return `The last try is less than ${spanOf(cooldownMs)} ago; it gets that time to show what it did.`;
}

const rank = (step: Step): number => STEPS.indexOf(step);

/** Another condition that explains this one. Two that name each other explain nothing. */
function rootOf(condition: Condition, { conditions, rules }: Surroundings): Condition | null {
  const isCauseOf = (cause: string, symptom: string): boolean => explains(cause, rules.get(symptom));
  return (
    conditions.find(
      ({ rule }) =>
        rule !== condition.rule && isCauseOf(rule, condition.rule) && !isCauseOf(condition.rule, rule),
    ) ?? null
  );
}

/**
 * Several components that are critical at once have one cause in common: the process. What another condition explains has
 * its cause, and what no restart should end has another one.
 */
function startOf({ step }: Ladder, own: readonly ActionPlan[], around: Surroundings): Step {
  const { conditions, rules, settings, actions } = around;
  if (!isUpTo(step, 'medium') || !own.some((plan) => plan.step === 'hard')) return step;
  const restarts = actions.filter((plan) => plan.step === 'hard');
  const critical = conditions
    .filter(({ level, rule }) => level === 'critical' && restarts.some((plan) => isFor(plan, rule)))
    .filter((condition) => rootOf(condition, around) === null)
    .map(({ rule }) => componentOf(rules.get(rule), rule));
  return new Set(critical).size >= settings.severalCritical ? 'hard' : step;
}

function nothingLeft({ stopped }: Ladder, own: readonly ActionPlan[], from: Step): string {
  const worse = stopped.length === 0 ? '' : ` ${stopped.join(' and ')} made it worse.`;
  const names = own.filter(({ step }) => !isUpTo(from, step)).map(({ name }) => name);
  const tried = names.length === 0 ? '' : ` ${names.join(', ')} had no effect.`;
  return `Nothing is left that the service could do by itself.${tried}${worse}`;
}
