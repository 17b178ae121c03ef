import type { JudgedRule, RuleList } from '../../contract/index.ts';
import type { Clock } from '../../kernel/index.ts';
import { LEVELS, signalOf, verdictsOf, type Judgement, type Rule } from '../../warden/detection/index.ts';
import { runbookOf } from './runbook.ts';
import type { RuleSettings } from './settings.ts';

/** Series that are shown of one rule. */
const SHOWN_SERIES = 100;

/** What the API shows of the rules. */
export function createRuleView(parts: {
  readonly clock: Clock;
  /** Those in force now, and the settings that they follow from. */
  readonly rules: () => readonly Rule[];
  readonly settings: () => Pick<RuleSettings, 'override' | 'custom'>;
  readonly judgement: () => Judgement;
  /** What the service does first about a condition of the rule; null where it can do nothing. */
  readonly firstAction: (rule: string) => string | null;
}): () => RuleList {
  const { clock, rules, settings, judgement } = parts;
  return () => {
    const judged = judgement();
    const written = settings();
    const custom = new Set(written.custom.map(({ name }) => name));
    const originOf = (name: string): JudgedRule['origin'] =>
      custom.has(name) ? 'custom' : name in written.override ? 'changed' : 'default';
    const items = rules().map((rule): JudgedRule => {
      const series = verdictsOf(rule, judged);
      const [gravest] = series;
      return {
        name: rule.name,
        kind: rule.kind,
        origin: originOf(rule.name),
        signal: signalOf(rule),
        unit: unitOf(rule),
        essential: rule.essential,
        levels: levelsOf(rule),
        verdict: gravest?.verdict ?? 'waiting',
        reason: gravest?.reason ?? 'There is nothing that it could judge yet.',
        series: series.length,
        gravest: series.slice(0, SHOWN_SERIES).map((one) => ({ ...one, labels: { ...one.labels } })),
        nextSteps: [...rule.nextSteps],
        runbook: runbookOf(rule.name, !custom.has(rule.name)),
        remedy: parts.firstAction(rule.name),
      };
    });
    return { at: clock.now(), items };
  };
}

/** Of the figure that is held against the levels. */
function unitOf({ kind, unit }: Rule): string {
  if (kind === 'absence' || kind === 'trend') return 's';
  if (kind === 'past' || kind === 'degradation') return 'ratio';
  return kind === 'count' || kind === 'composite' ? '' : unit;
}

function levelsOf(rule: Rule): JudgedRule['levels'] {
  const { forMs, keepForMs } = rule;
  return LEVELS.flatMap((level): JudgedRule['levels'] => {
    const own = rule[level];
    if (own === undefined) return [];
    if (!('enter' in own)) return [{ level, enter: null, leave: null, forMs, keepForMs }];
    const times = { forMs: own.forMs ?? forMs, keepForMs: own.keepForMs ?? keepForMs };
    return [{ level, enter: own.enter, leave: own.leave, ...times }];
  });
}
