import type { Clock } from '../kernel/index.ts';
import type { SqliteStore } from '../storage/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import type { Probe } from '../warden/index.ts';

/** Measures for how long the store has refused writes, or is known to be damaged, and what waits or is left out. */
export function storeSamples(store: Pick<SqliteStore, 'fault' | 'writing'>, clock: Clock): Probe {
  let sinceMs: number | null = null;
  return () => {
    sinceMs = store.fault() === null ? null : (sinceMs ?? clock.monotonic());
    const { roomLevel, leftOut, waiting, lost } = store.writing();
    return [
      { signal: 'store_failing_s', value: sinceMs === null ? 0 : (clock.monotonic() - sinceMs) / 1_000 },
      { signal: 'store_room_level', value: roomLevel },
      { signal: 'store_left_out', value: leftOut },
      { signal: 'store_waiting', value: waiting },
      { signal: 'store_lost', value: lost },
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

const LEFT_OUT: readonly string[] = [
  '',
  'the history of signals is not written',
  'neither the history of signals nor scores and states of tokens are written; they go on in memory',
  'only the journal and moves of tokens are written, out of the reserve, and no new tokens are taken in',
];

export const roomRule: ThresholdRule = {
  kind: 'threshold',
  name: 'store.full',
  signal: 'store_room_level',
  unit: '',
  warning: { enter: 1, leave: 0.5 },
  error: { enter: 2, leave: 1.5 },
  critical: { enter: 3, leave: 2.5 },
  forMs: 0,
  keepForMs: 0,
  essential: true,
  describe: (value) => `The disk of the database is full: ${LEFT_OUT[Math.round(value)] ?? ''}.`,
  nextSteps: [
    'Free space on the disk that holds the data folder; everything is written again within seconds of that.',
    '`moonwarden database` tells what is large, docs/database.md what is kept and for how long.',
  ],
};
