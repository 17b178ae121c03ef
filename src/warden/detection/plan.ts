import { rulesIn } from './compose.ts';
import { LEVELS } from './level.ts';
import type { Rule } from './rule.ts';

const ordered = new WeakMap<readonly Rule[], readonly Rule[]>();

/**
 * The rules in an order in which each comes after those that it looks at; otherwise they stay as they are. Rules that look
 * at each other in a circle find nothing known of the one that comes later. Remembered for the list that was given.
 */
export function inOrder(rules: readonly Rule[]): readonly Rule[] {
  const before = ordered.get(rules);
  if (before) return before;
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const done = new Set<Rule>();
  const order: Rule[] = [];
  const visit = (rule: Rule): void => {
    if (done.has(rule)) return;
    done.add(rule);
    for (const name of lookedAt(rule)) {
      const other = byName.get(name);
      if (other) visit(other);
    }
    order.push(rule);
  };
  for (const rule of rules) visit(rule);
  ordered.set(rules, order);
  return order;
}

/** The rules whose conditions a rule looks at. */
export function lookedAt(rule: Rule): readonly string[] {
  if (rule.kind === 'composite') return LEVELS.flatMap((level) => (rule[level] ? rulesIn(rule[level]) : []));
  return rule.kind === 'count' && rule.occurrence.of === 'starts' ? [rule.occurrence.rule] : [];
}
