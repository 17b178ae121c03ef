import type { DatabaseReport } from '../contract/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { SqliteStore } from '../storage/index.ts';
import type { Probe } from '../warden/index.ts';
import type { Performance } from './performance.ts';

/** What is known of the database, for the loop and for who asks. */
export interface DatabaseView {
  readonly samples: Probe;
  readonly report: () => DatabaseReport;
}

/** Has the statements of the store timed, and tells what is known of its file. */
export function createDatabaseView(ports: {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<SqliteStore, 'facts' | 'recordStatements'>;
  readonly timings: Performance;
  /** What is known of the backups; null without a file. */
  readonly backup: () => DatabaseReport['backup'];
}): DatabaseView {
  const { clock, store, timings } = ports;
  let checkpointWorkedAt: number | null = null;
  store.recordStatements((name) => {
    const timing = timings.timing('database', name);
    return (durationMs, ok) => {
      timing.record(durationMs, ok);
    };
  });
  return {
    samples() {
      const { file, writer, slowRecently, checkpoint } = store.facts();
      if (checkpoint?.error === null) checkpointWorkedAt = checkpoint.at;
      return [
        ...(file === null
          ? []
          : [
              { signal: 'database_bytes', value: file.bytes },
              { signal: 'database_wal_bytes', value: file.walBytes },
              { signal: 'database_free_bytes', value: file.freeBytes },
              {
                signal: 'database_checkpoint_age_s',
                value:
                  checkpointWorkedAt === null ? null : Math.max(0, clock.now() - checkpointWorkedAt) / 1_000,
              },
            ]),
        { signal: 'database_write_waiting', value: writer.waiting },
        { signal: 'database_write_wait_s', value: (writer.waitP95Ms ?? 0) / 1_000 },
        { signal: 'database_slow_queries', value: slowRecently },
      ];
    },
    report() {
      const facts = store.facts();
      return {
        at: clock.now(),
        findings: findingsOf({ ...facts, backup: ports.backup() }),
        ...facts,
        backup: ports.backup(),
        statements: timings.report().items.filter(({ kind }) => kind === 'database'),
      };
    },
  };
}

/** Beyond this the log does not get smaller by checkpoints: something reads for long, or they fail. */
const LARGE_WAL_BYTES = 128e6;
const MUCH_FREE_BYTES = 100e6;

/** What is to be seen to, in plain sentences, the worst first. Pure. */
export function findingsOf(
  facts: Pick<
    DatabaseReport,
    'file' | 'checkpoint' | 'integrity' | 'writer' | 'slow' | 'slowRecently' | 'backup'
  >,
): string[] {
  const { file, checkpoint, integrity, writer, slow, slowRecently, backup } = facts;
  const found: string[] = [];
  if (integrity !== null && integrity.faults.length > 0)
    found.push(
      `The file is damaged: ${integrity.faults.join('; ')}. A restart sets it aside and takes over what can be read.`,
    );
  if (integrity !== null && integrity.error !== null)
    found.push(`The check of the file could not run: ${integrity.error}.`);
  if (backup !== null && backup.failure !== null)
    found.push(`The last backup failed: ${backup.failure.cause}. The older ones are kept.`);
  if (file !== null && file.error !== null) found.push(`The file could not be measured: ${file.error}.`);
  if (checkpoint !== null && checkpoint.error !== null)
    found.push(`The last checkpoint failed, so the write-ahead log grows: ${checkpoint.error}.`);
  const walBytes = file?.walBytes ?? 0;
  if (walBytes > LARGE_WAL_BYTES)
    found.push(
      `The write-ahead log is ${megabytes(walBytes)} large: something reads for so long that checkpoints cannot empty it, or they fail.`,
    );
  if (writer.waiting > 0)
    found.push(
      `${writer.waiting === 1 ? '1 change waits' : `${writer.waiting} changes wait`} while another program or thread writes.`,
    );
  const [last] = slow;
  if (slowRecently > 0 && last !== undefined)
    found.push(
      `${slowRecently === 1 ? '1 statement' : `${slowRecently} statements`} took over 100 ms in the last five minutes, the last one ${last.name} with ${Math.round(last.durationMs)} ms. ${last.advice[0]?.text ?? ''}`.trim(),
    );
  const [bytes, freeBytes] = [file?.bytes ?? 0, file?.freeBytes ?? 0];
  if (freeBytes > MUCH_FREE_BYTES && freeBytes > bytes / 2)
    found.push(
      `${megabytes(freeBytes)} of the ${megabytes(bytes)} of the file hold nothing: they are used again, and not given back to the disk.`,
    );
  return found;
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
