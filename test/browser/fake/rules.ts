import type { Condition, JudgedRule } from '../../../src/contract/index.ts';

type RuleDraft = readonly [name: string, unit: string, enter: number, leave: number, remedy?: string];

export const RULES: readonly RuleDraft[] = [
  ['source_reachable', 's', 60, 30],
  ['source_latency', 'ms', 5_000, 4_000, 'it asks for half as many tokens at once'],
  ['freshness_hot', 's', 30, 20],
  ['backlog', 'tokens', 100, 80],
  ['feed.silent', 's', 900, 600],
  ['process.memory', 'ratio', 0.75, 0.7],
  ['host.disk', 'ratio', 0.8, 0.75],
  ['pipeline.stalled', 's', 120, 60],
];

/** A rule as it stands with these conditions. */
export function judged(
  [name, unit, enter, leave, remedy]: RuleDraft,
  all: readonly Condition[],
  isNew: boolean,
): JudgedRule {
  const condition = all.find(({ rule }) => rule === name);
  const waits = isNew || name === 'pipeline.stalled';
  const verdict = condition?.level ?? (waits ? 'waiting' : 'well');
  const reason =
    condition?.reason ??
    (waits
      ? `Nothing is known of ${name} yet.`
      : `${name} is 0 ${unit}; the warning level begins at ${enter}.`);
  const labels = name === 'feed.silent' ? [{ feed: 'profiles' }, { feed: 'pumpportal' }] : [{}];
  return {
    name,
    kind: 'threshold',
    runbook: `docs/runbooks/${name}.md`,
    origin: name === 'backlog' ? 'changed' : 'default',
    signal: name.replace('.', '_'),
    unit,
    essential: name === 'source_reachable',
    levels: [
      { level: 'warning', enter, leave, forMs: 0, keepForMs: 10_000 },
      {
        level: 'critical',
        enter: unit === 'ratio' ? 0.95 : enter * 4,
        leave,
        forMs: 10_000,
        keepForMs: 60_000,
      },
    ],
    verdict,
    reason,
    series: labels.length,
    gravest: labels.map((each) => ({
      labels: each,
      verdict,
      reason,
      value: condition?.value ?? null,
      since: condition?.since ?? null,
    })),
    nextSteps: condition?.nextSteps ?? [],
    remedy: remedy ?? null,
  };
}
