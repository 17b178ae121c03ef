import type { SignalHistoryReport, SignalLimit, SignalList, SignalQuery } from '../contract/index.ts';
import type { Clock } from '../kernel/index.ts';
import {
  isGraver,
  LEVELS,
  sampleName,
  signalOf,
  type Condition,
  type Level,
  type Rule,
} from '../warden/detection/index.ts';
import {
  RESOURCE_SIGNALS,
  TIERS,
  type KeptMs,
  type SignalHistory,
  type Tier,
} from '../warden/metrics/index.ts';
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
  /** Those in force now. */
  readonly rules: () => readonly Rule[];
  /** What is over its limit now. */
  readonly conditions: () => readonly Pick<Condition, 'rule' | 'level' | 'labels'>[];
  readonly settings: Pick<SignalSettings, 'maxSeries' | 'recordEveryMs'>;
  /** How long the history is kept. */
  readonly keptMs: KeptMs;
}): SignalView {
  const { clock, history, settings } = parts;
  const known = new Map<string, string>(
    [...RESOURCE_SIGNALS, ...SERVICE_SIGNALS, ...WORK_SIGNALS].map(({ name, unit }) => [name, unit]),
  );
  const units = ofRules(
    parts.rules,
    (rules) =>
      new Map([
        ...known,
        ...rules.flatMap((rule) => (rule.kind === 'threshold' ? [[rule.signal, rule.unit] as const] : [])),
      ]),
  );
  const unitOf = (name: string): string | null => units().get(name) ?? null;
  const meanings = new Map<string, string>(
    [...RESOURCE_SIGNALS, ...SERVICE_SIGNALS, ...WORK_SIGNALS].map(({ name, meaning }) => [name, meaning]),
  );
  const meaningOf = (name: string): string | null => meanings.get(name) ?? null;
  const measured = ofRules(parts.rules, (rules) => new Map(rules.map((rule) => [rule.name, signalOf(rule)])));
  const levels = (): ReadonlyMap<string, Level> => {
    const worst = new Map<string, Level>();
    for (const { rule, level, labels } of parts.conditions()) {
      const signal = measured().get(rule);
      if (signal == null) continue;
      const name = sampleName({ signal, labels });
      const before = worst.get(name);
      if (before === undefined || isGraver(level, before)) worst.set(name, level);
    }
    return worst;
  };
  return {
    async list() {
      const size = await history.size();
      const level = levels();
      const tiers = (Object.keys(TIERS) as Tier[]).map((name) => {
        const { stepMs } = TIERS[name];
        return { name, stepMs: stepMs === 0 ? null : stepMs, keptMs: parts.keptMs[name], ...size[name] };
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
            level: level.get(sampleName({ signal: name, labels })) ?? null,
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
      const limits = parts.rules().flatMap((rule) => limitsOf(rule, name));
      return { ...answer, name, unit: unitOf(name), meaning: meaningOf(name), limits, series };
    },
  };
}

function limitsOf(rule: Rule, signal: string): SignalLimit[] {
  if (rule.kind !== 'threshold' || rule.signal !== signal) return [];
  return LEVELS.flatMap((level) => {
    const threshold = rule[level];
    if (threshold === undefined) return [];
    return [{ rule: rule.name, level, value: threshold.enter, labels: { ...rule.labels } }];
  });
}

/** What follows from the rules, made anew when they are others. */
function ofRules<T>(rules: () => readonly Rule[], make: (rules: readonly Rule[]) => T): () => T {
  let last: { readonly rules: readonly Rule[]; readonly made: T } | undefined;
  return () => {
    const now = rules();
    if (last?.rules !== now) last = { rules: now, made: make(now) };
    return last.made;
  };
}
