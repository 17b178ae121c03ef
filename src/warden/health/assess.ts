import { rankOf, type Condition } from '../detection/index.ts';

export type HealthStatus = 'healthy' | 'degraded' | 'critical' | 'unknown';

/** The state of the whole, with its reasons. */
export interface Health {
  readonly status: HealthStatus;
  /** Wall-clock time since when it is in this status. */
  readonly since: number;
  /** Worst first. */
  readonly conditions: readonly Condition[];
  /** Essential signals that cannot be measured. */
  readonly unknown: readonly string[];
}

/**
 * The status that conditions amount to: the worst of them. Data that is missing is neither healthy nor broken: unknown,
 * unless something is known to be wrong. Pure.
 * @param isEssential whether a condition is about a component without which the service cannot do its work; of others no
 * more than degraded comes through.
 */
export function assess(
  conditions: readonly Condition[],
  unknown: readonly string[],
  before: Health | null,
  now: number,
  isEssential: (condition: Condition) => boolean = () => true,
): Health {
  const sorted = [...conditions].sort((a, b) => severity(b) - severity(a) || a.since - b.since);
  const status: HealthStatus =
    sorted.length > 0
      ? sorted.some((condition) => condition.level === 'critical' && isEssential(condition))
        ? 'critical'
        : 'degraded'
      : unknown.length > 0
        ? 'unknown'
        : 'healthy';
  return { status, since: before?.status === status ? before.since : now, conditions: sorted, unknown };
}

const severity = ({ level }: Condition): number => rankOf(level);

const WORDS: Record<HealthStatus, string> = {
  healthy: 'Healthy',
  degraded: 'Degraded',
  critical: 'Critical',
  unknown: 'Starting',
};

/**
 * The one sentence that page, command line and log show. `detail` is what the host has to say of its work now; while
 * something is wrong the worst reason comes first.
 */
export function sentenceOf(health: Health, detail: string): string {
  const word = WORDS[health.status];
  const [worst, ...others] = health.conditions;
  if (!worst) return `${word}. ${detail}`.trim();
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${word} since ${timeOfDay(worst.since)}: ${worst.reason}${more} ${detail}`.trim();
}

/** UTC, because reader and server may live in different time zones. */
function timeOfDay(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 16)} UTC`;
}
