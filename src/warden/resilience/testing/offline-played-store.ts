import { createMemoryOfflineStore, type OfflineStore } from '../offline-store.ts';

/** How a played store fails. */
export const diskFull = new Error('disk full');

/** A store that one can slow down and break, and that tells how it was called. */
export interface PlayedStore {
  readonly store: OfflineStore<string>;
  /** What it really keeps. */
  readonly memory: OfflineStore<string>;
  /** Each call with its keys; those of dead letters with a plus. */
  readonly calls: string[];
  readonly world: { fails: 'append' | 'remove' | 'load' | 'all' | null; gate: Promise<void> | null };
  /** Nothing gets through until what it gives is called. */
  hold(): () => void;
}

export function playStore(): PlayedStore {
  const memory = createMemoryOfflineStore<string>();
  const calls: string[] = [];
  const world: PlayedStore['world'] = { fails: null, gate: null };
  const through = async (what: 'append' | 'remove' | 'load', keys: readonly string[]): Promise<void> => {
    calls.push(`${what} ${keys.join(' ')}`.trim());
    await world.gate;
    if (world.fails === what || world.fails === 'all') throw diskFull;
  };
  const store: OfflineStore<string> = {
    async load() {
      await through('load', []);
      return memory.load();
    },
    async append(records) {
      await through(
        'append',
        records.map(({ key, dead }) => (dead ? `${key}+` : key)),
      );
      await memory.append(records);
    },
    async remove(keys) {
      await through('remove', keys);
      await memory.remove(keys);
    },
  };
  const hold = (): (() => void) => {
    let open = (): void => {};
    world.gate = new Promise((resolve) => {
      open = () => {
        world.gate = null;
        resolve();
      };
    });
    return open;
  };
  return { store, calls, world, hold, memory };
}

/** The keys that a store keeps; those of dead letters with a plus. */
export const kept = async (store: OfflineStore<string>): Promise<string[]> =>
  (await store.load()).map(({ key, dead }) => (dead ? `${key}+` : key));
