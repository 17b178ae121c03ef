import type { SignalHistoryReport, SignalLimit, SignalList, SignalQuery } from '../contract/index.ts';
import type { Clock } from '../kernel/index.ts';
import { sampleName, type Condition, type ThresholdRule } from '../warden/detection/index.ts';
import { RESOURCE_SIGNALS, TIERS, type SignalHistory, type Tier } from '../warden/metrics/index.ts';
import { SERVICE_SIGNALS, WORK_SIGNALS } from './service-signals.ts';
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
  /** What is over its limit now. */
  readonly conditions: () => readonly Pick<Condition, 'rule' | 'level'>[];
  readonly settings: Pick<SignalSettings, 'maxSeries' | 'recordEveryMs'>;
}): SignalView {
  const { clock, history, settings } = parts;
  const units = new Map<string, string>([
    ...[...RESOURCE_SIGNALS, ...SERVICE_SIGNALS, ...WORK_SIGNALS].map(
      ({ name, unit }) => [name, unit] as const,
    ),
    ...parts.rules.map(({ signal, unit }) => [signal, unit] as const),
  ]);
  const unitOf = (name: string): string | null => units.get(name) ?? null;
  const meanings = new Map<string, string>(
    [...RESOURCE_SIGNALS, ...SERVICE_SIGNALS, ...WORK_SIGNALS].map(({ name, meaning }) => [name, meaning]),
  );
  const meaningOf = (name: string): string | null => meanings.get(name) ?? null;
  const signalOf = new Map(parts.rules.map((rule) => [rule.name, sampleName(rule)]));
  const levels = (): ReadonlyMap<string, SignalLimit['level']> => {
    const worst = new Map<string, SignalLimit['level']>();
    for (const { rule, level } of parts.conditions()) {
      const signal = signalOf.get(rule);
      if (signal !== undefined && worst.get(signal) !== 'critical') worst.set(signal, level);
    }
    return worst;
  };
  return {
    async list() {
      const size = await history.size();
      const level = levels();
      const tiers = (Object.keys(TIERS) as Tier[]).map((name) => {
        const { stepMs, keptMs } = TIERS[name];
        return { name, stepMs: stepMs === 0 ? null : stepMs, keptMs, ...size[name] };
      });
      return {
        at: clock.now(),
        items: history
          .series()
          .map(({ name, labels, last }) => ({
            name,
            labels: { ...labels },
            unit: unitOf(name),
            meaning: meaningOf(name),
            level: level.get(nameOf(name, labels)) ?? null,
            last,
          }))
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
      const limits = parts.rules.filter(({ signal }) => signal === name).flatMap(limitsOf);
      return { ...answer, name, unit: unitOf(name), meaning: meaningOf(name), limits, series };
    },
  };
}

const nameOf = (signal: string, labels: Readonly<Record<string, string>>): string =>
  sampleName(Object.keys(labels).length === 0 ? { signal } : { signal, labels });

function limitsOf(rule: ThresholdRule): SignalLimit[] {
  return (['warning', 'critical'] as const).flatMap((level) => {
    const threshold = rule[level];
    if (threshold === undefined) return [];
    return [{ rule: rule.name, level, value: threshold.enter, labels: { ...rule.labels } }];
  });
}
