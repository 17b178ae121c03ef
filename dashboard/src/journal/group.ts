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

/** What goes on one line: how many of a run stand on their own before the rest does, and how long that rest must be. */
interface RunRule {
  /** Entries with the same key belong together; null for one that belongs to no run. */
  readonly key: (entry: JournalEntry) => string | null;
  readonly alone: number;
  readonly least: number;
  /** How far apart two that follow each other may be. Default: any time. */
  readonly withinMs?: number;
}

/** Features that went off, or on again, because of one and the same thing. */
const features: RunRule = {
  key: (entry) => (entry.type === 'feature.changed' ? `on: ${entry.data.to === 'on'}` : null),
  alone: 0,
  least: 2,
  withinMs: 2_000,
};

const rules: Record<FeedTopic, readonly RunRule[]> = {
  all: [{ key: (entry) => (isAboutToken(entry) ? 'tokens' : null), alone: 3, least: 2 }, features],
  tokens: [{ key: (entry) => (entry.type === 'token.discovered' ? 'found' : null), alone: 0, least: 3 }],
  service: [features],
};

/** Newest first in, newest first out. */
export function groupFeed(entries: readonly JournalEntry[], topic: FeedTopic): FeedItem[] {
  const items: FeedItem[] = [];
  let run: { readonly rule: RunRule; readonly key: string; readonly entries: JournalEntry[] } | undefined;
  const close = (): void => {
    if (!run) return;
    const { rule, entries: all } = run;
    const rest = all.slice(rule.alone);
    const grouped = rest.length >= rule.least;
    for (const entry of grouped ? all.slice(0, rule.alone) : all) items.push({ kind: 'entry', entry });
    if (grouped) items.push({ kind: 'run', entries: rest });
    run = undefined;
  };
  for (const entry of entries) {
    const rule = rules[topic].find(({ key }) => key(entry) !== null);
    const key = rule?.key(entry) ?? null;
    const gapMs = Math.abs((run?.entries.at(-1)?.at ?? entry.at) - entry.at);
    if (run && (run.rule !== rule || run.key !== key || gapMs > (rule.withinMs ?? Infinity))) close();
    if (!rule || key === null) items.push({ kind: 'entry', entry });
    else if (run) run.entries.push(entry);
    else run = { rule, key, entries: [entry] };
  }
  close();
  return items;
}

/** What a run holds: "11 token changes: 9 discovered, 2 became active", "5 features: 3 off, 2 on data from before", "5 features on again". */
export function sumUp(entries: readonly JournalEntry[]): string {
  const told = { on: 'on again', stale: 'on data from before', off: 'off' } as const;
  const verbs = { active: 'became active', archived: 'archived', monitoring: 'back to monitoring' } as const;
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const verb =
      entry.type === 'token.moved'
        ? verbs[entry.data.to]
        : entry.type === 'feature.changed'
          ? told[entry.data.to]
          : 'discovered';
    counts.set(verb, (counts.get(verb) ?? 0) + 1);
  }
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([verb, count]) => `${count} ${verb}`);
  const [only] = parts.length === 1 && entries[0]?.type === 'feature.changed' ? parts : [];
  if (only) return only.replace(' ', ' features ');
  const what = entries[0]?.type === 'feature.changed' ? 'features' : 'token changes';
  return `${entries.length} ${what}: ${parts.join(', ')}`;
}
