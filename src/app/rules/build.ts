import type { Expression, Level, Occurrence, Rule, Threshold } from '../../warden/detection/index.ts';
import type { Override, WrittenRule } from './schema.ts';

const LEVELS: readonly Level[] = ['warning', 'error', 'critical'];

/** What each kind looks like in code. The configuration was validated before. Pure. */
export function buildRule(written: WrittenRule): Rule {
  const base = {
    name: written.name,
    unit: written.unit,
    forMs: written.for,
    keepForMs: written.keep_for,
    unknownForMs: written.unknown_for,
    essential: written.essential,
    nextSteps: written.next_steps.length > 0 ? written.next_steps : usualSteps(written),
  };
  if (written.kind === 'composite') {
    const { warning, error, critical, by } = written;
    return { ...base, kind: 'composite', by, warning, error, critical } satisfies Rule & {
      warning?: Expression | undefined;
    };
  }
  const own = { ...base, ...thresholdsOf(written) };
  if (written.kind === 'count')
    return { ...own, kind: 'count', windowMs: written.window, occurrence: occurrenceOf(written.count) };
  const { signal, labels } = written;
  const figure = { ...own, signal, labels };
  switch (written.kind) {
    case 'threshold':
      return { ...figure, kind: 'threshold', side: written.side };
    case 'rate': {
      const { side, window: windowMs, per: perMs, counter } = written;
      return { ...figure, kind: 'rate', side, windowMs, perMs, counter };
    }
    case 'absence':
      return { ...figure, kind: 'absence', unchanged: written.unchanged, unit: 's' };
    case 'ratio': {
      const { side, to, at_least: atLeast, window: windowMs = null } = written;
      return { ...figure, kind: 'ratio', side, to, atLeast, windowMs, unit: base.unit || 'ratio' };
    }
    case 'past': {
      const { side, window: windowMs, days_at_least: daysAtLeast } = written;
      return { ...figure, kind: 'past', side, windowMs, daysAtLeast };
    }
    case 'trend': {
      const { limit, side, step: stepMs, points, sure, horizon } = written;
      const warning = { enter: horizon / 1_000, leave: (1.25 * horizon) / 1_000 };
      const usual = hasLevel(written) ? {} : { warning };
      return { ...figure, ...usual, kind: 'trend', limit, side, stepMs, points, sure };
    }
    case 'degradation': {
      const { side, window: windowMs, baseline: baselineMs, points_at_least: pointsAtLeast } = written;
      const usual = hasLevel(written) ? {} : { warning: { enter: 0.2, leave: 0.1 } };
      return { ...figure, ...usual, kind: 'degradation', side, windowMs, baselineMs, pointsAtLeast };
    }
  }
}

type Leveled = { readonly [L in Level]?: object | undefined };
export const hasLevel = (rule: Leveled): boolean => LEVELS.some((level) => rule[level] !== undefined);

function usualSteps(rule: WrittenRule): readonly string[] {
  const signal = 'signal' in rule ? rule.signal : rule.kind === 'count' ? rule.count.signal : undefined;
  return signal === undefined ? [] : [`\`moonwarden signals show ${signal} --last 1h\` shows how it went.`];
}

function thresholdsOf(written: Exclude<WrittenRule, { kind: 'composite' }>): {
  readonly [L in Level]?: Threshold | undefined;
} {
  const of = (level: Level): Threshold | undefined => {
    const one = written[level];
    return one && { enter: one.enter, leave: one.leave, forMs: one.for, keepForMs: one.keep_for };
  };
  return { warning: of('warning'), error: of('error'), critical: of('critical') };
}

function occurrenceOf({
  of,
  signal = '',
  labels,
  at = 0,
  side = 'above',
  rule = '',
}: Extract<WrittenRule, { kind: 'count' }>['count']): Occurrence {
  switch (of) {
    case 'changes':
    case 'increase':
      return { of, signal, labels };
    case 'crossings':
      return { of, signal, labels, at, side };
    case 'starts':
      return { of, rule };
  }
}

/**
 * A default rule with the user's numbers; null when it is off. Where only `enter` is given, `leave` keeps its proportion to
 * it. Pure.
 */
export function overridden(rule: Rule, override: Override | undefined): Rule | null {
  if (override === undefined) return rule;
  if (override.off) return null;
  const times = {
    forMs: override.for ?? rule.forMs,
    keepForMs: override.keep_for ?? rule.keepForMs,
    unknownForMs: override.unknown_for ?? rule.unknownForMs,
  };
  if (rule.kind === 'composite') return { ...rule, ...times };
  const of = (level: Level): Threshold | undefined => {
    const given = override[level];
    if (given === undefined) return rule[level];
    if (given === null) return undefined;
    const usual = rule[level];
    const enter = given.enter ?? usual?.enter ?? 0;
    const share = usual === undefined || usual.enter === 0 ? 1 : usual.leave / usual.enter;
    return {
      enter,
      leave: given.leave ?? enter * share,
      forMs: given.for ?? usual?.forMs,
      keepForMs: given.keep_for ?? usual?.keepForMs,
    };
  };
  return { ...rule, ...times, warning: of('warning'), error: of('error'), critical: of('critical') };
}
