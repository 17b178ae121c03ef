import type { JournalEntry, JournalPage, StuckToken, TokenStory } from '../../contract/index.ts';
import { explain } from './explain.ts';
import type { ReadTimes } from './read-times.ts';
import type { TokenSettings } from './settings.ts';
import { groupOf, type Token } from './token.ts';
import { wouldChange, type ChangeSettings } from './would-change.ts';

/** What a story is told from. */
export interface StoryInput {
  readonly token: Token;
  readonly times: ReadTimes;
  /** The newest entries about the token, newest first. */
  readonly journal: JournalPage;
  /** Why it is stuck; null when it is not. */
  readonly whyNot: StuckToken | null;
  readonly settings: ChangeSettings & Pick<TokenSettings, 'minScore'>;
  readonly now: number;
}

/** So many of the newest entries are told. */
export const STORY_ENTRIES = 200;

/** The whole story of a token (R-TOK-20). Pure. */
export function tellStory({ token, times, journal, whyNot, settings, now }: StoryInput): TokenStory {
  return {
    mint: token.mint,
    symbol: token.symbol,
    status: token.status,
    group: groupOf(token, settings),
    sentence: whyNot?.sentence ?? explain(token, settings, now),
    events: eventsOf(token, journal),
    check: token.check,
    checkSince: token.checkSince,
    whyNot,
    wouldChange: [...wouldChange(token, whyNot, settings, now)],
    verification: token.verification,
    nextRefreshAt: times.nextRefreshAt,
    nextCheckAt: times.nextCheckAt,
  };
}

/** Oldest first. The journal may have aged out where the story begins, and be cut where it is long. */
function eventsOf(token: Token, { items, nextBefore }: JournalPage): TokenStory['events'] {
  const told = [...items].reverse().map(({ at, type, reason }: JournalEntry) => ({ at, type, reason }));
  const begin = told.some(({ type }) => type === 'token.discovered')
    ? []
    : [
        {
          at: token.discoveredAt,
          type: 'token.discovered',
          reason: `Discovered by ${token.discoveredBy}.`,
        },
      ];
  const cut =
    nextBefore === null
      ? []
      : [
          {
            at: told[0]?.at ?? token.discoveredAt,
            type: 'note',
            reason: `Only the newest ${items.length} entries are told; the journal has the earlier ones.`,
          },
        ];
  return [...begin, ...cut, ...told];
}
