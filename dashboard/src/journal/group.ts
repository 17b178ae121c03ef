import type { JournalEntry } from '../../../src/contract/index.ts';

/** One line of the feed: an entry, or a run of entries about tokens that would push everything else away. */
export type FeedItem =
  | { readonly kind: 'entry'; readonly entry: JournalEntry }
  | { readonly kind: 'run'; readonly entries: readonly JournalEntry[] };

export type FeedTopic = 'all' | 'service' | 'tokens';

/** Measurements are drawn as charts, and single checks belong on the token's page. */
export function isShown(entry: JournalEntry, topic: FeedTopic): boolean {
  if (entry.type === 'samples' || entry.type === 'token.checked') return false;
  return topic === 'all' || isAboutToken(entry) === (topic === 'tokens');
}

export function isAboutToken(entry: JournalEntry): boolean {
  return entry.type.startsWith('token.');
}

/** How many entries of a run stand on their own before the rest becomes one line, and how long that rest must be. */
const rules = {
  all: { belongs: isAboutToken, alone: 3, least: 2 },
  tokens: { belongs: (entry: JournalEntry) => entry.type === 'token.discovered', alone: 0, least: 3 },
  service: undefined,
} as const;

/** Newest first in, newest first out. */
export function groupFeed(entries: readonly JournalEntry[], topic: FeedTopic): FeedItem[] {
  const rule = rules[topic];
  const items: FeedItem[] = [];
  let run: JournalEntry[] = [];
  const close = (): void => {
    const rest = rule ? run.slice(rule.alone) : run;
    const grouped = rule !== undefined && rest.length >= rule.least;
    for (const entry of grouped ? run.slice(0, rule.alone) : run) items.push({ kind: 'entry', entry });
    if (grouped) items.push({ kind: 'run', entries: rest });
    run = [];
  };
  for (const entry of entries) {
    if (rule?.belongs(entry)) {
      run.push(entry);
    } else {
      close();
      items.push({ kind: 'entry', entry });
    }
  }
  close();
  return items;
}

/** What a run holds: "11 token changes: 9 discovered, 2 became active". */
export function sumUp(entries: readonly JournalEntry[]): string {
  const verbs = { active: 'became active', archived: 'archived', monitoring: 'back to monitoring' } as const;
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const verb = entry.type === 'token.moved' ? verbs[entry.data.to] : 'discovered';
    counts.set(verb, (counts.get(verb) ?? 0) + 1);
  }
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([verb, count]) => `${count} ${verb}`);
  return `${entries.length} token changes: ${parts.join(', ')}`;
}
