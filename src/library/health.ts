import { conditionId, type Condition, type Level } from '../warden/detection/index.ts';
import { sentenceOf, type Health, type HealthStatus } from '../warden/health/index.ts';

/** How the program is, and why: plain data, ready to be answered at `/health`. */
export interface HealthReport {
  readonly name: string;
  /** `unknown` before the first look, while something essential cannot be measured, and once it is stopped. */
  readonly status: HealthStatus;
  /** Whether it can do its work: healthy or degraded. */
  readonly ok: boolean;
  readonly sentence: string;
  /** Wall-clock time since when it is in this status, in ms; null before the first look. */
  readonly since: number | null;
  /** What is wrong, the worst first. */
  readonly reasons: readonly HealthReason[];
  /** Essential signals that cannot be measured. */
  readonly unknown: readonly string[];
}

/** Something that is wrong. */
export interface HealthReason {
  /** The rule that says so, with the labels of its series. */
  readonly condition: string;
  readonly level: Level;
  readonly reason: string;
  readonly since: number;
  readonly nextSteps: readonly string[];
}

/** What the report is made of. */
export interface HealthFacts {
  readonly name: string;
  readonly life: 'new' | 'running' | 'stopped';
  readonly health: Health | null;
  readonly rules: number;
  /** Actions under way, or whose effect is still to be seen. */
  readonly pending: readonly string[];
}

/** Puts together what is known. Pure. */
export function healthReport({ name, life, health, rules, pending }: HealthFacts): HealthReport {
  if (life !== 'running' || health === null) {
    const sentence =
      life === 'stopped'
        ? 'Stopped.'
        : life === 'new'
          ? 'Not started.'
          : 'Starting. Nothing was looked at yet.';
    return { name, status: 'unknown', ok: false, sentence, since: null, reasons: [], unknown: [] };
  }
  const { status, since, conditions, unknown } = health;
  return {
    name,
    status,
    ok: status === 'healthy' || status === 'degraded',
    sentence: sentenceOf(health, detailOf(health, rules, pending)),
    since,
    reasons: conditions.map(reasonOf),
    unknown,
  };
}

function detailOf({ conditions, unknown }: Health, rules: number, pending: readonly string[]): string {
  if (conditions.length > 0) return pending.length === 0 ? '' : `Tried now: ${pending.join(', ')}.`;
  if (unknown.length > 0) return `Not measured: ${unknown.join(', ')}.`;
  return rules === 1
    ? 'Its one rule finds nothing wrong.'
    : `None of its ${rules} rules finds anything wrong.`;
}

const reasonOf = (condition: Condition): HealthReason => ({
  condition: conditionId(condition),
  level: condition.level,
  reason: condition.reason,
  since: condition.since,
  nextSteps: condition.nextSteps,
});
