import { MoonwardenError, describeError, type Clock, type Logger } from '../../../kernel/index.ts';
import type { Labels } from '../family.ts';
import { assemble, planRead } from './query.ts';
import type { Row } from './roll-up.ts';
import { hasLabels, SeriesTable, seriesKey, type SignalSeries } from './series.ts';
import type { SignalHistoryStore, TierSize } from './store-port.ts';
import { keptFrom, type KeptMs, type Tier } from './tiers.ts';
import { trustedTime, type TrustedTime } from './trusted-time.ts';
import { WriteBuffer } from './write-buffer.ts';

/** Options of {@link createSignalHistory}. */
export interface SignalHistoryOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: SignalHistoryStore;
  /** A series is stored at most once in this time, in ms; `Infinity` stores nothing. */
  readonly recordEveryMs: number;
  /** The most series that are stored. Of any more nothing is kept, and the log says so once. */
  readonly maxSeries: number;
  /** Default: points for 1 h, rows of a minute for 48 h, of 15 minutes for 90 d. */
  readonly keptMs?: KeptMs | undefined;
}

/** A measurement that may be recorded; what could not be measured leaves a gap. */
export interface RecordableSample {
  readonly signal: string;
  readonly labels?: Labels | undefined;
  readonly value: number | null;
}

/** What is asked of one signal; times in ms since the epoch, `to` not included. */
export interface HistoryRequest {
  readonly name: string;
  /** Only series with all of these. */
  readonly labels: Labels;
  readonly from: number;
  readonly to: number;
  /** Null takes the finest that is kept over the whole range. */
  readonly stepMs: number | null;
}

/** The history of one series. */
export interface SeriesHistory {
  readonly labels: Labels;
  readonly rows: readonly Row[];
}

export interface HistoryAnswer {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number | null;
  readonly series: readonly SeriesHistory[];
}

/** What is known of a series without reading its history. */
export interface SeriesState {
  readonly name: string;
  readonly labels: Labels;
  /** Since the start of this process; null before it was measured. */
  readonly last: { readonly at: number; readonly value: number } | null;
}

/** The history of all signals: fed by the loop, read by people. */
export interface SignalHistory {
  /** Reads which series there are, and begins to write, roll up and delete. Never rejects. */
  start(): Promise<void>;
  /** Takes what a turn measured at `at` (ms since the epoch); returns at once. */
  record(samples: readonly RecordableSample[], at: number): void;
  series(): readonly SeriesState[];
  /**
   * Undefined when no series has the name.
   * @throws MoonwardenError REQUEST_INVALID when the answer would be too large; what the store throws.
   */
  query(request: HistoryRequest): Promise<HistoryAnswer | undefined>;
  /** What is stored, measured at most once in 5 min. */
  size(): Promise<Readonly<Record<Tier, TierSize>>>;
  /** Points that were not stored since the start: of too many series, too late, or while the store took nothing. */
  dropped(): number;
  /** Writes what is held back. Never rejects. */
  stop(): Promise<void>;
}

export const signalHistoryDefaults = { recordEveryMs: 5_000, maxSeries: 2_000 } as const;

const WRITE_INTERVAL_MS = 5_000;
const UPKEEP_INTERVAL_MS = 60_000;
/** Points of a period may be under way for so long after its end. */
const GRACE_MS = 2 * WRITE_INTERVAL_MS;
const ROWS_A_STEP = 200;
const SIZE_KEPT_MS = 300_000;
const MOST_ROWS = 100_000;
const MOST_SERIES = 100;

