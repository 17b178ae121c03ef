import type { SignalHistoryReport, SignalList, SignalQuery } from '../contract/index.ts';
import type { Clock } from '../kernel/index.ts';
import { defineSection, duration, field, integer, type SettingsOf } from '../warden/config/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import { signalHistoryDefaults, TIERS, type SignalHistory, type Tier } from '../warden/metrics/index.ts';

/** What is kept of what is measured. */
export const signalsSection = defineSection({
  name: 'signals',
  about: 'What is kept of what is measured: every point for 1 h, rows of 1 min for 48 h, of 15 min for 90 d.',
  fields: {
    recordEveryMs: field(
      duration({ minMs: 1_000, maxMs: 60_000 }),
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

const HOUR_MS = 3_600_000;

/** What the API shows of the history of signals. */
export interface SignalView {
  list(): Promise<SignalList>;
  show(name: string, query: SignalQuery): Promise<SignalHistoryReport | undefined>;
}

export function createSignalView(parts: {
  readonly clock: Clock;
  readonly history: SignalHistory;
  readonly rules: readonly ThresholdRule[];
  readonly settings: SignalSettings;
}): SignalView {
  const { clock, history, settings } = parts;
  const units = new Map(parts.rules.map(({ signal, unit }) => [signal, unit]));
  const unitOf = (name: string): string | null => units.get(name) ?? null;
  return {
    async list() {
      const size = await history.size();
      const tiers = (Object.keys(TIERS) as Tier[]).map((name) => {
        const { stepMs, keptMs } = TIERS[name];
        return { name, stepMs: stepMs === 0 ? null : stepMs, keptMs, ...size[name] };
      });
      return {
        at: clock.now(),
        items: history
          .series()
          .map(({ name, labels, last }) => ({ name, labels: { ...labels }, unit: unitOf(name), last }))
          .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
        maxSeries: settings.maxSeries,
        recordEveryMs: settings.recordEveryMs,
        tiers,
        bytes: tiers.reduce((total, { bytes }) => total + bytes, 0),
        dropped: history.dropped(),
      };
    },
    async show(name, { last = HOUR_MS, from, to, step, labels }) {
      const end = to ?? clock.now();
      const answer = await history.query({
        name,
        labels: labels ?? {},
        from: Math.min(end, from ?? end - last),
        to: end,
        stepMs: step ?? null,
      });
      if (!answer) return undefined;
      const series = answer.series.map((one) => ({ labels: { ...one.labels }, rows: [...one.rows] }));
      return { ...answer, name, unit: unitOf(name), series };
    },
  };
}
