import {
  conditionId,
  type Condition,
  type ConditionChange,
  type Moment,
  type Rule,
} from '../detection/index.ts';
import { isFor, type ActionPlan } from './action.ts';
import { choose, coolDown, refusalOf, type Surroundings } from './choose.ts';
import type { RecoverySettings } from './settings.ts';
import { HOUR_MS, type Attempt, type Ladder, type RecoveryState, type Standing } from './state.ts';

/** Somebody asks for an action by hand. */
export interface RecoveryRequest {
  readonly id: string;
  readonly action: string;
  readonly by: string;
}

/** What should be done, and why. */
export type Intent =
  | { readonly kind: 'notify'; readonly change: ConditionChange }
  | {
      readonly kind: 'recover';
      readonly attempt: Attempt;
      readonly reason: string;
      readonly why: string;
      readonly request: string | null;
    }
  /** Nothing is done for a condition that could be recovered; told once, when it begins to be so. */
  | {
      readonly kind: 'wait';
      readonly condition: string;
      readonly standing: Extract<Standing, { kind: 'waiting' }>;
    }
  /** The service is at its wits' end: evidence is kept, a person is told, once. */
  | { readonly kind: 'escalate'; readonly condition: Condition; readonly why: string }
  | { readonly kind: 'refuse'; readonly request: RecoveryRequest; readonly why: string };

/** What deciding looks at. */
export interface DecideInput {
  readonly changes: readonly ConditionChange[];
  readonly conditions: readonly Condition[];
  readonly rules: readonly Rule[];
  readonly actions: readonly ActionPlan[];
  readonly requests: readonly RecoveryRequest[];
  readonly settings: RecoverySettings;
  /** Why the process cannot be restarted by its supervisor; null when it can. */
  readonly noRestart: string | null;
}

/** A condition that was never recovered stands at the foot. */
const FOOT: Ladder = { step: 'soft', stopped: [], lastMs: null, goneMs: null, standing: null };

/**
 * Every change is told; a condition that an action is for gets the mildest one that is left, within cool-down and budget, or
 * it is said why not. Pure.
 */
export function decide(
  before: RecoveryState,
  input: DecideInput,
  now: Moment,
): { readonly intents: readonly Intent[]; readonly state: RecoveryState } {
  const { conditions, settings } = input;
  const intents: Intent[] = input.changes.map((change) => ({ kind: 'notify', change }));
  let state: RecoveryState = {
    ...before,
    sinceMs: before.sinceMs ?? now.monotonicMs,
    past: before.past.filter(({ startedMs }) => now.monotonicMs - startedMs < HOUR_MS),
    ladders: laddersOf(before.ladders, conditions, settings, now),
  };
  const rules = new Map(input.rules.map((rule) => [rule.name, rule]));
  const around = (): Surroundings => ({ ...input, rules, state, now });
  const begin = (plan: ActionPlan, condition: Condition | null, by: string): Attempt => {
    const attempt: Attempt = {
      id: `${now.wallMs.toString(36)}-${state.past.length}`,
      action: plan.name,
      step: plan.step,
      component: plan.component,
      verifyWithinMs: plan.verifyWithinMs,
      condition: condition === null ? null : conditionId(condition),
      levelThen: condition?.level ?? null,
      startedMs: now.monotonicMs,
      endedMs: null,
      error: null,
      by,
    };
    state = {
      ...state,
      pending: [...state.pending, attempt],
      past: [...state.past, { startedMs: now.monotonicMs, step: plan.step }],
    };
    if (condition !== null) stand(condition, { lastMs: now.monotonicMs, standing: null });
    return attempt;
  };
  const stand = (condition: Condition, change: Partial<Ladder>): void => {
    const id = conditionId(condition);
    state = { ...state, ladders: { ...state.ladders, [id]: { ...(state.ladders[id] ?? FOOT), ...change } } };
  };

  for (const request of input.requests) {
    const plan = input.actions.find(({ name }) => name === request.action);
    const condition = conditions.find((one) => plan !== undefined && isFor(plan, one.rule)) ?? null;
    const why =
      plan === undefined
        ? `There is no action named ${request.action}.`
        : refusalByHand(plan, condition, around());
    if (plan === undefined || why !== null) {
      intents.push({ kind: 'refuse', request, why: why ?? '' });
      continue;
    }
    const attempt = begin(plan, condition, request.by);
    const reason = condition?.reason ?? 'Nothing is wrong that it should end.';
    intents.push({
      kind: 'recover',
      attempt,
      reason,
      why: `${request.by} asked for it.`,
      request: request.id,
    });
  }

  for (const condition of conditions) {
    const id = conditionId(condition);
    if (state.pending.some((attempt) => attempt.condition === id)) continue;
    const ladder = state.ladders[id] ?? FOOT;
    const choice = choose(condition, ladder, around());
    if (choice === null) continue;
    if (choice.kind === 'act' && settings.mode === 'act') {
      const attempt = begin(choice.plan, condition, 'service');
      intents.push({ kind: 'recover', attempt, reason: condition.reason, why: choice.why, request: null });
      continue;
    }
    const standing = standingOf(choice);
    if (ladder.standing?.kind === standing.kind && causeOf(ladder.standing) === causeOf(standing)) continue;
    stand(condition, { standing });
    if (standing.kind === 'manual') intents.push({ kind: 'escalate', condition, why: standing.why });
    else intents.push({ kind: 'wait', condition: id, standing });
  }
  return { intents, state };
}

function standingOf(choice: NonNullable<ReturnType<typeof choose>>): Standing {
  switch (choice.kind) {
    case 'act':
      return {
        kind: 'waiting',
        cause: 'observe',
        why: `Would do now: ${choice.plan.name}. Nothing is done, because recovery only observes. ${choice.why}`,
      };
    case 'wait':
      return { kind: 'waiting', cause: choice.cause, why: choice.why };
    case 'manual':
      return { kind: 'manual', why: choice.why };
  }
}

const causeOf = (standing: Standing): string => (standing.kind === 'waiting' ? standing.cause : '');

/** Who asks by hand goes by the same limits; only the ladder, the root and the grace time are the service's own. */
function refusalByHand(plan: ActionPlan, condition: Condition | null, around: Surroundings): string | null {
  const refused = refusalOf(plan, around);
  if (refused !== null) return refused.why;
  const ladder = condition === null ? undefined : around.state.ladders[conditionId(condition)];
  return ladder === undefined ? null : coolDown(ladder, around.settings, around.now);
}

/** Conditions that are there, and those that have not been gone for long enough to begin anew. */
function laddersOf(
  before: RecoveryState['ladders'],
  conditions: readonly Condition[],
  { quietMs }: RecoverySettings,
  { monotonicMs }: Moment,
): RecoveryState['ladders'] {
  const there = new Set(conditions.map(conditionId));
  const after: Record<string, Ladder> = {};
  for (const [id, ladder] of Object.entries(before)) {
    if (there.has(id)) {
      after[id] = ladder.goneMs === null ? ladder : { ...ladder, goneMs: null };
      continue;
    }
    const goneMs = ladder.goneMs ?? monotonicMs;
    if (monotonicMs - goneMs < quietMs) after[id] = ladder.goneMs === null ? { ...ladder, goneMs } : ladder;
  }
  return after;
}
