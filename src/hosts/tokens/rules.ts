import type { Sample, ThresholdRule } from '../../warden/detection/index.ts';
import { BATCH_SIZE } from '../dexscreener/index.ts';
import { OLD_BECAUSE_OF } from './causes.ts';
import type { PipelineStatus } from './pipeline-port.ts';
import type { TokenSettings } from './settings.ts';
import { sourceRules, sourceSamples, type SourceFacts } from './source-rules.ts';
import { countOf, span } from './words.ts';
import { workRules } from './work-rules.ts';

/**
 * The signals of the token pipeline: what it measures of itself and of its source. Pure.
 * @param errorShare of the calls of the last minute, from `createErrorShare`.
 * @param now wall clock, in ms.
 */
export function tokenSamples(
  status: PipelineStatus,
  source: SourceFacts,
  quota: { readonly used: number; readonly limit: number },
  errorShare: number | null,
  now: number,
): readonly Sample[] {
  const { hot } = status;
  const hotPerMinute = (hot.count * 60_000) / hot.intervalMs / BATCH_SIZE;
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000);
  return [
    // Without tokens in a group nothing of it is old; null would say that their age cannot be measured.
    { signal: 'freshness_hot_p95_s', value: status.hot.count === 0 ? 0 : seconds(status.hot.p95Ms) },
    { signal: 'freshness_hot_median_s', value: seconds(status.hot.medianMs) },
    { signal: 'freshness_cold_p95_s', value: status.cold.count === 0 ? 0 : seconds(status.cold.p95Ms) },
    { signal: 'backlog', value: status.backlog },
    // While the source is away everything is due.
    { signal: 'backlog_hot', value: source.reachable === false ? null : status.due.hot },
    { signal: 'refreshed_per_minute', value: status.refreshedPerMinute },
    // While the source is away nothing can be processed: that is its condition, not the pipeline's.
    { signal: 'stalled_s', value: source.reachable === false ? null : status.stalledForMs / 1_000 },
    {
      signal: 'waiting_unduly',
      // While the source is away everybody waits, and nobody is read again and again.
      value: source.reachable === false ? null : (status.plan?.rotation.waiting ?? 0),
    },
    { signal: 'held_moves', value: status.heldMoves },
    { signal: 'score_accuracy', value: status.accuracy.share },
    { signal: 'quota_used', value: quota.used },
    { signal: 'quota_needed', value: quota.limit > 0 ? hotPerMinute / quota.limit : null },
    { signal: 'source_error_share', value: errorShare },
    ...sourceSamples(source, now),
  ];
}

/** The signals of time are in seconds. */
const spanOf = (seconds: number): string => span(1_000 * seconds);

