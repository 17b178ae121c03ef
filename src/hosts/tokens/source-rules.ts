import type { Sample, ThresholdRule } from '../../warden/detection/index.ts';
import type { DependencyReport } from '../../warden/resilience/index.ts';
import { span } from './words.ts';

/** What is measured of the source. */
export type SourceFacts = Pick<
  DependencyReport,
  | 'state'
  | 'since'
  | 'reachable'
  | 'lastAnswerAt'
  | 'awayForMs'
  | 'errorRate'
  | 'latency'
  | 'latest'
  | 'retriesLeft'
  | 'quotas'
>;

const UNREACHABLE_MS = 3_000;
/** The 95th percentile of fewer answers is the slowest of them. */
const ANSWERS_TO_JUDGE = 20;
const BREAKER_STATES = { closed: 0, half_open: 1, open: 2, isolated: 2 } as const;

/**
 * The signals of the source and of the policy towards it. Pure.
 * @param now wall clock, in ms.
 */
export function sourceSamples(source: SourceFacts, now: number): readonly Sample[] {
  const { state, errorRate, retriesLeft, quotas } = source;
  const p95S = source.latency === null ? null : source.latency.p95Ms / 1_000;
  const { answers, p95Ms } = source.latest;
  const isTelling = source.reachable === true && answers >= ANSWERS_TO_JUDGE;
  return [
    { signal: 'error_rate', value: errorRate },
    { signal: 'source_failing_s', value: failingSeconds(source) },
    { signal: 'breaker_state', value: BREAKER_STATES[state] },
    { signal: 'calls_held_s', value: heldSeconds(source, now) },
    { signal: 'api_p95_s', value: p95S },
    // Of the latest answers, and none is slow where there are none: or the slowness would outlast the slow answers.
    { signal: 'source_slow_s', value: isTelling ? (p95Ms ?? 0) / 1_000 : 0 },
    { signal: 'retries_left', value: retriesLeft },
    { signal: 'quota_share', value: Math.max(0, ...quotas.map(({ used, limit }) => used / limit)) },
    { signal: 'rate_limited', value: Math.max(0, ...quotas.map(({ rate, limit }) => 1 - rate / limit)) },
  ];
}

/** Null, which is unknown, until a call has come to an answer, or calls have failed long enough to say so. */
function failingSeconds({ reachable, lastAnswerAt, awayForMs }: SourceFacts): number | null {
  if (reachable === null || (lastAnswerAt === null && awayForMs < UNREACHABLE_MS)) return null;
  return awayForMs / 1_000;
}

/** While calls fail, that is what is wrong; a breaker that is open then only does its work. */
function heldSeconds({ state, since, reachable }: SourceFacts, now: number): number {
  const isHeld = state === 'isolated' || (state !== 'closed' && reachable !== false);
  return isHeld ? Math.max(0, now - since) / 1_000 : 0;
}

const percent = (value: number): string => `${Math.round(100 * value)} %`;

/** Below ten with one decimal, because the limits are close to each other. */
const seconds = (value: number): string =>
  value < 9.95 ? `${Math.round(value * 10) / 10} s` : span(1_000 * value);

/** The rules about the source. That the quota is used says nothing: the planner uses all of it on purpose. */
export function sourceRules(origin: string): readonly ThresholdRule[] {
  return [
    {
      kind: 'threshold',
      name: 'source.unreachable',
      signal: 'source_failing_s',
      unit: 's',
      warning: { enter: UNREACHABLE_MS / 1_000, leave: 1 },
      critical: { enter: 60, leave: 1 },
      forMs: 0,
      keepForMs: 2_000,
      essential: true,
      describe: (value) => `${origin} has not answered for ${span(1_000 * value)}.`,
      nextSteps: [
        'Check the network of this machine: `moonwarden doctor`; the page shows the last error of the source.',
        'Nothing has to be restarted: reads go on by themselves as soon as it answers.',
      ],
    },
    {
      kind: 'threshold',
      name: 'source.errors',
      signal: 'source_error_share',
      unit: 'ratio',
      warning: { enter: 0.1, leave: 0.05 },
      critical: { enter: 0.2, leave: 0.1 },
      // An outage is told as one before that.
      forMs: 15_000,
      keepForMs: 30_000,
      essential: false,
      symptomOf: ['source.unreachable'],
      describe: (value, limit) =>
        `${percent(value)} of the calls to ${origin} in the last minute failed, the limit is ${percent(limit)}; what failed is tried again.`,
      nextSteps: [
        '`moonwarden dependencies` tells the failures by kind and the last error.',
        'Errors of the source itself pass; answers that cannot be read may mean that its format has changed.',
      ],
    },
    {
      kind: 'threshold',
      name: 'source.held',
      signal: 'calls_held_s',
      unit: 's',
      warning: { enter: 15, leave: 1 },
      forMs: 0,
      keepForMs: 5_000,
      essential: false,
      symptomOf: ['source.unreachable'],
      describe: (value) =>
        `The breaker has held back calls to ${origin} for ${span(1_000 * value)} although it answers.`,
      nextSteps: [
        '`moonwarden dependencies` says why: too many calls fail, or somebody has isolated it.',
        'In the first case it closes by itself when calls succeed again.',
      ],
    },
    {
      kind: 'threshold',
      name: 'source.slow',
      signal: 'source_slow_s',
      unit: 's',
      warning: { enter: 2, leave: 1.5 },
      critical: { enter: 5, leave: 4 },
      forMs: 10_000,
      keepForMs: 30_000,
      essential: false,
      describe: (value, limit) =>
        `${origin} answers slowly: one answer of twenty takes ${seconds(value)} or longer, the limit is ${seconds(limit)}.`,
      nextSteps: [
        'Nothing has to be done: calls are given more time by themselves, and less again when answers are quick.',
        'If it lasts, see whether the network of this machine is slow: `moonwarden doctor`; else it is the source.',
      ],
    },
    {
      kind: 'threshold',
      name: 'source.throttled',
      signal: 'rate_limited',
      unit: 'ratio',
      // A wish for less halves the rate; it grows back by a twentieth of the quota every 5 s.
      warning: { enter: 0.3, leave: 0.2 },
      forMs: 0,
      keepForMs: 5_000,
      essential: false,
      describe: (value) =>
        `${origin} asked for fewer requests: calls are held to ${percent(1 - value)} of the quota until the rate has grown back.`,
      nextSteps: [
        'Nothing has to be done: the rate grows back by itself, in a minute or two.',
        'If it comes back, another program may share the quota of this address: stop it, or lower `dexscreener.pairs_per_minute`.',
      ],
    },
  ];
}
