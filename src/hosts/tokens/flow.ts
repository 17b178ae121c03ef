import type { FlowHour, FlowReport, Spread, TokenStatus } from '../../contract/index.ts';
import type { FlowFacts, HourlyCheck, TokenMove } from './ports.ts';
import { whatIf, type WhatIf } from './what-if.ts';
import { countOf, span, usd } from './words.ts';

/** What a report is made of. */
export interface FlowInput {
  /** Since {@link flowSince}, at most {@link MOST_FACTS} of a kind. */
  readonly facts: FlowFacts;
  readonly now: number;
  readonly hours: number;
  /** Tokens in each place now. */
  readonly places: FlowReport['now'];
  readonly accuracy: FlowReport['accuracy'];
  readonly minLiquidityUsd: number;
}

const HOUR_MS = 3_600_000;

/** A report is made of no more moves and no more checks than this: the latest. */
export const MOST_FACTS = 50_000;

const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** Where the hours of a report begin: the running hour is the last of them. */
export function flowSince(now: number, hours: number): number {
  return hourOf(now) - (hours - 1) * HOUR_MS;
}

/** How tokens went from discovered to archived (R-TOK-14). Pure. */
export function reportFlow(input: FlowInput): FlowReport {
  const { facts, now, hours, places, accuracy } = input;
  const since = flowSince(now, hours);
  const { checks, cutAt } = wholeHours(facts.checks);
  const half = Math.floor(hours / 2);
  const older = successRate(checks.filter(({ hour }) => hour < since + half * HOUR_MS));
  const younger = successRate(checks.filter(({ hour }) => hour > hourOf(now) - half * HOUR_MS));
  const failures = failuresByStep(checks);
  const limits = whatIf({ checks, moves: facts.moves }, input.minLiquidityUsd, now);
  return {
    at: now,
    hours,
    now: places,
    byHour: byHour(facts, checks, since, hours),
    // What was activated straight from its first time in monitoring: a token that came back has another history.
    timeToActivation: spreadOf(
      facts.moves.filter(({ to, ageMs, dwellMs }) => to === 'active' && ageMs === dwellMs),
      ({ ageMs }) => ageMs,
    ),
    dwell: {
      monitoring: dwellIn('monitoring', facts.moves),
      active: dwellIn('active', facts.moves),
      archived: dwellIn('archived', facts.moves),
    },
    successRate: successRate(checks),
    successTrend: older === null || younger === null ? null : younger - older,
    failures,
    whatIf: limits.map(({ minLiquidityUsd, more, kept }) => ({ minLiquidityUsd, more, kept })),
    recommendation: recommend({ checks, failures, limits, cutAt, input }),
    accuracy,
  };
}

/** When the store gave as many checks as it was asked for at most, its oldest hour may be a part of one. */
function wholeHours(checks: readonly HourlyCheck[]): {
  readonly checks: readonly HourlyCheck[];
  readonly cutAt: number | null;
} {
  if (checks.length < MOST_FACTS) return { checks, cutAt: null };
  const oldest = checks.reduce((min, { hour }) => Math.min(min, hour), Infinity);
  const whole = checks.filter(({ hour }) => hour > oldest);
  return whole.length === 0
    ? { checks, cutAt: oldest }
    : { checks: whole, cutAt: whole.reduce((min, { hour }) => Math.min(min, hour), Infinity) };
}

function byHour(
  { discovered, moves }: FlowFacts,
  checks: readonly HourlyCheck[],
  since: number,
  hours: number,
): FlowHour[] {
  const rows = Array.from({ length: hours }, (_, index): FlowHour => ({
    at: since + index * HOUR_MS,
    discovered: 0,
    activated: 0,
    demoted: 0,
    archived: 0,
    returned: 0,
    checked: 0,
    passed: 0,
  }));
  const count = (at: number, what: Exclude<keyof FlowHour, 'at'>, n = 1): void => {
    const row = rows[Math.floor((at - since) / HOUR_MS)];
    if (row) row[what] += n;
  };
  for (const { hour, count: n } of discovered) count(hour, 'discovered', n);
  for (const { at, from, to } of moves) {
    if (to === 'monitoring') count(at, from === 'active' ? 'demoted' : 'returned');
    else count(at, to === 'active' ? 'activated' : 'archived');
  }
  for (const { hour, passed } of checks) {
    count(hour, 'checked');
    if (passed) count(hour, 'passed');
  }
  return rows;
}

