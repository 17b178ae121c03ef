import type { Rule } from '../../warden/detection/index.ts';
import { buildRule, overridden } from './build.ts';
import { defaultRules } from './defaults.ts';
import type { RuleSettings } from './settings.ts';

export { defaultRuleRows } from './table.ts';
export { createRuleView } from './view.ts';
export { rulesSection, type RuleSettings } from './settings.ts';

/** All rules that a service is judged by: the default ones as the user changed them, and the user's own. Pure. */
export function rulesOf(
  settings: RuleSettings,
  parts: Omit<Parameters<typeof defaultRules>[0], 'memoryLimitMb'>,
): readonly Rule[] {
  const { override, custom, memoryLimitMb } = settings;
  const usual = defaultRules({ ...parts, memoryLimitMb });
  const changed = usual.flatMap((rule) => overridden(rule, override[rule.name]) ?? []);
  return [...changed, ...custom.map(buildRule)];
}
