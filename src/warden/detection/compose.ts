import type { Labels } from '../metrics/index.ts';
import type { Condition } from './condition.ts';
import { labelKey, NO_LABELS } from './labels.ts';
import { LEVELS, rankOf, type Level, type PerLevel } from './level.ts';
import type { CompositeRule, Expression } from './rule.ts';
import { isUnknown } from './missing.ts';
import type { Rule } from './rule.ts';
import type { RuleState, SeriesState } from './state.ts';

/** How an expression stands for one combination of labels. */
export interface Composed {
  readonly labels: Labels;
  /** True: it holds; null: nobody knows. */
  readonly holds: PerLevel<boolean | null>;
  /** The reasons of the conditions that make it hold, by level. */
  readonly reasons: PerLevel<() => readonly string[]>;
}

/** A rule that was judged before, in this turn. */
export interface JudgedRule {
  readonly rule: Rule;
  readonly state: RuleState;
}

/** The rules that an expression names. */
export function rulesIn(expression: Expression): readonly string[] {
  if ('rule' in expression) return [expression.rule];
  if ('not' in expression) return rulesIn(expression.not);
  return ('all' in expression ? expression.all : expression.any).flatMap(rulesIn);
}

/** Evaluates every level of a composite rule, apart for each combination of the labels in `by`. Pure. */
export function compose(rule: CompositeRule, judged: ReadonlyMap<string, JudgedRule>): readonly Composed[] {
  const named = new Map<string, Grouped>();
  for (const level of LEVELS) {
    for (const name of rule[level] ? rulesIn(rule[level]) : []) {
      if (!named.has(name)) named.set(name, groupSeries(judged.get(name), rule.by));
    }
  }
  const groups = new Map<string, Labels>();
  if (rule.by.length === 0) groups.set('', NO_LABELS);
  for (const { members } of named.values()) {
    for (const [key, { labels }] of members) if (!groups.has(key)) groups.set(key, labels);
  }
  const all: Composed[] = [];
  for (const [key, labels] of groups) {
    const holds: { [L in Level]?: boolean | null } = {};
    const reasons: { [L in Level]?: () => readonly string[] } = {};
    const group = { key, labels, named };
    for (const level of LEVELS) {
      const expression = rule[level];
      if (!expression) continue;
      const outcome = evaluate(expression, group);
      holds[level] = outcome.holds;
      reasons[level] = outcome.reasons;
    }
    all.push({ labels, holds, reasons });
  }
  return all;
}

/** The series of a rule, by the labels that a composite rule judges apart. */
interface Grouped {
  readonly judged: JudgedRule | undefined;
  readonly members: ReadonlyMap<string, { readonly labels: Labels; readonly series: SeriesState[] }>;
  /** These lack a label of the group, and stand for all groups that they do not contradict. */
  readonly shared: readonly SeriesState[];
}

const NO_SERIES: Grouped = { judged: undefined, members: new Map(), shared: [] };

function groupSeries(judged: JudgedRule | undefined, by: readonly string[]): Grouped {
  const members = new Map<string, { readonly labels: Labels; readonly series: SeriesState[] }>();
  const shared: SeriesState[] = [];
  if (by.length === 0) return { judged, members, shared: judged?.state.series ?? [] };
  for (const series of judged?.state.series ?? []) {
    const group = groupOf(series.labels, by);
    if (group === null) {
      shared.push(series);
      continue;
    }
    const others = members.get(group.key);
    if (others) others.series.push(series);
    else members.set(group.key, { labels: group.labels, series: [series] });
  }
  return { judged, members, shared };
}

interface GroupName {
  readonly key: string;
  readonly labels: Labels;
}

const groupNames = new WeakMap<readonly string[], WeakMap<Labels, GroupName | null>>();

/** The group that labels belong to; null where one is lacking. Remembered, as states keep their labels. */
function groupOf(labels: Labels, by: readonly string[]): GroupName | null {
  let known = groupNames.get(by);
  if (known === undefined) groupNames.set(by, (known = new WeakMap()));
  let group = known.get(labels);
  if (group === undefined) {
    const own = Object.fromEntries(by.map((label) => [label, labels[label] ?? '']));
    group = by.every((label) => label in labels) ? { key: labelKey(own), labels: own } : null;
    known.set(labels, group);
  }
  return group;
}

interface Group extends GroupName {
  readonly named: ReadonlyMap<string, Grouped>;
}

interface Outcome {
  readonly holds: boolean | null;
  /** Looked up when somebody asks: most of the time nobody does. */
  readonly reasons: () => readonly string[];
}

const noReasons = (): readonly string[] => [];

/** Logic of three values (Kleene): what is unknown leaves open what depends on it, and no more. */
function evaluate(expression: Expression, group: Group): Outcome {
  if ('rule' in expression) return standing(expression, group);
  if ('not' in expression) {
    const { holds } = evaluate(expression.not, group);
    return { holds: holds === null ? null : !holds, reasons: noReasons };
  }
  const isAll = 'all' in expression;
  const parts = (isAll ? expression.all : expression.any).map((part) => evaluate(part, group));
  const decisive = !isAll;
  const holds = parts.some((part) => part.holds === decisive)
    ? decisive
    : parts.some((part) => part.holds === null)
      ? null
      : !decisive;
  const reasons = (): readonly string[] =>
    parts.flatMap((part) => (part.holds === true ? part.reasons() : []));
  return { holds, reasons };
}

/** A series that lacks a label of the group stands for all of them. */
function standing(
  { rule, level = 'warning' }: { readonly rule: string; readonly level?: Level | undefined },
  { key, labels, named }: Group,
): Outcome {
  const { judged, members, shared } = named.get(rule) ?? NO_SERIES;
  if (judged === undefined) return { holds: null, reasons: noReasons };
  const holding: Condition[] = [];
  // One that is known to be well is enough to say that the rule does not hold, as no other one tells otherwise.
  let isKnown = false;
  for (const one of [
    ...(members.get(key)?.series ?? []),
    ...shared.filter((other) => agrees(other.labels, labels)),
  ]) {
    const { firing } = one;
    if (firing !== null && rankOf(firing.condition.level) >= rankOf(level)) holding.push(firing.condition);
    else isKnown ||= !isUnknown(judged.rule, one);
  }
  if (holding.length > 0) return { holds: true, reasons: () => holding.map(({ reason }) => reason) };
  return { holds: isKnown ? false : null, reasons: noReasons };
}

/** Whether no label says otherwise. */
function agrees(labels: Labels, group: Labels): boolean {
  for (const name in group) if (name in labels && labels[name] !== group[name]) return false;
  return true;
}
