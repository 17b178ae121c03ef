import type { Rule } from './rule.ts';

/** What says how bad a figure is, and what is done then; the figure itself does not depend on it. */
const JUDGING: ReadonlySet<string> = new Set([
  'name',
  'unit',
  'warning',
  'error',
  'critical',
  'forMs',
  'keepForMs',
  'unknownForMs',
  'essential',
  'nextSteps',
  'describe',
  'remedy',
]);

const measures = new WeakMap<Rule, string>();

/** Names what a rule measures. Two rules with the same name for it can take over what the other remembers. */
export function measureOf(rule: Rule): string {
  const before = measures.get(rule);
  if (before !== undefined) return before;
  const keys = Object.keys(rule).filter((key) => !JUDGING.has(key));
  const measure = JSON.stringify(keys.sort().map((key) => [key, rule[key as keyof Rule]]));
  measures.set(rule, measure);
  return measure;
}
