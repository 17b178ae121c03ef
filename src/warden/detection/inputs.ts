import type { Labels } from '../metrics/index.ts';
import type { JudgedRule } from './compose.ts';
import { NO_LABELS, hasLabels, labelKey, sameLabels } from './labels.ts';
import type { Input } from './reading.ts';
import type { CompositeRule, Rule, Sample } from './rule.ts';

/** What a series was at this hour (UTC) of other days: one average a day. */
export interface PastSample {
  readonly signal: string;
  readonly labels: Labels;
  readonly values: readonly number[];
}

/** What was measured in this turn, by signal. */
export interface SampleIndex {
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly past: readonly PastSample[];
}

const NONE: readonly Sample[] = [];

export function indexSamples(samples: readonly Sample[], past: readonly PastSample[]): SampleIndex {
  const bySignal = new Map<string, Sample[]>();
  for (const sample of samples) {
    const others = bySignal.get(sample.signal);
    if (others) others.push(sample);
    else bySignal.set(sample.signal, [sample]);
  }
  return { samples: bySignal, past };
}

/** What this turn brings to the series of a rule. */
export function inputsOf(
  rule: Exclude<Rule, CompositeRule>,
  { samples, past }: SampleIndex,
  judged: ReadonlyMap<string, JudgedRule>,
): readonly Input[] {
  if (rule.kind === 'count') {
    const { occurrence } = rule;
    if (occurrence.of !== 'starts') return chosen(samples, occurrence.signal, occurrence.labels);
    const series = judged.get(occurrence.rule)?.state.series ?? [];
    return series.map(({ labels, starts }) => ({ labels, value: starts }));
  }
  const own = chosen(samples, rule.signal, rule.labels);
  if (rule.kind === 'ratio') {
    const others = samples.get(rule.to) ?? NONE;
    const partnerOf = partners(others);
    return own.map(({ labels, value }, place) => ({ labels, value, other: partnerOf(labels, place) }));
  }
  if (rule.kind === 'past')
    return own.map(({ labels = NO_LABELS, value }) => ({
      labels,
      value,
      past: past.find((one) => one.signal === rule.signal && sameLabels(one.labels, labels))?.values,
    }));
  return own;
}

function chosen(
  samples: SampleIndex['samples'],
  signal: string,
  labels: Labels | undefined,
): readonly Sample[] {
  const all = samples.get(signal) ?? NONE;
  return labels === undefined ? all : all.filter((sample) => hasLabels(sample.labels ?? NO_LABELS, labels));
}

/** Finds the value of the other signal with the same labels, or else the one without labels. */
function partners(others: readonly Sample[]): (labels: Labels | undefined, place: number) => number | null {
  let byKey: Map<string, number | null> | null = null;
  return (labels = NO_LABELS, place) => {
    const guess = others[place];
    if (guess && sameLabels(guess.labels ?? NO_LABELS, labels)) return guess.value;
    byKey ??= new Map(others.map((other) => [labelKey(other.labels ?? NO_LABELS), other.value]));
    return byKey.get(labelKey(labels)) ?? byKey.get('') ?? null;
  };
}
