import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/kernel/index.ts';
import { openSqliteStore } from '../../src/storage/index.ts';
import { tokenStoreContract } from './token-store.ts';

tokenStoreContract('SQLite in memory', async (clock) => {
  const store = openSqliteStore({ clock, log: silentLogger, folder: null });
  return { store, end: () => store.close() };
});

tokenStoreContract('SQLite on a file', async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden store '));
  const open = () => openSqliteStore({ clock, log: silentLogger, folder });
  let store = open();
  return {
    store,
    async reopen() {
      await store.close();
      store = open();
      return store;
    },
    async end() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
