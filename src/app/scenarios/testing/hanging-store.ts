import type { FakeClock, Logger } from '../../../kernel/index.ts';
import { openSqliteStore, type SqliteStore } from '../../../storage/index.ts';

/** A store that keeps those waiting for ever who change one of some tokens, once it is told to. */
export interface HangingStore {
  hangs: boolean;
  /** When somebody had to wait first: monotonic. */
  sinceMs: number | null;
  open(clock: FakeClock, log: Logger): SqliteStore;
}

/** @param hangsFor mints */
export function hangingStore(hangsFor: readonly string[]): HangingStore {
  const state: HangingStore = {
    hangs: false,
    sinceMs: null,
    open(clock, log) {
      const store = openSqliteStore({ clock, log, folder: null });
      return {
        ...store,
        commit(changes) {
          const isHeld = changes.some(
            (change) => change.kind === 'token.refreshed' && hangsFor.includes(change.token.mint),
          );
          if (!state.hangs || !isHeld) return store.commit(changes);
          state.sinceMs ??= clock.monotonic();
          return new Promise(() => undefined);
        },
      };
    },
  };
  return state;
}
