import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import { describeError, systemClock } from '../../kernel/index.ts';
import { makeBackup } from './backup.ts';
import { isDamage } from './errors.ts';
import { checkpoint, explain, measureFile } from './file-measure.ts';
import type { MaintenanceReply, MaintenanceRequest } from './maintenance.ts';
import { createSignalTables, type SignalTables } from './signal-tables.ts';
import { timedDatabase, type SlowStatement } from './timed-database.ts';

// Runs in a thread of its own: what takes seconds on a large file must not hold up the loop.
const { file } = workerData as { readonly file: string };
// Where the file was removed, none is made: that would be taken for another one.
const address = pathToFileURL(file);
address.searchParams.set('mode', 'rw');
const bare = new DatabaseSync(address, { timeout: 5_000 });
const slow: SlowStatement[] = [];
const database = timedDatabase(bare, systemClock, {
  // Each task is timed as a whole: to tell of every statement would cost more than most of them.
  timing: () => undefined,
  onSlow: (statement) => {
    slow.push(statement);
  },
});
// What it writes must survive the end of the process; a power cut may cost the last seconds of the history of signals.
database.exec('PRAGMA synchronous = NORMAL');
let signals: SignalTables | undefined;
const givingUp = new AbortController();

parentPort?.on('message', (request: MaintenanceRequest) => {
  void answer(request);
});

/** Never rejects. What does not wait for anything is answered in the order in which it was asked. */
async function answer(request: MaintenanceRequest): Promise<void> {
  const { id } = request;
  const startMs = systemClock.monotonic();
  const spent = (): Pick<MaintenanceReply, 'durationMs' | 'slow'> => ({
    durationMs: systemClock.monotonic() - startMs,
    slow: slow.splice(0),
  });
  let reply: MaintenanceReply;
  try {
    const result =
      request.task === 'backup' ? await makeBackup(file, request.target, givingUp.signal) : run(request);
    reply = { id, ok: true, result, ...spent() };
  } catch (error) {
    reply = { id, ok: false, error: error instanceof Error ? error.message : String(error), ...spent() };
  }
  if (request.task === 'close') database.close();
  parentPort?.postMessage(reply);
  if (request.task === 'close') parentPort?.close();
}

function run(request: Exclude<MaintenanceRequest, { readonly task: 'backup' }>): unknown {
  switch (request.task) {
    case 'checkpoint':
      return checkpoint(bare);
    case 'check-integrity':
      return checkIntegrity();
    case 'measure':
      return measureFile(bare, file);
    case 'explain':
      // Not timed: what counts the rows of a slow statement's tables is none of the program's own.
      return explain(bare, request.sql);
    case 'signals': {
      signals ??= createSignalTables(database);
      const answer = signals[request.call] as (...parameters: readonly unknown[]) => unknown;
      return answer(...request.parameters);
    }
    case 'give-up':
      givingUp.abort(new Error('the backup was given up, because the service stops'));
      return [];
    case 'close':
      return [];
  }
}

function checkIntegrity(): string[] {
  try {
    return (bare.prepare('PRAGMA quick_check(20)').all() as { quick_check: string }[])
      .map(({ quick_check: finding }) => finding)
      .filter((finding) => finding !== 'ok');
  } catch (error) {
    // Some damage ends the check before it can tell of it.
    if (isDamage(error)) return [describeError(error)];
    throw error;
  }
}
