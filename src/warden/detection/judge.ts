import {
  sampleName,
  type Condition,
  type ConditionChange,
  type Level,
  type Moment,
  type Sample,
  type ThresholdRule,
} from './rule.ts';

/** Where a rule stands. A level that is about to be entered or left waits with the time since when. */
type RuleState =
  | { readonly kind: 'quiet' }
  | {
      readonly kind: 'pending';
      readonly sinceMs: number;
      /** Since when it has called for critical without a break; null while it does not. */
      readonly criticalSinceMs: number | null;
    }
  | {
      readonly kind: 'firing';
      readonly condition: Condition;
      readonly startedMs: number;
      readonly turning: Turning | null;
    };

/** Since when the value has called for a worse level, or for a better one, and for which. */
interface Turning {
  readonly sinceMs: number;
  /** On the way down the worst of those called for; null is the end. */
  readonly to: Level | null;
}

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
  const values = new Map(samples.map((sample) => [sampleName(sample), sample.value]));
  const judgement = new Map<string, RuleState>();
  const changes: ConditionChange[] = [];
  const unknown = new Set<string>();

  for (const rule of rules) {
    const state = before.get(rule.name) ?? { kind: 'quiet' };
    const value = values.get(sampleName(rule)) ?? null;
    // A probe that divides by nothing has not measured.
    if (value === null || Number.isNaN(value)) {
      if (rule.essential) unknown.add(sampleName(rule));
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
  return { judgement, conditions, changes, unknown: [...unknown] };
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
    const pending = state.kind === 'pending' ? state : null;
    const sinceMs = pending?.sinceMs ?? now.monotonicMs;
    const criticalSinceMs = wanted === 'critical' ? (pending?.criticalSinceMs ?? now.monotonicMs) : null;
    if (now.monotonicMs - sinceMs < rule.forMs) return [{ kind: 'pending', sinceMs, criticalSinceMs }];
    // One value does not make critical what was a warning all the time.
    const isCritical = criticalSinceMs !== null && now.monotonicMs - criticalSinceMs >= rule.forMs;
    const level = isCritical ? 'critical' : 'warning';
    const turning = level === wanted ? null : { sinceMs: criticalSinceMs ?? now.monotonicMs, to: wanted };
    const condition = conditionOf(rule, level, value, now.wallMs);
    return [
      { kind: 'firing', condition, startedMs: now.monotonicMs, turning },
      { kind: 'started', condition },
    ];
  }

  const { condition, startedMs } = state;
  if (wanted === condition.level) {
    return [{ ...state, condition: conditionOf(rule, wanted, value, condition.since), turning: null }];
  }
  const turning = turn(state.turning, wanted, now);
  const waitMs = turning.to === 'critical' ? rule.forMs : rule.keepForMs;
  if (now.monotonicMs - turning.sinceMs < waitMs) {
    return [{ ...state, condition: conditionOf(rule, condition.level, value, condition.since), turning }];
  }
  if (turning.to === null) {
    const ended = { ...condition, value };
    return [{ kind: 'quiet' }, { kind: 'ended', condition: ended, durationMs: now.monotonicMs - startedMs }];
  }
  const changed = conditionOf(rule, turning.to, value, condition.since);
  return [
    {
      kind: 'firing',
      condition: changed,
      startedMs,
      turning: wanted === changed.level ? null : turn(null, wanted, now),
    },
    { kind: 'changed', condition: changed, from: condition.level },
  ];
}

/** Goes on turning, or begins when the value now calls for the other direction. */
function turn(before: Turning | null, wanted: Level | null, now: Moment): Turning {
  const worsens = wanted === 'critical';
  if (!before || (before.to === 'critical') !== worsens) return { sinceMs: now.monotonicMs, to: wanted };
  return { sinceMs: before.sinceMs, to: wanted ?? before.to };
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
