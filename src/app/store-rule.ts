import type { Clock } from '../kernel/index.ts';
import type { SqliteStore } from '../storage/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import type { Probe } from '../warden/index.ts';

/** Measures for how long the store has refused writes, or is known to be damaged. */
export function storeSamples(store: Pick<SqliteStore, 'fault'>, clock: Clock): Probe {
  let sinceMs: number | null = null;
  return () => {
    sinceMs = store.fault() === null ? null : (sinceMs ?? clock.monotonic());
    return [
      { signal: 'store_failing_s', value: sinceMs === null ? 0 : (clock.monotonic() - sinceMs) / 1_000 },
    ];
  };
}

export const storeRule: ThresholdRule = {
  kind: 'threshold',
  name: 'store.failing',
  signal: 'store_failing_s',
  unit: 's',
  critical: { enter: 2, leave: 0.001 },
  forMs: 0,
  keepForMs: 1_000,
  essential: true,
  describe: (value) =>
    `The database has not taken changes for ${Math.round(value)} s; nothing that was acknowledged is lost, and writing is tried again.`,
  nextSteps: [
    'Look at the free space of the disk that holds the data folder.',
    'See the log for the cause. A damaged file is set aside at the next start, and what can be read is taken over.',
  ],
};

/** Statements that block the process for long, and the writes behind them. */
export const slowRule: ThresholdRule = {
  kind: 'threshold',
  name: 'store.slow',
  signal: 'database_slow_queries',
  unit: 'statements',
  // Of five minutes; one now and then is a machine that is busy.
  warning: { enter: 10, leave: 3 },
  critical: { enter: 60, leave: 20 },
  forMs: 0,
  keepForMs: 30_000,
  essential: false,
  symptomOf: ['store.failing', 'loop.blocked'],
  describe: (value) =>
    `${Math.round(value)} statements of the database took over 100 ms in the last five minutes: the service stands still meanwhile.`,
  nextSteps: [
    '`moonwarden database` shows which they are and what would make them faster.',
    'If they are all kinds, the disk or the machine is slow: `moonwarden resources`.',
  ],
};
