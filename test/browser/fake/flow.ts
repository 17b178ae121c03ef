import type {
  FailedList,
  FlowHour,
  FlowReport,
  StuckList,
  StuckToken,
  TokenSummary,
} from '../../../src/contract/index.ts';
import { createRandom } from '../../../src/kernel/index.ts';
import { makeCheck, makePools } from './checks.ts';
import type { Scenario } from './scenarios.ts';
import { verificationOf } from './verification.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;

/** How many tokens each situation leaves waiting by a fault of the service. */
const ours: Record<Scenario, number> = { healthy: 0, degraded: 12, critical: 31, unreachable: 6, empty: 0 };
const faults = ['queue', 'quota', 'fetch', 'rule', 'held'] as const;

/** The list of stuck tokens as the service gives it, whole. */
export function stuckOf(scenario: Scenario, tokens: readonly TokenSummary[], now: number): StuckToken[] {
  const waiting = tokens
    .filter((token) => token.status === 'monitoring' && now - token.statusSince > 3 * MIN)
    .sort((a, b) => a.statusSince - b.statusSince);
  const byUs = new Set(waiting.slice(0, ours[scenario]).map((token) => token.mint));
  return waiting
    .map((token, index) => (byUs.has(token.mint) ? ourFault(token, now, index) : notEligible(token, now)))
    .sort((a, b) => Number(b.kind === 'ours') - Number(a.kind === 'ours'));
}

function notEligible(token: TokenSummary, now: number): StuckToken {
  const check = token.checkedAt === null ? null : makeCheck(token.checkedAt, poolsOf(token));
  const step = check?.steps.find((each) => !each.passed) ?? null;
  return {
    mint: token.mint,
    symbol: token.symbol,
    kind: 'not_eligible',
    fault: 'market',
    monitoringSince: token.statusSince,
    step,
    failingSince: step === null ? null : token.statusSince + 40_000,
    lastCheckedAt: token.checkedAt,
    nextCheckAt: now + 40_000,
    sentence: step
      ? `${nameOf(token)} has no external pool with enough liquidity: ${String(step.value)} found, ${String(step.limit)} needed.`
      : 'No pool of this token is listed yet.',
  };
}

function ourFault(token: TokenSummary, now: number, index: number): StuckToken {
  const fault = faults[index % faults.length] ?? 'queue';
  const sentence = {
    queue: `${nameOf(token)} has waited for its check since it was found; 112 tokens are before it.`,
    quota: 'Its check is due, but the quota of 300 calls a minute is spent on hot tokens.',
    fetch: 'Its pools could not be read three times in a row: DexScreener answers 503.',
    rule: 'It met the condition 4 min ago, but the step "pump_pool" broke: pool has no address.',
    held: 'It meets the condition; its move is held because 31 % of the tokens would change status at once.',
  }[fault];
  const checked = fault !== 'queue' && fault !== 'quota';
  return {
    mint: token.mint,
    symbol: token.symbol,
    kind: 'ours',
    fault,
    monitoringSince: token.statusSince,
    step: fault === 'rule' ? brokenStep : null,
    failingSince: fault === 'rule' ? now - 4 * MIN : null,
    lastCheckedAt: checked ? now - 4 * MIN - index * 1_000 : null,
    nextCheckAt: fault === 'held' ? null : now + 20_000 + index * 3_000,
    sentence,
  };
}

const brokenStep = {
  name: 'pump_pool',
  passed: false,
  value: null,
  limit: 'optional',
  reason: 'The step broke: pool has no address',
};

export function stuckList(all: readonly StuckToken[], now: number, limit: number): StuckList {
  const own = all.filter((token) => token.kind === 'ours').length;
  return { at: now, ours: own, notEligible: all.length - own, items: all.slice(0, limit) };
}

/** Tokens in monitoring whose last check failed, newest first; every second one was asked for elsewhere too. */
export function failedList(tokens: readonly TokenSummary[], now: number, limit: number): FailedList {
  const failed = tokens
    .filter((token) => token.status === 'monitoring' && token.checkedAt !== null)
    .sort((a, b) => (b.checkedAt ?? 0) - (a.checkedAt ?? 0))
    .slice(0, limit);
  return {
    at: now,
    items: failed.map((token, index) => {
      const check = makeCheck(token.checkedAt ?? now, poolsOf(token));
      const verification = index % 2 === 0 ? verificationOf(check.pools, check.at) : null;
      return { mint: token.mint, symbol: token.symbol, at: check.at, steps: check.steps, verification };
    }),
  };
}

