import type { JournalEntry, StuckToken, TokenDetail, TokenStory } from '../../../src/contract/index.ts';
import { verificationOf } from './verification.ts';

/** The story of a token out of the journal and of where it stands. */
export function storyOf(
  token: TokenDetail,
  journal: readonly JournalEntry[],
  stuck: readonly StuckToken[],
  now: number,
): TokenStory {
  const { mint, symbol, status, group, check, checkSince, nextRefreshAt, nextCheckAt } = token;
  return {
    mint,
    symbol,
    status,
    group,
    sentence: token.explanation,
    events: journal
      .filter((entry) => entry.subject === mint)
      .map(({ at, type, reason }) => ({ at, type, reason })),
    check,
    checkSince,
    whyNot: stuck.find((each) => each.mint === mint) ?? null,
    wouldChange: wouldChange[status],
    verification: check && !check.passed ? verificationOf(check.pools, now - 90_000) : null,
    nextRefreshAt,
    nextCheckAt,
  };
}

const wouldChange: Record<TokenDetail['status'], string[]> = {
  monitoring: [
    'One external pool with at least 200 USD of liquidity makes it active.',
    'Twelve hours without that archive it.',
  ],
  active: ['Two checks in a row, 60 s apart, without an external pool send it back to monitoring.'],
  archived: ['300 trades in 5 minutes with enough liquidity bring it back to monitoring.'],
};
