import type {
  ConditionLevel,
  HealthStatus,
  IncidentSummary,
  JudgedRule,
  RecoveryReport,
} from '../../../src/contract/index.ts';
import { duration, words } from '../format.ts';
import { measure } from '../resources/measure.ts';

/** A state as colour and shape, and in a few words. */
export interface Standing {
  readonly state: HealthStatus;
  readonly words: string;
}

export const levelState = (level: ConditionLevel): HealthStatus =>
  level === 'critical' ? 'critical' : 'degraded';

const verdicts: Record<JudgedRule['verdict'], Standing> = {
  well: { state: 'healthy', words: 'Well' },
  waiting: { state: 'unknown', words: 'Nothing known yet' },
  unknown: { state: 'unknown', words: 'Unknown' },
  warning: { state: 'degraded', words: 'Warning' },
  error: { state: 'degraded', words: 'Error' },
  critical: { state: 'critical', words: 'Critical' },
};

export const verdictOf = ({ verdict }: Pick<JudgedRule, 'verdict'>): Standing => verdicts[verdict];

const GRAVITY: readonly JudgedRule['verdict'][] = [
  'critical',
  'error',
  'warning',
  'unknown',
  'waiting',
  'well',
];

/** One that only waits for its first value is not ill. */
export const isNotWell = ({ verdict }: Pick<JudgedRule, 'verdict'>): boolean =>
  verdict !== 'well' && verdict !== 'waiting';

/** The gravest first; otherwise as the service lists them. Pure. */
export const byVerdict = (rules: readonly JudgedRule[]): readonly JudgedRule[] =>
  rules.toSorted((a, b) => GRAVITY.indexOf(a.verdict) - GRAVITY.indexOf(b.verdict));

/** All rules in one sentence. Pure. */
export function rulesSentence(rules: readonly JudgedRule[]): string {
  const ill = rules.filter(isNotWell).length;
  const waiting = rules.filter(({ verdict }) => verdict === 'waiting').length;
  const rest = waiting === 0 ? '' : `; ${waiting} ${waiting === 1 ? 'has' : 'have'} nothing to judge yet`;
  if (ill > 0) return `${ill} of ${rules.length} rules ${ill === 1 ? 'is' : 'are'} not well${rest}.`;
  const well = rules.length - waiting;
  return `${well === 1 ? 'One rule finds' : `${well} rules find`} nothing wrong${rest}.`;
}

type RuleLevel = JudgedRule['levels'][number];

/** "from 30 s on", after how long, and where it ends. Pure. */
export function levelWords({ level, enter, leave, forMs, keepForMs }: RuleLevel, unit: string): string {
  const after = (ms: number): string => (ms === 0 ? 'at once' : `after ${duration(ms)}`);
  if (enter === null || leave === null) return `${words(level)} ${after(forMs)}; ends ${after(keepForMs)}.`;
  return `${words(level)} at ${measure(enter, unit)} ${after(forMs)}; ends at ${measure(leave, unit)} ${after(keepForMs)}.`;
}

/** The limits of a rule on one line: "30 s, 60 s, 2 min". Pure. */
export function limitsOf({ levels, unit }: Pick<JudgedRule, 'levels' | 'unit'>): string {
  const limits = levels.flatMap(({ level, enter }) =>
    enter === null ? [] : [`${level} ${measure(enter, unit)}`],
  );
  return limits.length === 0 ? levels.map(({ level }) => level).join(', ') : limits.join(', ');
}

export const originWords: Record<JudgedRule['origin'], string> = {
  default: 'of the service',
  changed: 'of the service, changed',
  custom: 'of the configuration',
};

/** How an incident stands: an open one by its level. Pure. */
export function incidentStanding({ state, level }: Pick<IncidentSummary, 'state' | 'level'>): Standing {
  switch (state) {
    case 'open':
      return { state: levelState(level), words: 'Open' };
    case 'ended':
      return { state: 'unknown', words: 'Just ended' };
    case 'closed':
      return { state: 'healthy', words: 'Closed' };
  }
}

const kinds: Readonly<Record<string, string>> = {
  'condition.started': 'Began',
  'condition.changed': 'Changed',
  'condition.ended': 'Over',
  'action.taken': 'Recovery begun',
  'action.verified': 'Verified',
  'recovery.waiting': 'Waits',
  'recovery.manual': 'A person is needed',
  'recovery.refused': 'Refused',
};

/** What kind of thing an entry of a timeline is. Pure. */
export const happeningWords = (type: string): string => kinds[type] ?? words(type);

export const stepWords: Record<RecoveryReport['conditions'][number]['step'], string> = {
  soft: 'soft',
  medium: 'medium',
  hard: 'hard',
  manual: 'a person',
};