export function flowReport(
  tokens: readonly TokenSummary[],
  stuck: readonly StuckToken[],
  hours: number,
  now: number,
): FlowReport {
  const number = (test: (token: TokenSummary) => boolean): number => tokens.filter(test).length;
  const own = stuck.filter((token) => token.kind === 'ours').length;
  const empty = tokens.length === 0;
  const byHour = empty ? [] : hoursUntil(now, hours);
  const sum = (list: readonly FlowHour[], what: 'checked' | 'passed'): number =>
    list.reduce((total, hour) => total + hour[what], 0);
  const rate = (list: readonly FlowHour[]): number => sum(list, 'passed') / sum(list, 'checked');
  const half = Math.floor(byHour.length / 2);
  const none = { count: 0, medianMs: null, p95Ms: null };
  return {
    at: now,
    hours,
    now: {
      unread: number((token) => token.refreshedAt === null),
      monitoring: number((token) => token.status === 'monitoring'),
      active: number((token) => token.status === 'active'),
      archived: number((token) => token.status === 'archived'),
      stuckNotEligible: stuck.length - own,
      stuckOurs: own,
    },
    byHour,
    timeToActivation: empty ? none : { count: 61, medianMs: 14 * MIN, p95Ms: 3.2 * HOUR },
    dwell: empty
      ? { monitoring: none, active: none, archived: none }
      : {
          monitoring: { count: 318, medianMs: 22 * MIN, p95Ms: 12 * HOUR },
          active: { count: 44, medianMs: 5.3 * HOUR, p95Ms: 31 * HOUR },
          archived: none,
        },
    successRate: empty ? null : rate(byHour),
    successTrend: empty ? null : rate(byHour.slice(half)) - rate(byHour.slice(0, half)),
    failures: empty
      ? []
      : [
          { step: 'external_pools', count: 1_204, share: 0.845 },
          { step: 'pools_listed', count: 187, share: 0.131 },
          { step: 'pump_pool', count: 34, share: 0.024 },
        ],
    whatIf: empty
      ? []
      : [
          { minLiquidityUsd: 300, more: -4, kept: 3 },
          { minLiquidityUsd: 150, more: 12, kept: 9 },
          { minLiquidityUsd: 100, more: 31, kept: 17 },
          { minLiquidityUsd: 50, more: 58, kept: 21 },
        ],
    recommendation: empty
      ? 'No token has been checked yet.'
      : 'Most checks fail at external_pools (84.5 %). A limit of 150 USD instead of 200 would have activated 12 more tokens, of which 9 kept it for an hour.',
    accuracy: empty ? { share: null, compared: 0 } : { share: 0.982, compared: 412 },
  };
}

/** The hours as they are counted: whole ones by the clock, the last not over. */
function hoursUntil(now: number, count: number): FlowHour[] {
  const last = now - (now % HOUR);
  return Array.from({ length: count }, (_, index) => {
    const at = last - (count - 1 - index) * HOUR;
    const random = createRandom(String(at));
    const checked = 40 + Math.round(random.next() * 50 + 25 * Math.sin(index / 4));
    const quiet = count > 12 && index === 5;
    return {
      at,
      discovered: Math.round(24 + random.next() * 30),
      activated: Math.round(random.next() * 6),
      demoted: random.next() > 0.7 ? 1 : 0,
      archived: Math.round(random.next() * 40),
      returned: 0,
      checked: quiet ? 0 : checked,
      passed: quiet ? 0 : Math.round(checked * (0.03 + 0.04 * (index / count) + random.next() * 0.03)),
    };
  });
}

const poolsOf = (token: TokenSummary) => makePools(createRandom(token.mint), token.status === 'active');
const nameOf = (token: TokenSummary): string => token.symbol ?? token.mint.slice(0, 4);
