import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/kernel/index.ts';
import { openSqliteStore } from '../../src/storage/index.ts';
import { createMemoryLedger } from '../../src/warden/scheduler/index.ts';
import { runLedgerContract } from './run-ledger.ts';

runLedgerContract('Memory', async () => ({ ledger: createMemoryLedger(), end: async () => undefined }));

runLedgerContract('SQLite in memory', async (clock) => {
  const store = openSqliteStore({ clock, log: silentLogger, folder: null });
  return { ledger: store.runs, end: () => store.close() };
});

runLedgerContract('SQLite on a file', async (clock) => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwarden runs '));
  const store = openSqliteStore({ clock, log: silentLogger, folder });
  return {
    ledger: store.runs,
    async end() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
