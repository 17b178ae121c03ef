import type { TokenChange } from '../../hosts/tokens/index.ts';

/**
 * What is still written when the disk is full: 0 everything; 1 no history of signals; 2 no scores and no states of tokens either;
 * 3 what is essential, out of the reserve.
 */
export type RoomLevel = 0 | 1 | 2 | 3;

const NEXT: Readonly<Record<RoomLevel, RoomLevel>> = { 0: 1, 1: 2, 2: 3, 3: 3 };

/** One step less is written. Pure. */
export const lessRoom = (level: RoomLevel): RoomLevel => NEXT[level];

/** What of a change is written at a level. Pure. */
export interface Admitted {
  /** Null: it must not be written at all, and who asks is told. */
  readonly changes: readonly TokenChange[] | null;
  /** How many are left out. */
  readonly leftOut: number;
}

/**
 * What of the changes of one commit is written. A state of a token that the journal tells of stays with its entry; a token that is
 * new must not be half there. Pure.
 */
export function admit(changes: readonly TokenChange[], level: RoomLevel): Admitted {
  if (level === 0) return { changes, leftOut: 0 };
  if (level === 3 && changes.some(({ kind }) => kind === 'token.added')) return { changes: null, leftOut: 0 };
  const told = new Set(
    changes.flatMap((change) => {
      if (change.kind === 'journal') return change.entry.subject ?? [];
      if (change.kind === 'token.moved') return change.mint;
      return change.kind === 'token.added' ? change.token.mint : [];
    }),
  );
  const kept = changes.filter((change) => {
    switch (change.kind) {
      case 'journal':
        return change.entry.type !== 'samples';
      case 'score.recorded':
      case 'check.recorded':
        return level < 2;
      case 'token.refreshed':
      case 'token.checked':
        return level < 2 || told.has(change.token.mint);
      case 'token.added':
      case 'token.moved':
        return true;
    }
  });
  return { changes: kept, leftOut: changes.length - kept.length };
}
