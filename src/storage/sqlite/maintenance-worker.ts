import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import { describeError } from '../../kernel/index.ts';
import { isDamage } from './errors.ts';
import type { MaintenanceReply, MaintenanceRequest } from './maintenance.ts';
import { createSignalTables, type SignalTables } from './signal-tables.ts';

// Runs in a thread of its own: what takes seconds on a large file must not hold up the loop.
const database = new DatabaseSync((workerData as { readonly file: string }).file, { timeout: 5_000 });
// What it writes must survive the end of the process; a power cut may cost the last seconds of the history of signals.
database.exec('PRAGMA synchronous = NORMAL');
let signals: SignalTables | undefined;

parentPort?.on('message', (request: MaintenanceRequest) => {
  let reply: MaintenanceReply;
  try {
    reply = { id: request.id, ok: true, result: run(request) };
  } catch (error) {
    reply = { id: request.id, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  if (request.task === 'close') database.close();
  parentPort?.postMessage(reply);
  if (request.task === 'close') parentPort?.close();
});

function run(request: MaintenanceRequest): unknown {
  switch (request.task) {
    case 'checkpoint':
      database.exec('PRAGMA wal_checkpoint(PASSIVE)');
      return [];
    case 'check-integrity':
      return checkIntegrity();
    case 'signals': {
      signals ??= createSignalTables(database);
      const answer = signals[request.call] as (...parameters: readonly unknown[]) => unknown;
      return answer(...request.parameters);
    }
    case 'close':
      return [];
  }
}

function checkIntegrity(): string[] {
  try {
    return (database.prepare('PRAGMA quick_check(20)').all() as { quick_check: string }[])
      .map(({ quick_check: finding }) => finding)
      .filter((finding) => finding !== 'ok');
  } catch (error) {
    // Some damage ends the check before it can tell of it.
    if (isDamage(error)) return [describeError(error)];
    throw error;
  }
}
