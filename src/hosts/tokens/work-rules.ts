import type { Sample, ThresholdRule } from '../../warden/detection/index.ts';
import type { FeedStatus } from './discovery.ts';
import { OLD_BECAUSE_OF } from './causes.ts';
import type { TokenInsight } from './insight.ts';
import type { TokenSettings } from './settings.ts';
import { countOf, span } from './words.ts';

/** A share of fewer tokens says little. */
const TOKENS_TO_JUDGE = 10;
const SILENT_INTERVALS = 5;
const SILENT_LEAST_S = 300;

/**
 * How the activation works out; those for which the quota is not enough wait by design and are left out. Null while the source is away, because nothing can be judged then. Pure.
 * @param activatedLately tokens that were activated within the last hour.
 */
export function activationSamples(
  stuck: ReturnType<TokenInsight['stuckCounts']>,
  activatedLately: number,
  isAway: boolean,
): readonly Sample[] {
  const judged = stuck.notEligible + activatedLately;
  const waiting = stuck.ours - stuck.quota;
  const due = judged + waiting;
  return [
    { signal: 'tokens_stuck', value: isAway ? null : waiting },
    {
      signal: 'activation_success',
      value: isAway ? null : due < TOKENS_TO_JUDGE ? 1 : judged / due,
    },
  ];
}

/**
 * For how long each feed has brought nothing, with the label `feed`. Null for one whose source is away. Pure.
 * @param now wall clock, in ms.
 * @param startedAt since when feeds are asked.
 */
export function feedSamples(
  feeds: readonly FeedStatus[],
  now: number,
  startedAt: number,
  isAway: boolean,
): readonly Sample[] {
  return feeds.map(({ name, lastAt, push }) => {
    // A connection that was just made anew has its time to tell something, too.
    const liveSince = push?.state === 'live' ? push.since : 0;
    const silentMs = now - Math.max(lastAt ?? 0, liveSince, startedAt);
    return {
      signal: 'feed_silent_s',
      labels: { feed: name },
      value: isAway && push === undefined ? null : Math.max(0, silentMs) / 1_000,
    };
  });
}

const percent = (value: number): string => `${Math.round(100 * value)} %`;
const common = { kind: 'threshold', essential: false, symptomOf: OLD_BECAUSE_OF } as const;

/** The rules about how the work on tokens gets on. */
export function workRules(settings: TokenSettings): readonly ThresholdRule[] {
  const silentS = Math.max(SILENT_LEAST_S, (SILENT_INTERVALS * settings.feedIntervalMs) / 1_000);
  return [
    {
      ...common,
      name: 'source.quota',
      signal: 'quota_needed',
      unit: 'ratio',
      warning: { enter: 0.8, leave: 0.75 },
      critical: { enter: 0.95, leave: 0.9 },
      forMs: 60_000,
      keepForMs: 60_000,
      symptomOf: [],
      describe: (value, limit) =>
        value > 1
          ? `Hot tokens would need ${percent(value)} of the quota to be read at their interval: they are read less often.`
          : `Hot tokens need ${percent(value)} of the quota, the limit is ${percent(limit)}: little is left for all others.`,
      nextSteps: [
        'Fewer hot tokens: raise `tokens.min_score`. Or read them less often: raise `tokens.hot_interval`.',
        'If the source allows more requests than it did, raise `dexscreener.pairs_per_minute`.',
      ],
    },
    {
      ...common,
      name: 'pipeline.backlog',
      signal: 'backlog_hot',
      unit: 'tokens',
      warning: { enter: 75, leave: 50 },
      error: { enter: 100, leave: 75 },
      critical: { enter: 150, leave: 100 },
      forMs: 30_000,
      keepForMs: 10_000,
      symptomOf: [...OLD_BECAUSE_OF, 'source.quota'],
      describe: (value, limit) =>
        `${countOf(value, 'hot token')} ${value === 1 ? 'is' : 'are'} due and not being read, the limit is ${limit}.`,
      nextSteps: [
        '`moonwarden tokens work` names where they wait and what would help.',
        'With too many hot tokens for the quota, raise `tokens.min_score`.',
      ],
    },
    {
      ...common,
      name: 'tokens.stuck',
      signal: 'tokens_stuck',
      unit: 'tokens',
      warning: { enter: 6, leave: 3 },
      forMs: 60_000,
      keepForMs: 30_000,
      describe: (value) =>
        `${countOf(value, 'token')} wait to be judged for activation for over 3 min, and the market is not why.`,
      nextSteps: ['`moonwarden tokens stuck` names them, and for each the step at which it waits.'],
    },
    {
      ...common,
      name: 'tokens.activation',
      signal: 'activation_success',
      unit: 'ratio',
      side: 'below',
      warning: { enter: 0.5, leave: 0.6 },
      critical: { enter: 0.25, leave: 0.35 },
      forMs: 120_000,
      keepForMs: 60_000,
      describe: (value) =>
        `Only ${percent(value)} of the tokens that are due to be judged for activation were; the others wait.`,
      nextSteps: [
        '`moonwarden tokens stuck` tells why they wait: the quota, a step that fails, or reads that fail.',
        '`moonwarden tokens activation report` shows the steps that fail.',
      ],
    },
    {
      ...common,
      name: 'feed.silent',
      component: 'feeds',
      signal: 'feed_silent_s',
      unit: 's',
      warning: { enter: silentS, leave: 0.4 * silentS },
      forMs: 0,
      keepForMs: 5_000,
      symptomOf: ['source.unreachable', 'jobs.*', 'loop.blocked'],
      describe: (value, _limit, { feed = 'A feed' }) =>
        `${feed} has brought nothing for ${span(1_000 * value)}: new tokens may be missed.`,
      nextSteps: [
        'The other feeds go on; the page of the flow shows what each of them brings.',
        'If it stays silent although its site works, its format or address may have changed: see the log.',
      ],
    },
  ];
}
