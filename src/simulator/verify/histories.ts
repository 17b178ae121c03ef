import type { JournalEntry, TokenStatus } from '../../contract/index.ts';
import type { StatusSpan } from './judge-history.ts';

/** The statuses of all tokens, gathered from the journal as it is written. */
export interface Histories {
  add(entries: readonly JournalEntry[]): void;
  /** By mint; each ends at `endMs`. */
  close(endMs: number): ReadonlyMap<string, readonly StatusSpan[]>;
  /** Transitions without a reason, or from another status than the token had. */
  readonly broken: readonly string[];
}

export function createHistories(): Histories {
  const closed = new Map<string, StatusSpan[]>();
  const open = new Map<string, { status: TokenStatus; fromMs: number }>();
  const broken: string[] = [];
  return {
    broken,
    add(entries) {
      for (const entry of entries) {
        const mint = entry.subject ?? '';
        if (entry.type === 'token.discovered') {
          if (open.has(mint)) broken.push(`${mint} was discovered twice`);
          else open.set(mint, { status: 'monitoring', fromMs: entry.at });
        }
        if (entry.type !== 'token.moved') continue;
        const { from, to } = entry.data;
        const before = open.get(mint);
        if (entry.reason.trim() === '') broken.push(`${mint} went to ${to} without a reason`);
        if (before?.status !== from)
          broken.push(`${mint} left ${from} and was ${before?.status ?? 'unknown'}`);
        if (before) {
          const next = { to, reason: entry.reason };
          closed.set(mint, [...(closed.get(mint) ?? []), { ...before, toMs: entry.at, next }]);
        }
        open.set(mint, { status: to, fromMs: entry.at });
      }
    },
    close: (endMs) =>
      new Map(
        [...open].map(([mint, last]) => [
          mint,
          [...(closed.get(mint) ?? []), { ...last, toMs: endMs, next: undefined }],
        ]),
      ),
  };
}
