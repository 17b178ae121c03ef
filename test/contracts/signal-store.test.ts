import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/kernel/index.ts';
import { openSignalTables, startMaintenance } from '../../src/storage/testing/signal-tables.ts';
import { createMemorySignalStore, type SignalHistoryStore } from '../../src/warden/metrics/index.ts';
import { signalStoreContract } from './signal-store.ts';

const WORKER = new URL('../../dist/storage/sqlite/maintenance-worker.js', import.meta.url);

signalStoreContract('in memory', () => ({ store: createMemorySignalStore() }));

signalStoreContract('SQLite in this thread', () => {
  const { tables, database, crashAfter } = openSignalTables(':memory:');
  const later =
    <Parameters extends unknown[], Result>(call: (...parameters: Parameters) => Result) =>
    async (...parameters: Parameters): Promise<Result> =>
      call(...parameters);
  const store: SignalHistoryStore = {
    open: later(tables.open),
    write: later(tables.write),
    rollUp: later(tables.rollUp),
    prune: later(tables.prune),
    read: later(tables.read),
    size: later(tables.size),
  };
  return {
    store,
    crashAfter,
    end: () => {
      database.close();
    },
  };
});

signalStoreContract(
  'SQLite on a file, by the maintenance thread',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'moonwarden signals '));
    const file = join(folder, 'moonwarden.db');
    openSignalTables(file).database.close();
    const maintenance = startMaintenance(file, systemClock, WORKER);
    return {
      store: maintenance.signals,
      async end() {
        await maintenance.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  3,
);
