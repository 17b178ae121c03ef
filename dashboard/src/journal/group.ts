import type { JournalEntry } from '../../../src/contract/index.ts';

/** One line of the feed: an entry, or a run of discoveries that would push everything else away. */
export type FeedItem =
  | { readonly kind: 'entry'; readonly entry: JournalEntry }
  | { readonly kind: 'discoveries'; readonly entries: readonly JournalEntry[] };

export type FeedTopic = 'all' | 'service' | 'tokens';

const LEAST_RUN = 3;

/** Measurements are drawn as charts, and single checks belong on the token's page. */
export function isShown(entry: JournalEntry, topic: FeedTopic, ofOneToken: boolean): boolean {
  if (entry.type === 'samples') return false;
  if (entry.type === 'token.checked' && !ofOneToken) return false;
  return topic === 'all' || isAboutToken(entry) === (topic === 'tokens');
}

export function isAboutToken(entry: JournalEntry): boolean {
  return entry.type.startsWith('token.');
}

/** Newest first in, newest first out. */
export function groupFeed(entries: readonly JournalEntry[]): FeedItem[] {
  const items: FeedItem[] = [];
  let run: JournalEntry[] = [];
  const close = (): void => {
    if (run.length >= LEAST_RUN) items.push({ kind: 'discoveries', entries: run });
    else items.push(...run.map((entry) => ({ kind: 'entry', entry }) as const));
    run = [];
  };
  for (const entry of entries) {
    if (entry.type === 'token.discovered') {
      run.push(entry);
    } else {
      close();
      items.push({ kind: 'entry', entry });
    }
  }
  close();
  return items;
}
