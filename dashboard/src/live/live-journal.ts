import { useSyncExternalStore } from 'react';
import type { JournalEntry } from '../../../src/contract/index.ts';

/**
 * Entries that came as events. They are kept apart from fetched pages and merged when shown: a page that was asked for
 * before an event and arrives after it must not wipe it out.
 */
let entries: readonly JournalEntry[] = [];
const listeners = new Set<() => void>();
const MOST = 1_000;

/** Adds what came; says whether older entries had to go, so that fetched pages must take their place. */
export function addEntries(came: readonly JournalEntry[]): boolean {
  const merged = mergeEntries(entries, came);
  const full = merged.length > MOST;
  entries = full ? merged.slice(0, MOST / 2) : merged;
  for (const listener of listeners) listener();
  return full;
}

/** Forgets them, where fetched pages must take their place. */
export function clearEntries(): void {
  entries = [];
  for (const listener of listeners) listener();
}

/** Both lists as one, newest first, each entry once. */
export function mergeEntries(
  a: readonly JournalEntry[],
  b: readonly JournalEntry[],
): readonly JournalEntry[] {
  if (b.length === 0) return a;
  const bySeq = new Map([...a, ...b].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].sort((x, y) => y.seq - x.seq);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLiveEntries(): readonly JournalEntry[] {
  return useSyncExternalStore(subscribe, () => entries);
}
