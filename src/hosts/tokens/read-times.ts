import type { TokenRegistry } from './registry.ts';
import type { TokenSettings } from './settings.ts';
import type { ReadState } from './stuck.ts';
import { groupOf, type Token } from './token.ts';

type IntervalSettings = Pick<
  TokenSettings,
  | 'hotIntervalMs'
  | 'coldIntervalMs'
  | 'archivedIntervalMs'
  | 'checkIntervalMs'
  | 'activeCheckIntervalMs'
  | 'minScore'
>;

/** One moment on both clocks: the wall clock and the monotonic one. */
export interface Moment {
  readonly now: number;
  readonly nowMs: number;
}

/** When a token is read next, and how its full reads go. Times are wall-clock milliseconds. */
export interface ReadTimes extends ReadState {
  readonly nextRefreshAt: number | null;
}

/** How often a token is to be read by reads of a kind, in ms. Pure. */
export function intervalOf(
  token: Pick<Token, 'status' | 'smoothedScore'>,
  kind: 'batch' | 'full',
  settings: IntervalSettings,
): number {
  if (kind === 'full')
    return token.status === 'active' ? settings.activeCheckIntervalMs : settings.checkIntervalMs;
  if (token.status === 'archived') return settings.archivedIntervalMs;
  return groupOf(token, settings) === 'hot' ? settings.hotIntervalMs : settings.coldIntervalMs;
}

/** Brings what the registry knows on the monotonic clock over to the wall clock. Null for a token that is not watched. */
export function readTimesOf(
  token: Token,
  registry: Pick<TokenRegistry, 'lastReads' | 'readState'>,
  settings: IntervalSettings,
  { now, nowMs }: Moment,
): ReadTimes | null {
  const reads = registry.readState(token.mint);
  if (!reads) return null;
  const wallOf = (ms: number): number => now + ms - nowMs;
  const attemptedMs = registry.lastReads(token.mint)?.attemptedMs ?? null;
  const checkMs = intervalOf(token, 'full', settings);
  const checkDueMs = reads.checkedMs === null ? reads.discoveredMs : reads.checkedMs + checkMs;
  const isArchived = token.status === 'archived';
  const refreshMs = intervalOf(token, 'batch', settings);
  return {
    nextRefreshAt: Math.max(now, attemptedMs === null ? now : wallOf(attemptedMs + refreshMs)),
    nextCheckAt: isArchived ? null : wallOf(Math.max(nowMs, checkDueMs, reads.notBeforeMs)),
    lastCheckedAt: reads.checkedMs === null ? null : wallOf(reads.checkedMs),
    failuresInRow: reads.failuresInRow,
    waitingForMs: isArchived ? 0 : Math.max(0, nowMs - checkDueMs),
    reading: reads.reading,
  };
}