function dwellIn(status: TokenStatus, moves: readonly TokenMove[]): Spread {
  return spreadOf(
    moves.filter(({ from }) => from === status),
    ({ dwellMs }) => dwellMs,
  );
}

/** Median and 95th percentile by nearest rank. */
function spreadOf(moves: readonly TokenMove[], lengthOf: (move: TokenMove) => number): Spread {
  const sorted = Float64Array.from(moves, lengthOf).sort();
  const rank = (q: number): number | null => sorted[Math.ceil(q * sorted.length) - 1] ?? null;
  return { count: sorted.length, medianMs: rank(0.5), p95Ms: rank(0.95) };
}

/** Share of the tokens checked that met the condition at least once. */
function successRate(checks: readonly HourlyCheck[]): number | null {
  const checked = new Set(checks.map(({ mint }) => mint));
  const passed = new Set(checks.flatMap((check) => (check.passed ? [check.mint] : [])));
  return checked.size === 0 ? null : passed.size / checked.size;
}

/** By the step that a token failed last, each token once; one that met the condition is none of them. */
function failuresByStep(checks: readonly HourlyCheck[]): FlowReport['failures'] {
  const last = new Map<string, HourlyCheck>();
  const passed = new Set<string>();
  for (const check of checks) {
    if (check.passed) passed.add(check.mint);
    const known = last.get(check.mint);
    if (check.failedStep !== null && (known === undefined || check.hour > known.hour))
      last.set(check.mint, check);
  }
  const counts = new Map<string, number>();
  let total = 0;
  for (const { mint, failedStep } of last.values()) {
    if (failedStep === null || passed.has(mint)) continue;
    counts.set(failedStep, (counts.get(failedStep) ?? 0) + 1);
    total += 1;
  }
  return [...counts]
    .map(([step, count]) => ({ step, count, share: count / total }))
    .sort((a, b) => b.count - a.count || (a.step < b.step ? -1 : 1));
}

const STEP_WORDS: Readonly<Record<string, string>> = {
  pools_listed: 'no pool is listed',
  pools_judged: 'its pools could not be judged',
  external_pools: 'too few external pools with enough liquidity',
};

function recommend({
  checks,
  failures,
  limits,
  cutAt,
  input,
}: {
  readonly checks: readonly HourlyCheck[];
  readonly failures: FlowReport['failures'];
  readonly limits: readonly WhatIf[];
  readonly cutAt: number | null;
  readonly input: FlowInput;
}): string {
  const { hours, minLiquidityUsd, now } = input;
  const window = cutAt === null ? countOf(hours, 'hour') : span(now - cutAt);
  const partly = cutAt === null ? '' : ` There are many checks: only those of the last ${window} are judged.`;
  if (checks.length === 0) return `No token in monitoring was checked in the last ${window}.`;
  const [worst] = failures;
  if (!worst) return `Every token that was checked in the last ${window} met the condition.${partly}`;
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const words = STEP_WORDS[worst.step];
  const step = `The commonest failed step is ${worst.step}${words ? ` (${words})` : ''}, in ${worst.count.toLocaleString('en-US')} of ${countOf(failed, 'token')}`;
  return `${step}; ${adviceOn(limits, minLiquidityUsd)}.${partly}`;
}

/** Of the lower limits, the one under which most tokens would have kept the condition; the highest of equals. */
function adviceOn(limits: readonly WhatIf[], limitUsd: number): string {
  const best = limits
    .filter(({ minLiquidityUsd, more }) => minLiquidityUsd < limitUsd && more > 0)
    .sort((a, b) => b.kept - a.kept || b.minLiquidityUsd - a.minLiquidityUsd)[0];
  if (!best) return `a lower limit than ${usd(limitUsd)} would have activated no more`;
  const { minLiquidityUsd, more, kept, undecided } = best;
  const decided = more - undecided;
  const unknown = undecided === 0 ? '' : ` and ${undecided} are too recent to tell`;
  const verdict =
    decided === 0
      ? 'too early to judge'
      : kept * 2 >= decided
        ? 'worth considering'
        : 'most lost it again, so keep the limit';
  return `a limit of ${usd(minLiquidityUsd)} instead of ${usd(limitUsd)} would have activated ${more.toLocaleString('en-US')} more, of which ${kept.toLocaleString('en-US')} kept it for an hour${unknown}: ${verdict}`;
}
