import type { Condition, ConditionChange, Level, Moment, Sample, ThresholdRule } from './rule.ts';

/** Where a rule stands. A level that is about to be entered or left waits with the time since when. */
type RuleState =
  | { readonly kind: 'quiet' }
  | { readonly kind: 'pending'; readonly sinceMs: number }
  | {
      readonly kind: 'firing';
      readonly condition: Condition;
      readonly startedMs: number;
      /** Since when the value has called for another level; null while it calls for this one. */
      readonly turningSinceMs: number | null;
    };

/** What judging remembers between turns, by rule name. */
export type Judgement = ReadonlyMap<string, RuleState>;

export const noJudgement: Judgement = new Map();

/** The outcome of one turn. */
export interface Judged {
  readonly judgement: Judgement;
  readonly conditions: readonly Condition[];
  readonly changes: readonly ConditionChange[];
  /** Essential signals that cannot be measured now. */
  readonly unknown: readonly string[];
}

/** Holds each rule against the samples of this turn. Pure. A rule without a value stays as it was. */
export function judge(
  before: Judgement,
  samples: readonly Sample[],
  rules: readonly ThresholdRule[],
  now: Moment,
): Judged {
  const values = new Map(samples.map(({ signal, value }) => [signal, value]));
  const judgement = new Map<string, RuleState>();
  const changes: ConditionChange[] = [];
  const unknown: string[] = [];

  for (const rule of rules) {
    const state = before.get(rule.name) ?? { kind: 'quiet' };
    const value = values.get(rule.signal) ?? null;
    if (value === null) {
      if (rule.essential) unknown.push(rule.signal);
      judgement.set(rule.name, state);
      continue;
    }
    const [next, change] = step(rule, state, value, now);
    judgement.set(rule.name, next);
    if (change) changes.push(change);
  }
  const conditions = [...judgement.values()].flatMap((state) =>
    state.kind === 'firing' ? [state.condition] : [],
  );
  return { judgement, conditions, changes, unknown };
}

function step(
  rule: ThresholdRule,
  state: RuleState,
  value: number,
  now: Moment,
): readonly [RuleState, ConditionChange?] {
  const current = state.kind === 'firing' ? state.condition.level : null;
  const wanted = levelFor(rule, value, current);

  if (state.kind !== 'firing') {
    if (wanted === null) return [{ kind: 'quiet' }];
    const sinceMs = state.kind === 'pending' ? state.sinceMs : now.monotonicMs;
    if (now.monotonicMs - sinceMs < rule.forMs) return [{ kind: 'pending', sinceMs }];
    const condition = conditionOf(rule, wanted, value, now.wallMs);
    return [
      { kind: 'firing', condition, startedMs: now.monotonicMs, turningSinceMs: null },
      { kind: 'started', condition },
    ];
  }

  const { condition, startedMs } = state;
  if (wanted === condition.level) {
    return [{ ...state, condition: conditionOf(rule, wanted, value, condition.since), turningSinceMs: null }];
  }
  const turningSinceMs = state.turningSinceMs ?? now.monotonicMs;
  const worsens = wanted === 'critical';
  const waitMs = worsens ? rule.forMs : rule.keepForMs;
  if (now.monotonicMs - turningSinceMs < waitMs) {
    return [
      { ...state, condition: conditionOf(rule, condition.level, value, condition.since), turningSinceMs },
    ];
  }
  if (wanted === null) {
    const ended = { ...condition, value };
    return [{ kind: 'quiet' }, { kind: 'ended', condition: ended, durationMs: now.monotonicMs - startedMs }];
  }
  const changed = conditionOf(rule, wanted, value, condition.since);
  return [
    { kind: 'firing', condition: changed, startedMs, turningSinceMs: null },
    { kind: 'changed', condition: changed, from: condition.level },
  ];
}

/** The level that a value calls for; the level it has now is only left below its own `leave`. */
function levelFor(rule: ThresholdRule, value: number, current: Level | null): Level | null {
  for (const level of ['critical', 'warning'] as const) {
    const threshold = rule[level];
    if (!threshold) continue;
    const held = current === level || (level === 'warning' && current === 'critical');
    if (value >= (held ? Math.min(threshold.leave, threshold.enter) : threshold.enter)) return level;
  }
  return null;
}

function conditionOf(rule: ThresholdRule, level: Level, value: number, since: number): Condition {
  const limit = rule[level]?.enter ?? 0;
  return {
    rule: rule.name,
    level,
    since,
    value,
    limit,
    unit: rule.unit,
    reason: rule.describe(value, limit),
    nextSteps: rule.nextSteps,
  };
}
