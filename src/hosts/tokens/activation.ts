import { describeError } from '../../kernel/index.ts';
import type { ActivationCheck, CheckStep, PoolVerdict } from '../../contract/index.ts';
import type { Pair } from '../dexscreener/index.ts';
import { classifyPool, judgePool, type PoolSettings } from './pool-verdict.ts';
import { countOf } from './words.ts';

/**
 * Whether a token may be active (R-TOK-6): a pump pool and at least one external pool, or at least two external pools.
 * To be judged on a full read of its pools only. A step that throws is a failed step with its context.
 */
export function checkActivation(pools: readonly Pair[], settings: PoolSettings, at: number): ActivationCheck {
  const verdicts: PoolVerdict[] = [];
  const listed = step('pools_listed', 1, () => ({
    value: pools.length,
    passed: pools.length >= 1,
    reason:
      pools.length === 0
        ? 'DexScreener lists no pool of this token'
        : `${countOf(pools.length, 'pool')} listed`,
  }));
  const judged = step('pools_judged', 0, () => {
    for (const pool of pools) verdicts.push(judgePool(pool, settings));
    return { value: 0, passed: true, reason: 'Each pool was judged' };
  });
  const pumpPools = verdicts.filter(({ counts }) => counts === 'pump').length;
  const needed = pumpPools > 0 ? 1 : 2;
  const pump = step('pump_pool', 'optional', () => ({
    value: pumpPools,
    passed: true,
    reason:
      pumpPools > 0
        ? 'A pump pool: one external pool is enough'
        : 'No pump pool: two external pools are needed',
  }));
  const external = step('external_pools', needed, () => {
    const found = verdicts.filter(({ counts }) => counts === 'external').length;
    return {
      value: found,
      passed: found >= needed,
      reason: `${countOf(found, 'external pool')} with enough liquidity, ${needed} needed`,
    };
  });
  // A judgement that broke half-way must be seen; one that went well is no news.
  const steps = judged.passed ? [listed, pump, external] : [listed, judged, pump, external];
  return { at, passed: steps.every(({ passed }) => passed), steps, pools: verdicts };
}

/** What a check found, in words: what is there if it passed, what is missing if not. */
export function evidenceOf({ passed, steps }: ActivationCheck): string {
  if (!passed) return steps.flatMap((step) => (step.passed ? [] : [step.reason])).join('; ');
  const valueOf = (name: string): number => Number(steps.find((step) => step.name === name)?.value ?? 0);
  const external = valueOf('external_pools');
  const pump = valueOf('pump_pool') > 0 ? 'a pump pool and ' : '';
  return `${pump}${countOf(external, 'external pool')} with enough liquidity`;
}

/**
 * The highest limit of liquidity (USD) under which the pools would meet the condition: of those that count but for
 * their liquidity, the liquidity of the last one needed. Null when no limit would help.
 */
export function passLimit(pools: readonly Pair[], settings: PoolSettings): number | null {
  const open = { ...settings, minLiquidityUsd: 0 };
  const classes = pools.map((pool) => classifyPool(pool, open));
  const needed = classes.some(({ counts }) => counts === 'pump') ? 1 : 2;
  const liquidity = classes
    .flatMap((one) => (one.counts === 'external' ? [one.liquidityUsd] : []))
    .sort((a, b) => b - a);
  return liquidity[needed - 1] ?? null;
}

/** Whether the same steps pass and fail. */
export function samePattern(a: ActivationCheck | null, b: ActivationCheck | null): boolean {
  if (a === null || b === null) return a === b;
  const pattern = ({ steps }: ActivationCheck): string =>
    steps.map(({ name, passed }) => `${name}:${passed}`).join();
  return pattern(a) === pattern(b);
}

/** What makes two checks the same: their steps, not the sums in their pools. */
export function sameSteps(a: ActivationCheck | null, b: ActivationCheck | null): boolean {
  if (a === null || b === null) return a === b;
  return JSON.stringify(a.steps) === JSON.stringify(b.steps);
}

function step(
  name: string,
  limit: CheckStep['limit'],
  look: () => Pick<CheckStep, 'value' | 'passed' | 'reason'>,
): CheckStep {
  try {
    return { name, limit, ...look() };
  } catch (error) {
    return { name, limit, value: null, passed: false, reason: `The step broke: ${describeError(error)}` };
  }
}