/** Keeps the history of signals in a store. */
export function createSignalHistory(options: SignalHistoryOptions): SignalHistory {
  const { clock, log, store, recordEveryMs, maxSeries, keptMs } = options;
  const table = new SeriesTable(maxSeries);
  const recent = new Map<string, { at: number; value: number; recordedMs: number }>();
  const buffer = new WriteBuffer(store, log);
  const stopping = new AbortController();
  const stopped = (): boolean => stopping.signal.aborted;
  const running: Promise<void>[] = [];
  let isOpen = false;
  let refused = 0;
  let trusted: TrustedTime | null = null;
  let measured: { readonly atMs: number; readonly size: Promise<Readonly<Record<Tier, TierSize>>> } | null =
    null;

  const open = async (): Promise<void> => {
    if (isOpen) return;
    table.restore(await store.open());
    isOpen = true;
  };

  const upkeep = async (): Promise<void> => {
    while (!stopped() && (await store.rollUp(clock.now() - GRACE_MS, ROWS_A_STEP)) > 0);
    trusted = trustedTime(trusted, { wallMs: clock.now(), monotonicMs: clock.monotonic() });
    const before = keptFrom(trusted.trustedMs, keptMs);
    while (!stopped() && (await store.prune(before)) > 0);
  };

  const every = (intervalMs: number, what: string, work: () => Promise<void>): void => {
    let failing = false;
    running.push(
      (async () => {
        for (;;) {
          await clock.sleep(intervalMs, stopping.signal);
          try {
            await work();
            failing = false;
          } catch (error) {
            if (!failing && !stopped())
              log.warning(`${what} failed and is tried again.`, { cause: describeError(error) });
            failing = true;
          }
        }
      })().catch(() => undefined),
    );
  };

  const isDue = (key: string): boolean => {
    const before = recent.get(key);
    // Turns come a little early or late; a half of one does not count.
    return !before || clock.monotonic() - before.recordedMs >= recordEveryMs - 500;
  };

  const recordOne = ({ signal, labels = {}, value }: RecordableSample, at: number): void => {
    if (value === null || !Number.isFinite(value)) return;
    const key = seriesKey(signal, labels);
    if (!isDue(key)) return;
    const found = table.of(signal, labels);
    if (!found) {
      if (refused === 0)
        log.warning('There are too many signals: no history is kept of the ones beyond the limit.', {
          signal,
          limit: maxSeries,
        });
      refused += 1;
      return;
    }
    recent.set(key, { at, value, recordedMs: clock.monotonic() });
    buffer.add(found.series, found.added, { series: found.series.id, at, value });
  };

  return {
    async start() {
      // Until they are known, a series could be given a number that another has.
      await open().catch((error: unknown) => {
        log.warning('The history of signals cannot be opened yet; it is tried again.', {
          cause: describeError(error),
        });
      });
      every(WRITE_INTERVAL_MS, 'Writing the history of signals', async () => {
        await open();
        await buffer.flush();
      });
      every(UPKEEP_INTERVAL_MS, 'Rolling up the history of signals', upkeep);
    },
    record(samples, at) {
      if (!isOpen || stopped() || recordEveryMs === Infinity) return;
      for (const sample of samples) recordOne(sample, Math.floor(at));
    },
    series: () =>
      table.all().map(({ name, labels }) => {
        const last = recent.get(seriesKey(name, labels));
        return { name, labels, last: last ? { at: last.at, value: last.value } : null };
      }),
    async query({ name, labels, ...range }) {
      const named = table.all().filter((series) => series.name === name);
      if (named.length === 0) return undefined;
      const wanted = named.filter((series) => hasLabels(series, labels));
      const plan = planRead(range, clock.now(), keptMs);
      checkSize(wanted, (plan.to - plan.from) / (plan.stepMs ?? recordEveryMs));
      const series: SeriesHistory[] = [];
      for (const one of wanted)
        series.push({ labels: one.labels, rows: assemble(plan, await store.read(one.id, plan.parts)) });
      return { from: plan.from, to: plan.to, stepMs: plan.stepMs, series };
    },
    size() {
      if (measured === null || clock.monotonic() - measured.atMs > SIZE_KEPT_MS) {
        const size = store.size();
        measured = { atMs: clock.monotonic(), size };
        size.catch(() => {
          measured = null;
        });
      }
      return measured.size;
    },
    dropped: () => refused + buffer.dropped,
    async stop() {
      stopping.abort(new Error('the history of signals stops'));
      await Promise.all(running);
      if (isOpen)
        await buffer.flush().catch((error: unknown) => {
          log.warning('The last points of the history of signals could not be stored.', {
            cause: describeError(error),
          });
        });
    },
  };
}

function checkSize(wanted: readonly SignalSeries[], rowsEach: number): void {
  if (wanted.length > MOST_SERIES)
    throw new MoonwardenError('REQUEST_INVALID', `${wanted.length} series match`, {
      faults: [{ path: 'query.labels', message: `must leave at most ${MOST_SERIES} series` }],
    });
  if (wanted.length * rowsEach > MOST_ROWS)
    throw new MoonwardenError('REQUEST_INVALID', 'the answer would be too large', {
      faults: [{ path: 'query.step', message: `must give at most ${MOST_ROWS} points in all` }],
    });
}
