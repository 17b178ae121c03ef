import type { SignalHistoryReport, SignalList, SignalQuery } from '../contract/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { ThresholdRule } from '../warden/detection/index.ts';
import { RESOURCE_SIGNALS, TIERS, type SignalHistory, type Tier } from '../warden/metrics/index.ts';
import { SERVICE_SIGNALS } from './service-signals.ts';
import type { SignalSettings } from './signal-settings.ts';

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
  const units = new Map<string, string>([
    ...[...RESOURCE_SIGNALS, ...SERVICE_SIGNALS].map(({ name, unit }) => [name, unit] as const),
    ...parts.rules.map(({ signal, unit }) => [signal, unit] as const),
  ]);
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
