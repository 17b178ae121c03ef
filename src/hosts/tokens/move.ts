import type { JournalDraft } from '../../contract/index.ts';
import type { Move } from './life.ts';
import type { TokenChange } from './ports.ts';
import { callName, type Token } from './token.ts';

/** A token after a move, with the changes that tell of it: status, statistics and journal go in one transaction. */
export interface Moved {
  readonly token: Token;
  readonly changes: readonly TokenChange[];
}

/** Of an archived token no more pools than these stay in memory. */
const ARCHIVED_POOLS = 1;

/** Carries a move out. */
export function carryOut(token: Token, move: Move, now: number): Moved {
  const { mint, status: from } = token;
  const { to, cause, reason } = move;
  const dwellMs = Math.max(0, now - token.statusSince);
  const check = token.check;
  const moved: Token = {
    ...token,
    status: to,
    statusSince: now,
    loss: null,
    held: null,
    belowMs: 0,
    ...(to === 'archived'
      ? {
          // It is not scored any more: an old score must not rank among fresh ones.
          score: null,
          smoothedScore: null,
          pools: token.pools.slice(0, ARCHIVED_POOLS),
          check: check && { ...check, pools: check.pools.filter(({ counts }) => counts !== 'no') },
        }
      : {}),
  };
  const entry: JournalDraft = {
    type: 'token.moved',
    at: now,
    subject: mint,
    reason,
    data: { from, to, cause, dwellMs, check },
  };
  return {
    token: moved,
    changes: [
      {
        kind: 'token.moved',
        mint,
        at: now,
        from,
        to,
        cause,
        dwellMs,
        ageMs: Math.max(0, now - token.discoveredAt),
      },
      { kind: 'journal', entry },
    ],
  };
}

/** Notes that a move waits because too many tokens would move at once. */
export function hold(token: Token, move: Move, now: number): Moved {
  if (token.held?.to === move.to) return { token, changes: [] };
  const reason = `${callName(token)} stays ${token.status === 'active' ? 'active' : 'in monitoring'} for now: too many tokens would change at once. ${move.reason}`;
  const entry: JournalDraft = {
    type: 'token.held',
    at: now,
    subject: token.mint,
    reason,
    data: { from: token.status, to: move.to, cause: move.cause },
  };
  return {
    token: { ...token, held: { to: move.to, since: now, reason: move.reason } },
    changes: [{ kind: 'journal', entry }],
  };
}
