import type { DependencyReport, FeatureReport } from '../../contract/index.ts';
import { ago, lengthOf } from '../report.ts';

/** Columns of {@link dependencyRows}; the last is of a width of its own. */
export const DEPENDENCY_COLUMNS = [
  'NAME',
  'STATE',
  'LAST ANSWER',
  'P95',
  'FAILED',
  'RETRIES LEFT',
  'QUOTA',
] as const;

/** What the page shows of each on one line. Pure. */
export function dependencyRows(dependencies: readonly DependencyReport[], now: number): readonly string[][] {
  return dependencies.map(({ name, state, lastAnswerAt, latency, errorRate, retriesLeft, quotas }) => [
    name,
    state,
    ago(lastAnswerAt, now),
    latency === null ? '-' : `${Math.round(latency.p95Ms)} ms`,
    errorRate === null ? '-' : `${Math.round(100 * errorRate)} %`,
    retriesLeft === null ? '-' : String(Math.floor(retriesLeft)),
    quotas.map((quota) => `${quota.name} ${quota.used}/${quota.rate}`).join(', ') || '-',
  ]);
}

/** One sentence a dependency that is not well: why, and what comes next. Pure. */
export function dependencyTroubles(
  dependencies: readonly DependencyReport[],
  now: number,
): readonly string[] {
  return dependencies.flatMap((dependency) => {
    const { name, kind, state, reason, lastError, nextTryAt, healthy, quotas } = dependency;
    // It connects for the first time.
    if (kind === 'stream' && state === 'half_open' && lastError === null) return [];
    const next = nextTryAt === null ? '' : `; next try in ${lengthOf(Math.max(0, nextTryAt - now))}`;
    const cause = lastError === null || reason.includes(lastError) ? '' : `: ${lastError}`;
    const held = quotas
      .filter(({ rate, limit, blockedForMs }) => rate < limit || blockedForMs > 0)
      .map(({ name: quota, rate, limit }) => `${rate} of ${limit} a minute are made for ${quota}`);
    return [
      ...(healthy && state === 'closed' ? [] : [`${reason}${cause}${next}.`]),
      ...(held.length > 0 ? [`${name} asked for fewer requests: ${held.join(', ')}.`] : []),
    ];
  });
}

/** What is off and what goes on with old data. Pure. */
export function missingFeatures(features: readonly FeatureReport[]): readonly string[] {
  const named = (state: FeatureReport['state']): string =>
    features
      .filter((feature) => feature.state === state)
      .map(({ name }) => name)
      .join(', ');
  const [off, stale] = [named('off'), named('stale')];
  return [...(off ? [`Off meanwhile: ${off}.`] : []), ...(stale ? [`On data from before: ${stale}.`] : [])];
}
