import { describe, expect, it } from 'vitest';
import type { FallbackAnswer } from '../../warden/resilience/index.ts';
import { HISTORY, type TokenRead } from '../dexscreener/index.ts';
import { mintOf } from '../dexscreener/testing/wire.ts';
import { describeRefresh, storedAnswer } from './refresh-answer.ts';
import { NOW, pairOf, tokenOf } from './testing/tokens.ts';

const MINT = mintOf(1);
const stored = tokenOf(MINT, {
  symbol: 'ONE',
  refreshedAt: NOW - 90_000,
  pools: [{ ...pairOf(MINT), readAt: NOW - 90_000 }],
});
const answer = (changes: Partial<FallbackAnswer<TokenRead>>, at = NOW): FallbackAnswer<TokenRead> => ({
  value: { mint: MINT, source: 'asked', pairs: [pairOf(MINT), pairOf(MINT)], asQuote: 0, rejected: [], at },
  source: 'DexScreener',
  freshness: 'fresh',
  ageMs: 0,
  failures: [],
  ...changes,
});
const failed = (source: string, text: string) => ({ source, error: new Error(text), durationMs: 5 });

describe('what is stored', () => {
  it('is an answer with its age, and none before the first read', () => {
    expect(storedAnswer(stored, NOW)).toMatchObject({
      source: HISTORY,
      freshness: 'stale',
      ageMs: 90_000,
      value: { mint: MINT, at: NOW - 90_000, pairs: stored.pools },
    });
    expect(storedAnswer(tokenOf(MINT, { refreshedAt: null }), NOW)).toBeUndefined();
    expect(storedAnswer({ ...stored, pools: [] }, NOW)).toBeUndefined();
  });
});

describe('what somebody is told', () => {
  it.each<[string, FallbackAnswer<TokenRead>, string]>([
    ['fresh', answer({}), 'DexScreener shows 2 pools of ONE.'],
    ['no pool', answer({ value: { ...answer({}).value, pairs: [] } }), 'DexScreener shows no pools of ONE.'],
    [
      'read a moment ago',
      answer({ freshness: 'cached' }, NOW - 12_000),
      'DexScreener showed 2 pools of ONE 12 s ago; it is not asked again within 30 s.',
    ],
    [
      'kept, because it does not answer',
      answer({ freshness: 'stale' }, NOW - 100_000),
      'DexScreener showed 2 pools of ONE 100 s ago.',
    ],
    [
      'by the older endpoint',
      answer({ source: 'older endpoint', failures: [failed('DexScreener', 'HTTP 502')] }),
      'Its older endpoint shows 2 pools of ONE; the newer one failed: HTTP 502.',
    ],
    [
      'out of the store',
      answer(
        {
          source: HISTORY,
          freshness: 'stale',
          failures: [failed('DexScreener', 'it is down'), failed('older endpoint', 'as well')],
        },
        NOW - 600_000,
      ),
      'What is stored shows 2 pools of ONE, read 10 min ago. Nothing newer can be had: it is down.',
    ],
  ])('%s', (_what, given, sentence) => {
    const told = describeRefresh(stored, given, NOW);
    expect(told).toEqual({
      mint: MINT,
      source: given.source,
      freshness: given.freshness,
      at: given.value.at,
      pools: given.value.pairs.length,
      sentence,
    });
  });
});
