import type { JudgedRule } from '../../contract/index.ts';
import { ago } from '../report.ts';
import { figure, labelsText } from './signal-text.ts';

export const RULE_COLUMNS = ['NAME', 'KIND', 'VERDICT', 'SERIES', 'FROM'] as const;

const FROM = { default: 'service', changed: 'service, changed', custom: 'configuration' } as const;

const span = (ms: number): string => `${ms / 1_000} s`;

/** One line a rule. Pure. */
export const ruleRows = (rules: readonly JudgedRule[]): readonly string[][] =>
  rules.map(({ name, kind, verdict, series, origin }) => [name, kind, verdict, String(series), FROM[origin]]);

/** Why rules are not well, one line each. Pure. */
export const ruleTroubles = (rules: readonly JudgedRule[]): readonly string[] =>
  rules
    .filter(({ verdict }) => verdict !== 'well' && verdict !== 'waiting')
    .map(({ name, reason }) => `${name}: ${reason}`);

/** All of one rule, line by line. Pure. @param at wall-clock time of the answer. */
export function ruleDetails(rule: JudgedRule, at: number): readonly string[] {
  const { name, kind, verdict, signal, unit, essential, origin, nextSteps, remedy, runbook } = rule;
  const number = (value: number): string => figure(value, unit);
  const levels = rule.levels.map(({ level, enter, leave, forMs, keepForMs }) =>
    enter === null || leave === null
      ? `${level}: begins after ${span(forMs)}, ends after ${span(keepForMs)}`
      : `${level}: begins at ${number(enter)} after ${span(forMs)}, ends at ${number(leave)} after ${span(keepForMs)}`,
  );
  const about = signal === null ? 'looks at other rules' : `looks at ${signal}`;
  return [
    `${name}: ${verdict}`,
    `A rule of the kind ${kind} (${FROM[origin]}); it ${about}.${essential ? ' While it is unknown, so is health.' : ''}`,
    ...levels,
    ...rule.gravest.map(
      ({ labels, verdict: own, reason, since }) =>
        `${labelsText(labels)}  ${own}${since === null ? '' : ` (began ${ago(since, at)})`}: ${reason}`,
    ),
    ...nextSteps.map((step) => `To do: ${step}`),
    ...(remedy === null ? [] : [`The service helps itself: ${remedy}.`]),
    ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
  ];
}
