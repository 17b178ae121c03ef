import { MoonwardenError, describeError, onAbort, type Clock, type Logger } from '../kernel/index.ts';
import type { BackupResult, DatabaseReport, JournalDraft } from '../contract/index.ts';
import type { BackupFile, Backups } from '../storage/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import type { Probe } from '../warden/index.ts';
import type { IntervalSchedule, JobOptions } from '../warden/scheduler/index.ts';
import type { BackupSettings } from './backup-settings.ts';

/** The backups of the service. */
export interface ServiceBackups {
  readonly samples: Probe;
  /** The job that makes them; null when they are made by hand only. */
  readonly job: JobOptions | null;
  /** Reads which backups there are, and gives the plan of the job. Never rejects. */
  open(): Promise<IntervalSchedule>;
  /** The plan of the job by the settings as they are now. */
  schedule(): IntervalSchedule;
  /** Makes one now. @throws MoonwardenError BACKUP_FAILED. */
  make(): Promise<BackupResult>;
  report(): DatabaseReport['backup'];
  /** The newest backup; null when there is none. */
  newest(): BackupFile | null;
}

const MINUTE_MS = 60_000;
/** A service that has just started has other things to do. */
const FIRST_AFTER_MS = 5 * MINUTE_MS;
/** A large file on a slow disk takes its time, and tells nobody how far it is. */
const LONGEST_MS = 60 * MINUTE_MS;
/** Somebody may take backups away, or bring some. */
const LOOK_MS = 10 * MINUTE_MS;

/** When the next backup is due, in ms from now. Pure. @param newestAt of the newest one; null when there is none. */
export function nextBackupInMs(newestAt: number | null, now: number, intervalMs: number): number {
  // After a clock that was set back nobody knows how old it is.
  if (newestAt === null || newestAt > now) return FIRST_AFTER_MS;
  return Math.max(FIRST_AFTER_MS, newestAt + intervalMs - now);
}

/** The rules about backups that are made every so often. */
export function backupRules(intervalMs: number): readonly ThresholdRule[] {
  const intervalS = intervalMs / 1_000;
  const common = { kind: 'threshold', forMs: 0, keepForMs: 0, essential: false } as const;
  const nextSteps = [
    '`moonwarden database` tells why; `moonwarden db backup` tries it at once.',
    'Look at the room on the disk of the backups, and whether the service may write to their folder (`backup.folder`).',
  ];
  return [
    {
      ...common,
      name: 'backup.failed',
      signal: 'backup_failed',
      unit: '',
      warning: { enter: 1, leave: 0.5 },
      error: { enter: 5, leave: 0.5 },
      describe: (value) =>
        value === 1
          ? 'The last backup of the database failed; the older ones are kept, and it is tried again.'
          : `The last ${Math.round(value)} backups of the database failed; the older ones are kept, and it is tried again.`,
      nextSteps,
    },
    {
      ...common,
      name: 'backup.old',
      signal: 'backup_age_s',
      unit: 's',
      warning: { enter: 1.5 * intervalS, leave: intervalS },
      error: { enter: 3 * intervalS, leave: 1.5 * intervalS },
      describe: (value) =>
        `The database has had no new backup for ${hours(value)}; one is made every ${hours(intervalS)}.`,
      nextSteps,
    },
  ];
}

const hours = (seconds: number): string => {
  const value = Math.round(seconds / 3_600);
  return value === 1 ? 'hour' : `${value} h`;
};

/** Makes backups of the store, and knows how they are. */
export function createServiceBackups(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly note: (entry: JournalDraft) => void;
  readonly backups: Backups;
  readonly settings: BackupSettings;
}): ServiceBackups {
  const { clock, log, note, backups, settings } = ports;
  let known: readonly BackupFile[] = [];
  let since: number | null = null;
  let failures = 0;
  let failure: { readonly at: number; readonly cause: string } | null = null;
  let lookedMs = -Infinity;
  let making: Promise<BackupResult> | null = null;

  const look = async (): Promise<void> => {
    lookedMs = clock.monotonic();
    try {
      known = await backups.list(settings.folder);
      since ??= backups.since();
    } catch (error) {
      log.warning('The backups could not be listed.', { cause: describeError(error) });
    }
  };

  const makeOne = async (): Promise<BackupResult> => {
    const beganMs = clock.monotonic();
    try {
      const made = await backups.make(settings);
      const result: BackupResult = {
        ...made,
        rows: { ...made.rows },
        removed: [...made.removed],
        durationMs: Math.round(clock.monotonic() - beganMs),
      };
      failures = 0;
      failure = null;
      await look();
      log.info('The database was backed up.', {
        path: result.path,
        bytes: result.bytes,
        duration_ms: result.durationMs,
      });
      note({
        type: 'backup.made',
        at: clock.now(),
        subject: null,
        reason: `The database was backed up: ${result.path}, ${megabytes(result.bytes)}, looked through and found whole.`,
        data: { path: result.path, bytes: result.bytes, durationMs: result.durationMs },
      });
      return result;
    } catch (error) {
      const cause = describeError(error);
      failures += 1;
      failure = { at: clock.now(), cause };
      log.error('The database could not be backed up; the older backups are kept.', { cause });
      note({
        type: 'backup.failed',
        at: clock.now(),
        subject: null,
        reason: `The database could not be backed up: ${cause}. The older backups are kept.`,
        data: { cause },
      });
      throw new MoonwardenError('BACKUP_FAILED', cause, { cause: error });
    } finally {
      making = null;
    }
  };
  const make = (): Promise<BackupResult> => (making ??= makeOne());
  const newest = (): BackupFile | null => known[0] ?? null;

  const schedule = (): IntervalSchedule => ({
    everyMs: settings.intervalMs,
    firstAfterMs: nextBackupInMs(newest()?.at ?? null, clock.now(), settings.intervalMs),
  });

  return {
    make,
    newest,
    samples() {
      if (clock.monotonic() - lookedMs >= LOOK_MS) void look();
      const lastAt = newest()?.at ?? since;
      return [
        {
          signal: 'backup_age_s',
          value: lastAt === null ? null : Math.max(0, clock.now() - lastAt) / 1_000,
        },
        { signal: 'backup_failed', value: failures },
      ];
    },
    job: settings.enabled
      ? {
          name: 'backup',
          group: 'backup',
          schedule: { everyMs: settings.intervalMs, firstAfterMs: FIRST_AFTER_MS },
          stallMs: LONGEST_MS,
          deadlineMs: LONGEST_MS,
          priority: 'low',
          restart: { firstMs: 10 * MINUTE_MS, capMs: 60 * MINUTE_MS, jitter: 'none' },
          // A rule tells of failures, and a backup that is not even tried helps nobody.
          parkAfter: 1_000_000,
          run: async ({ signal }) => {
            const forget = onAbort(signal, () => void backups.stop());
            try {
              await make();
            } finally {
              forget();
            }
          },
        }
      : null,
    async open() {
      await look();
      return schedule();
    },
    schedule,
    report() {
      const last = newest();
      return {
        enabled: settings.enabled,
        intervalMs: settings.intervalMs,
        count: known.length,
        last: last && { path: last.path, at: last.at, bytes: last.bytes },
        failure,
        making: making !== null,
      };
    },
  };
}

const megabytes = (bytes: number): string => `${Math.max(0.1, bytes / 1e6).toFixed(1)} MB`;
