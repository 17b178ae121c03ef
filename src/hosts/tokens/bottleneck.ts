import type { Bottleneck, StageFigures } from '../../contract/index.ts';
import type { PlanStatus } from './plan-status.ts';
import type { ReadGroup } from './read-groups.ts';
import { span } from './words.ts';

/** What a bottleneck is named by. */
export interface BottleneckFacts {
  readonly stages: readonly StageFigures[];
  readonly plan: PlanStatus | null;
  /** Whether the source answers; null before the first call. */
  readonly reachable: boolean | null;
  /** Groups whose jobs take no reads now. */
  readonly closed: ReadonlySet<ReadGroup>;
}

/** A wait that is shorter than this share of the interval holds nothing up. */
const NOTICED_SHARE = 0.25;
const CARRIED = 1.01;

const CLASS_OF = { hot: 'hot', cold: 'cold', archive: 'archived', activation: 'full' } as const;
const WHO: Readonly<Record<ReadGroup, string>> = {
  hot: 'Hot tokens',
  cold: 'Cold tokens',
  archive: 'Archived tokens',
  activation: 'Tokens to be judged for activation',
};
const SLOWER: Readonly<Record<ReadGroup, string>> = {
  hot: 'Raise `tokens.min_score` so that fewer tokens are hot, or `tokens.hot_interval`.',
  cold: 'Raise `tokens.cold_interval`, or `tokens.cold_share` at the cost of the others.',
  archive: 'Raise `tokens.archived_interval`, or leave it: archived tokens get what is left.',
  activation: 'Raise `tokens.check_interval`, or `tokens.check_share` at the cost of the others.',
};
const STAGE_WORDS = {
  queued: 'for a request',
  fetched: 'for the answer',
  judged: 'to be judged and scored',
  stored: 'to be stored',
} as const;

/**
 * The stage in which most tokens are at a time (by Little's law: arrivals x dwell), with the cause as far as it is known.
 * Null while tokens wait for less than a quarter of their interval. Pure.
 */
export function findBottleneck({ stages, plan, reachable, closed }: BottleneckFacts): Bottleneck | null {
  const held = stages.filter(({ group, dwellMs }) => {
    const intervalMs = plan?.classes[CLASS_OF[group]].intervalMs ?? 0;
    return dwellMs === null || dwellMs > NOTICED_SHARE * intervalMs;
  });
  const worst = held.reduce<StageFigures | null>(
    (most, stage) => (stage.waiting > (most?.waiting ?? 0) ? stage : most),
    null,
  );
  if (worst === null) return null;
  const { group, stage, dwellMs } = worst;
  const dwells = stages.filter((one) => one.group === group).map((one) => one.dwellMs);
  const totalMs = dwells.reduce<number | null>(
    (sum, ms) => (sum === null || ms === null ? null : sum + ms),
    0,
  );
  const wait =
    dwellMs === null || totalMs === null
      ? `wait ${STAGE_WORDS[stage]}, and none gets one`
      : `wait ${span(dwellMs)} of ${span(totalMs)} ${STAGE_WORDS[stage]}`;
  const { cause, knob } = causeOf(worst, plan, reachable, closed);
  return { group, stage, dwellMs, totalMs, sentence: `${WHO[group]} ${wait}: ${cause}.`, knob };
}

function causeOf(
  { group, stage }: StageFigures,
  plan: PlanStatus | null,
  reachable: boolean | null,
  closed: ReadonlySet<ReadGroup>,
): { readonly cause: string; readonly knob: string } {
  if (stage === 'stored')
    return { cause: 'the database is slow', knob: '`moonwarden database` shows which statements are slow.' };
  if (stage === 'judged')
    return {
      cause: 'the process is busy',
      knob: '`moonwarden resources` shows with what; fewer tokens, or a faster machine.',
    };
  if (reachable === false)
    return { cause: 'the source does not answer', knob: '`moonwarden dependencies` says why.' };
  if (stage === 'fetched')
    return { cause: 'the source is slow to answer', knob: '`moonwarden performance` shows how slow.' };
  if (closed.has(group))
    return { cause: 'their job does not run', knob: '`moonwarden jobs list` says why; unpark it.' };
  const load = plan?.classes[CLASS_OF[group]];
  if (load !== undefined && (load.rotationMs ?? Infinity) > CARRIED * load.intervalMs) {
    const round =
      load.rotationMs === null ? 'nothing of it is left for them' : `a round takes ${span(load.rotationMs)}`;
    return { cause: `the quota does not carry them (${round})`, knob: SLOWER[group] };
  }
  return {
    cause: 'others were first, and it passes',
    knob: 'Nothing has to be done; if it lasts, `moonwarden tokens stuck` tells of single ones.',
  };
}
