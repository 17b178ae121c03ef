import type { Clock } from '../kernel/index.ts';
import type { JournalDraft } from '../contract/index.ts';
import { VERSION } from '../client/index.ts';
import type { BackupFile, SqliteStore } from '../storage/index.ts';

/** What the journal is told when the service starts. */
export function startEntries(parts: {
  readonly clock: Clock;
  readonly store: Pick<SqliteStore, 'recovery'>;
  readonly marketKind: string;
  readonly pid: number | null;
  /** The newest backup; null when there is none. */
  readonly lastBackup: Pick<BackupFile, 'name' | 'at'> | null;
}): readonly JournalDraft[] {
  const { clock, store, marketKind, pid, lastBackup } = parts;
  const started: JournalDraft = {
    type: 'service.started',
    at: clock.now(),
    subject: null,
    reason: `Moonwarden ${VERSION} started on the ${marketKind} market.`,
    data: { version: VERSION, market: marketKind, pid },
  };
  const { recovery } = store;
  if (!recovery) return [started];
  const { cause, setAside, salvaged } = recovery;
  return [
    {
      type: 'store.recovered',
      at: clock.now(),
      subject: null,
      reason: `The database was damaged (${cause}); it was set aside and what could be read was taken over. ${wayBack(lastBackup)}`,
      data: { setAside, salvaged: { ...salvaged } },
    },
    started,
  ];
}

/** What a person can do who misses something. */
function wayBack(backup: Pick<BackupFile, 'name' | 'at'> | null): string {
  if (backup === null) return 'There is no backup.';
  return `The last good backup is of ${new Date(backup.at).toISOString()}: with the service stopped, \`moonwarden db restore ${backup.name}\` puts it in place.`;
}

/** What it is told when the service stops. */
export function stopEntry(cause: string, at: number): JournalDraft {
  return { type: 'service.stopped', at, subject: null, reason: `Stopped: ${cause}.`, data: { cause } };
}
