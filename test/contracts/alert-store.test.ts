import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock, silentLogger } from '../../src/kernel/index.ts';
import { openAlertStore } from '../../src/storage/index.ts';
import { createMemoryAlertStore, type AlertStore } from '../../src/warden/alerts/index.ts';
import { alertStoreContract } from './alert-store.ts';

alertStoreContract('Memory', () => ({ store: createMemoryAlertStore('here'), end: () => undefined }));

const open = (folder: string | null): AlertStore =>
  openAlertStore({ clock: new FakeClock(), log: silentLogger, folder, createInstallation: () => 'here' });

alertStoreContract('SQLite in memory', () => {
  const store = open(null);
  return {
    store,
    end() {
      store.close();
    },
  };
});

alertStoreContract('SQLite on a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden alerts '));
  const stores = [open(folder)];
  const [store] = stores as [AlertStore];
  return {
    store,
    reopen() {
      // Without closing the first one, as a crash does.
      const other = open(folder);
      stores.push(other);
      return other;
    },
    end() {
      for (const one of stores) one.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

test('a damaged file is set aside, and alerts go on in another one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden alerts '));
  writeFileSync(
    join(folder, 'alerts.db'),
    'this is no database, though it is long enough to be one'.repeat(40),
  );
  const store = open(folder);
  store.commit([{ kind: 'notices', count: 1 }]);
  expect(store.snapshot()).toMatchObject({ installation: 'here', notices: 1 });
  store.close();
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(1);
  rmSync(folder, { recursive: true, force: true });
});
