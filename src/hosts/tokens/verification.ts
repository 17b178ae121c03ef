import type { ActivationCheck, PoolVerification } from '../../contract/index.ts';
import type { Pair } from '../dexscreener/index.ts';
import { countOf } from './words.ts';

type Difference = PoolVerification['differs'][number];

/** Liquidity may differ by so much between two answers a moment apart: a share of the larger one. */
const LIQUIDITY_TOLERANCE = 0.25;
/** Both endpoints show at most this many pools: beyond it a pool that is missing in one tells nothing. */
const ANSWER_CAP = 30;

/**
 * What the other endpoint says of a token whose activation failed (R-TOK-19). Pure.
 * @param here the pools of the usual endpoint.
 * @param there the pools of the other one, and the check on them.
 */
export function compareReads(
  here: readonly Pair[],
  there: readonly Pair[],
  check: ActivationCheck,
  now: number,
): PoolVerification {
  const byAddress = new Map(there.map((pair) => [pair.pairAddress, pair]));
  const known = new Set(here.map(({ pairAddress }) => pairAddress));
  const onlyHere = here.filter(({ pairAddress }) => !byAddress.has(pairAddress));
  const onlyThere = there.filter(({ pairAddress }) => !known.has(pairAddress));
  const differs = here.flatMap((pair) => {
    const other = byAddress.get(pair.pairAddress);
    return other === undefined ? [] : differences(pair, other);
  });
  const verification = {
    at: now,
    onlyHere: onlyHere.map(({ pairAddress }) => pairAddress),
    onlyThere: onlyThere.map(({ pairAddress }) => pairAddress),
    differs,
    passed: check.passed,
  };
  return { ...verification, sentence: sentenceOf(verification, here.length, there.length) };
}

function differences(here: Pair, there: Pair): Difference[] {
  const { pairAddress } = here;
  const quote: Difference[] =
    here.quote.mint === there.quote.mint
      ? []
      : [{ pairAddress, field: 'quote', here: here.quote.mint, there: there.quote.mint }];
  return [
    ...quote,
    ...(closeEnough(here.liquidityUsd, there.liquidityUsd)
      ? []
      : [
          {
            pairAddress,
            field: 'liquidity' as const,
            here: here.liquidityUsd,
            there: there.liquidityUsd,
          },
        ]),
  ];
}

function closeEnough(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) <= LIQUIDITY_TOLERANCE * Math.max(a, b);
}

function sentenceOf(
  { onlyHere, onlyThere, differs, passed }: Omit<PoolVerification, 'sentence'>,
  here: number,
  there: number,
): string {
  const meets = passed
    ? 'By the other endpoint it meets the condition'
    : 'It does not meet the condition by the other endpoint either';
  const capped = here >= ANSWER_CAP && there >= ANSWER_CAP;
  const found = [
    ...(onlyThere.length > 0 && !capped ? [`${countOf(onlyThere.length, 'pool')} only there`] : []),
    ...(onlyHere.length > 0 && !capped ? [`${countOf(onlyHere.length, 'pool')} only here`] : []),
    ...(differs.length > 0 ? [countOf(differs.length, 'difference')] : []),
  ];
  return `${meets}: ${found.length === 0 ? 'both show the same pools' : found.join(', ')}.`;
}
