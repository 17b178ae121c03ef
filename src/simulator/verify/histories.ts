import { tokenStatus, type JournalEntry, type TokenStatus } from '../../contract/index.ts';
import type { Span } from '../market/spans.ts';
import type { StatusSpan } from './judge-history.ts';

/** The statuses of all tokens, gathered from the journal as it is written. */
export interface Histories {
  add(entries: readonly JournalEntry[]): void;
  /** By mint; each ends at `endMs`. */
  close(endMs: number): ReadonlyMap<string, readonly StatusSpan[]>;
  /** When the transitions for worse of tokens in a status were held; what lasts ends at `endMs`. */
  held(endMs: number): Readonly<Record<TokenStatus, readonly Span[]>>;
  /** Transitions without a reason, or from another status than the token had. */
  readonly broken: readonly string[];
}

export function createHistories(): Histories {
  const closed = new Map<string, StatusSpan[]>();
  const open = new Map<string, { status: TokenStatus; fromMs: number }>();
  const broken: string[] = [];
  const holds: Record<TokenStatus, { fromMs: number; toMs: number }[]> = {
    monitoring: [],
    active: [],
    archived: [],
  };
  return {
    broken,
    add(entries) {
      for (const entry of entries) {
        const mint = entry.subject ?? '';
        if (entry.type === 'moves.held' || entry.type === 'moves.released') {
          const status = tokenStatus.parse(entry.subject);
          const last = holds[status].at(-1);
          if (entry.type === 'moves.held') holds[status].push({ fromMs: entry.at, toMs: Infinity });
          else if (last !== undefined) last.toMs = Math.min(last.toMs, entry.at);
        }
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
    held: (endMs) => {
      const closedAt = (status: TokenStatus): readonly Span[] =>
        holds[status].map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, endMs) }));
      return {
        monitoring: closedAt('monitoring'),
        active: closedAt('active'),
        archived: closedAt('archived'),
      };
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