/** The rules of the token pipeline and of its source. */
export function tokenRules(settings: TokenSettings, origin: string): readonly ThresholdRule[] {
  const hotS = settings.hotIntervalMs / 1_000;
  const coldS = settings.coldIntervalMs / 1_000;
  return [
    ...sourceRules(origin),
    {
      kind: 'threshold',
      name: 'data.stale',
      signal: 'freshness_hot_p95_s',
      unit: 's',
      warning: { enter: 3 * hotS, leave: 2 * hotS },
      critical: { enter: 10 * hotS, leave: 3 * hotS },
      forMs: 5_000,
      keepForMs: 10_000,
      // Nothing is well while the data is old, whatever else is green (R-TOK-18).
      essential: true,
      symptomOf: OLD_BECAUSE_OF,
      describe: (value, limit) =>
        `The data of hot tokens is old: 95 % are younger than ${spanOf(value)}, the limit is ${spanOf(limit)}.`,
      nextSteps: [
        'See whether the source answers and how much of the quota is used.',
        'With too many hot tokens for the quota, raise `tokens.min_score`.',
      ],
    },
    {
      kind: 'threshold',
      name: 'data.cold_stale',
      signal: 'freshness_cold_p95_s',
      unit: 's',
      // Cold tokens get what the quota leaves, so only a wait far beyond their interval is a fault.
      warning: { enter: 10 * coldS, leave: 5 * coldS },
      forMs: 10_000,
      keepForMs: 10_000,
      essential: false,
      symptomOf: OLD_BECAUSE_OF,
      describe: (value, limit) =>
        `The data of cold tokens is old: 95 % are younger than ${spanOf(value)}, the limit is ${spanOf(limit)}.`,
      nextSteps: ['The quota cannot carry this many tokens at this interval: raise `tokens.cold_interval`.'],
    },
    {
      kind: 'threshold',
      name: 'tokens.rotation',
      signal: 'waiting_unduly',
      unit: 'tokens',
      warning: { enter: 1, leave: 0.5 },
      // After an outage those who waited longest are read first; a round of them takes its time.
      forMs: 300_000,
      keepForMs: 10_000,
      essential: false,
      describe: (value) =>
        `${countOf(value, 'token')} wait for over twice their fair share of the reads while others are read again and again.`,
      nextSteps: [
        '`moonwarden tokens stuck` names those that wait.',
        'If the source fails for some of them only, its last error says why; else restart the service.',
      ],
    },
    {
      kind: 'threshold',
      name: 'tokens.changes_held',
      signal: 'held_moves',
      unit: 'tokens',
      warning: { enter: 1, leave: 0.5 },
      forMs: 0,
      keepForMs: 0,
      essential: false,
      describe: (value) =>
        `${countOf(value, 'token')} would be moved back or archived at once; the changes wait, because so many at once are more likely a fault of the data.`,
      nextSteps: [
        'See on the page of one of the tokens whether what the source shows of it is true.',
        'If it is: `moonwarden tokens release --reason ...` lets the changes go; else they end by themselves when the data is right again.',
      ],
    },
    {
      kind: 'threshold',
      name: 'pipeline.stalled',
      signal: 'stalled_s',
      unit: 's',
      critical: { enter: 300, leave: 1 },
      forMs: 0,
      keepForMs: 0,
      essential: false,
      describe: (value) => `No token has been processed for ${spanOf(value)} although some are due.`,
      nextSteps: ['If the source answers, this is a fault of the service: see the log.'],
      symptomOf: ['source.unreachable', 'store.failing', 'jobs.escalated', 'loop.blocked'],
    },
    ...workRules(settings),
  ];
}

/** What the pipeline has to say of its work now, and what the quota does not carry of it. Pure. */
export function tokenSentence(status: PipelineStatus, total: number): string {
  const work = workSentence(status, total);
  const shortfall = status.plan?.shortfall ?? null;
  return shortfall === null ? work : `${work} ${shortfall}`;
}

function workSentence({ hot, cold }: PipelineStatus, total: number): string {
  if (total === 0) return 'No tokens yet; the feeds are being read.';
  if (hot.count === 0 || hot.medianMs === null) {
    const median = cold.medianMs === null ? '' : `, median age of the data ${span(cold.medianMs)}`;
    return `${countOf(total, 'token')} watched, none is hot${median}.`;
  }
  const tokens = countOf(hot.count, 'hot token');
  const median = `median ${span(hot.medianMs)}`;
  const fresh = hot.count - hot.stale;
  return fresh === hot.count
    ? `${tokens} ${hot.count === 1 ? 'is' : 'are'} fresh (${median}).`
    : `${fresh.toLocaleString('en-US')} of ${tokens} are fresh (${median}).`;
}

/** What becomes of the tokens while the source does not answer, in one sentence. Pure. */
export function waitingSentence(total: number, nextTryInMs: number | null): string {
  const kept =
    total === 0
      ? 'No tokens yet'
      : `${countOf(total, 'token')} ${total === 1 ? 'keeps its' : 'keep their'} last data`;
  return `${kept}; ${nextTryInMs === null ? 'it is being tried now' : `next try in ${span(Math.ceil(nextTryInMs / 1_000) * 1_000)}`}.`;
}
