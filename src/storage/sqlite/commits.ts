import { MoonwardenError, describeError, type Clock, type Logger } from '../../kernel/index.ts';
import type { JournalEntry } from '../../contract/index.ts';
import type { CommitOptions, TokenChange } from '../../hosts/tokens/index.ts';
import { isBusy, isDamage, isFull, isPassing, storeError } from './errors.ts';
import type { DatabaseWatch } from './database-watch.ts';
import type { Reserve } from './reserve.ts';
import { admit, lessRoom, type RoomLevel } from './room.ts';
import { WriteQueue } from './write-queue.ts';

/** How writing stands. */
export interface WriteState {
  /** How little is written because the disk is full, 0 to 3. */
  readonly roomLevel: RoomLevel;
  /** Changes that were not stored because of that, since the start. */
  readonly leftOut: number;
  /** Changes that wait for a database that takes nothing. */
  readonly waiting: number;
  /** Changes that waited and were refused when it took some again, since the start. */
  readonly lost: number;
}

/** Commits changes, whatever state the database is in. */
export interface Commits {
  /** @throws MoonwardenError STORE_FULL, STORE_FAILED; then nothing is written, and nothing waits. */
  readonly commit: (
    changes: readonly TokenChange[],
    options?: CommitOptions,
  ) => Promise<readonly JournalEntry[]>;
  /** Why the last write failed; null when it did not. */
  fault(): string | null;
  readonly state: () => WriteState;
  /** Whether so much waits that nobody should make more of it. */
  readonly isHeldUp: () => boolean;
  /** The file that is open is not the one of the data folder any more: nothing is written. Null: it is again. */
  lose(why: string | null): void;
  /** A write of somebody else found the disk full. */
  foundFull(): void;
  /** Writes everything again when there is room, and the reserve where it is missing. To be called now and then. */
  lookAtRoom(): void;
  /** Tries for the last time to write what waits. */
  end(): void;
}

const BUSY_RETRY_MS = 25;
const BUSY_RETRIES = 200;
const MOST_WAITING = 20_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** Commits that wait are written this many at once; between them others have their turn. */
const DRAIN_COMMITS = 50;
/** Nobody tries to write everything again so soon after the disk was full. */
const HOLD_MS = 10_000;

const WHAT_IS_LEFT: Readonly<Record<RoomLevel, string>> = {
  0: 'everything is written again',
  1: 'the history of signals is not written any more',
  2: 'scores and states of tokens are not written any more, either',
  3: 'only what is essential is written, out of the reserve',
};

