import { defineSection, duration, field, integer, type SettingsOf } from '../warden/config/index.ts';
import { signalHistoryDefaults } from '../warden/metrics/index.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** How often what is measured is read, and what is kept of it. */
export const signalsSection = defineSection({
  name: 'signals',
  about:
    'What is measured ([signals](signals.md)), and what is stored of it. How long it is kept says `retention`.',
  fields: {
    cheapIntervalMs: field(
      duration({ minMs: SECOND_MS, maxMs: HOUR_MS }),
      '5s',
      'Time between readings of what costs little: event loop, memory, CPU, network.',
    ),
    dearIntervalMs: field(
      duration({ minMs: SECOND_MS, maxMs: HOUR_MS }),
      '60s',
      'Time between readings of what costs more: disk, file descriptors.',
    ),
    recordEveryMs: field(
      duration({ minMs: SECOND_MS, maxMs: 60_000 }),
      '5s',
      'A signal is stored at most once in this time.',
    ),
    maxSeries: field(
      integer({ min: 1, max: 10_000 }),
      signalHistoryDefaults.maxSeries,
      'The most signals, each combination of labels apart, that are stored.',
    ),
  },
});
export type SignalSettings = SettingsOf<typeof signalsSection>;
