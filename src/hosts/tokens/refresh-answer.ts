import { describeError } from '../../kernel/index.ts';
import type { RefreshResult } from '../../contract/index.ts';
import type { Answer, FallbackAnswer } from '../../warden/resilience/index.ts';
import { HISTORY, type PoolSource, type TokenRead } from '../dexscreener/index.ts';
import { callName, type Token } from './token.ts';
import { countOf, span } from './words.ts';

/** What is stored of a token, as an answer; undefined before its first read. Pure. */
export function storedAnswer(token: Token, now: number): Answer<TokenRead> | undefined {
  if (token.refreshedAt === null || token.pools.length === 0) return undefined;
  const { mint, pools, refreshedAt: at } = token;
  return {
    value: { mint, source: 'asked', pairs: pools, asQuote: 0, rejected: [], at },
    freshness: 'stale',
    ageMs: now - at,
    source: HISTORY,
  };
}

/** What somebody is told who asked for a read of a token. Pure. */
export function describeRefresh(token: Token, answer: FallbackAnswer<TokenRead>, now: number): RefreshResult {
  const { value, freshness, failures } = answer;
  const source = answer.source as PoolSource;
  const pools = value.pairs.length;
  const what = `${pools === 0 ? 'no pools' : countOf(pools, 'pool')} of ${callName(token)}`;
  const age = span(now - value.at);
  const why = failures.map(({ error }) => describeError(error)).at(0);
  const because = why === undefined ? '' : ` Nothing newer can be had: ${why}.`;
  const inWords = (): string => {
    if (source === HISTORY) return `What is stored shows ${what}, read ${age} ago.${because}`;
    if (freshness === 'cached')
      return `${source} showed ${what} ${age} ago; it is not asked again within 30 s.`;
    if (freshness === 'stale') return `${source} showed ${what} ${age} ago.${because}`;
    if (source === 'DexScreener') return `DexScreener shows ${what}.`;
    return `Its ${source} shows ${what}; the newer one failed${why === undefined ? '' : `: ${why}`}.`;
  };
  const sentence = inWords();
  return { mint: token.mint, source, freshness, at: value.at, pools, sentence };
}
