import { LEVELS, quantity, signalOf, spanOf, type Level, type Rule } from '../../warden/detection/index.ts';
import { firstActionOf } from '../recovery/index.ts';
import { alertKindOf, runbookOf } from './runbook.ts';
import { usualRules } from './settings.ts';

/** One default rule as the documentation tells of it. */
export interface RuleRow {
  readonly name: string;
  readonly signal: string;
  readonly levels: string;
  readonly times: string;
  readonly helps: string;
  readonly kind: string;
  /** From the folder of the documentation. */
  readonly runbook: string;
}

/** The default rules with the numbers that they have without any configuration. Those of jobs are of the group `hot`. */
export function defaultRuleRows(): readonly RuleRow[] {
  return usualRules(null)
    .filter(({ name }) => !name.startsWith('jobs.') || /^jobs\.(hot|escalated)/.test(name))
    .map((rule) => ({
      name: rule.name,
      signal: signalOf(rule) ?? '',
      levels: LEVELS.flatMap((level) => levelText(rule, level)).join('; '),
      times: `${spanOf(rule.forMs)} / ${spanOf(rule.keepForMs)}`,
      helps: firstActionOf(rule.name, ['hot']) ?? '',
      kind: alertKindOf(rule.name),
      runbook: (runbookOf(rule.name, true) ?? '').replace(/^docs\//, ''),
    }));
}

function levelText(rule: Rule, level: Level): readonly string[] {
  const own = rule[level];
  if (own === undefined || !('enter' in own)) return [];
  return [`${level} at ${quantity(own.enter, rule.unit)}, until ${quantity(own.leave, rule.unit)}`];
}