export function createCommits(ports: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly watch: Pick<DatabaseWatch, 'waits'>;
  /** Writes all of it in one transaction, or nothing. @throws SQLite's error. */
  readonly transact: (changes: readonly TokenChange[]) => JournalEntry[];
  /** Null without a file. */
  readonly reserve: Reserve | null;
  readonly onDamage: (finding: string) => void;
  readonly tell: (entries: readonly JournalEntry[]) => void;
  readonly stopping: AbortSignal;
}): Commits {
  const { clock, log, watch, transact, reserve, onDamage, tell, stopping } = ports;
  const queue = new WriteQueue(MOST_WAITING);
  let level: RoomLevel = 0;
  let fullMs = -Infinity;
  let leftOut = 0;
  let fault: MoonwardenError | null = null;
  let gone: string | null = null;
  let isDraining = false;

  const to = (next: RoomLevel): void => {
    level = next;
    const fields = { level, left_out: leftOut };
    if (level === 0) log.info(`The disk has room again: ${WHAT_IS_LEFT[level]}.`, fields);
    else log.error(`The disk is full: ${WHAT_IS_LEFT[level]}.`, fields);
  };
  /** Whether it is worth trying again with less, or with the room of the reserve. */
  const yieldRoom = (): boolean => {
    if (reserve === null) return false;
    fullMs = clock.monotonic();
    if (level === 3) return reserve.free();
    const next = lessRoom(level);
    to(next);
    if (next === 3) reserve.free();
    return true;
  };

  const write = (changes: readonly TokenChange[]): JournalEntry[] => {
    for (;;) {
      const admitted = admit(changes, level);
      if (admitted.changes === null)
        throw new MoonwardenError('STORE_FULL', 'what the disk has left is kept for the journal');
      try {
        if (gone !== null) throw new MoonwardenError('STORE_FAILED', gone);
        const entries = admitted.changes.length > 0 ? transact(admitted.changes) : [];
        leftOut += admitted.leftOut;
        return entries;
      } catch (error) {
        if (!isFull(error) || !yieldRoom()) throw error;
      }
    }
  };

  const wrote = (entries: readonly JournalEntry[]): void => {
    fault = null;
    if (entries.length > 0) tell(entries);
  };
  const failed = (error: unknown): MoonwardenError => {
    if (isDamage(error)) onDamage(describeError(error));
    const failure = storeError(error);
    if (fault === null) log.error('The database did not take a change.', { cause: failure.message });
    fault = failure;
    return failure;
  };
  const mayPass = (error: unknown): boolean => gone !== null || isPassing(error);

  /** Writes what waits, as far as it goes. */
  const drain = (most: number): void => {
    queue.drain((changes) => {
      try {
        wrote(write(changes));
        return 'written';
      } catch (error) {
        failed(error);
        return mayPass(error) ? 'wait' : 'refused';
      }
    }, most);
  };
  const isOpen = (): boolean => !stopping.aborted;
  const keepDraining = async (): Promise<void> => {
    if (isDraining) return;
    isDraining = true;
    let waitMs = FIRST_RETRY_MS;
    while (queue.waiting > 0 && isOpen()) {
      await clock.sleep(waitMs, stopping).catch(() => undefined);
      const before = queue.waiting;
      if (isOpen()) drain(DRAIN_COMMITS);
      waitMs = queue.waiting < before ? 1 : Math.min(LONGEST_RETRY_MS, 2 * waitMs);
    }
    isDraining = false;
  };

  /** Whether the store is still open after a pause. */
  const rest = (): Promise<boolean> =>
    clock.sleep(BUSY_RETRY_MS, stopping).then(
      () => true,
      () => false,
    );

  return {
    async commit(changes, { mayWait = false } = {}) {
      if (changes.length === 0) return [];
      // What was made earlier is written earlier.
      if (queue.waiting > 0 && !stopping.aborted) {
        if (mayWait && queue.add(changes)) return [];
        drain(Infinity);
        if (queue.waiting > 0) throw fault ?? new MoonwardenError('STORE_FAILED', 'other changes wait');
      }
      let endWait: ReturnType<typeof watch.waits> | undefined;
      for (let retries = 0; ; retries++) {
        try {
          const entries = write(changes);
          endWait?.(retries);
          wrote(entries);
          return entries;
        } catch (error) {
          if (isBusy(error)) {
            endWait ??= watch.waits();
            if (retries < BUSY_RETRIES && (await rest())) continue;
          }
          endWait?.(retries);
          // Refused by rule and not by the database: others may still write.
          if (error instanceof MoonwardenError && error.code === 'STORE_FULL') throw error;
          const failure = failed(error);
          if (!mayWait || stopping.aborted || !mayPass(error) || !queue.add(changes)) throw failure;
          void keepDraining();
          return [];
        }
      }
    },
    fault: () => gone ?? fault?.message ?? null,
    state: () => ({ roomLevel: level, leftOut, waiting: queue.waiting, lost: queue.lost }),
    isHeldUp: () => queue.isHalfFull,
    lose(why) {
      if (why !== null && gone === null) log.critical('The database is lost.', { cause: why });
      gone = why;
    },
    foundFull() {
      fullMs = clock.monotonic();
      if (reserve !== null && level === 0) to(1);
    },
    lookAtRoom() {
      if (reserve === null || clock.monotonic() - fullMs < HOLD_MS || !reserve.hasRoom()) return;
      if (reserve.make() && level > 0) to(0);
    },
    end() {
      if (queue.waiting > 0) drain(Infinity);
      if (queue.waiting > 0)
        log.error('Changes that waited for the database are lost with the end of the process.', {
          changes: queue.waiting,
        });
    },
  };
}
