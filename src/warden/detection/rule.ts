/** A measurement at one moment; null: it could not be taken, or there is nothing to measure yet. */
export interface Sample {
  readonly signal: string;
  /** What the signal is of, where it is measured of several. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number | null;
}

const texts = new WeakMap<object, string>();

/** A sample as one name: `signal`, or `signal{label=value}`. */
export function sampleName({ signal, labels }: Pick<Sample, 'signal' | 'labels'>): string {
  if (labels === undefined) return signal;
  let text = texts.get(labels);
  if (text === undefined) {
    const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
    text = `{${pairs.map(([label, value]) => `${label}=${value}`).join(',')}}`;
    // Each turn asks several times for the same ones.
    texts.set(labels, text);
  }
  return signal + text;
}

export type Level = 'warning' | 'critical';

/** Numbers apart for entering and leaving a level, so that a value near the limit does not flap. */
export interface Threshold {
  readonly enter: number;
  /** Not above `enter`. */
  readonly leave: number;
}

/** A signal that must stay below limits. */
export interface ThresholdRule {
  readonly name: string;
  readonly signal: string;
  /** Of a signal with labels: those of the sample that is meant. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the value, for people: `s`, `ms`, `%`, `ratio` (0..1, shown as %), or empty. */
  readonly unit: string;
  readonly warning?: Threshold;
  readonly critical?: Threshold;
  /** The value must be over the limit this long before the condition starts or worsens, in ms. */
  readonly forMs: number;
  /** The value must be below the limit this long before the condition eases or ends, in ms. */
  readonly keepForMs: number;
  /** While this cannot be measured, health is unknown, not healthy. */
  readonly essential: boolean;
  /** One plain sentence about a value over a limit. */
  readonly describe: (value: number, limit: number) => string;
  readonly nextSteps: readonly string[];
  /** A recovery that may help: its name, and how long it may take to show, in ms. */
  readonly remedy?: { readonly name: string; readonly verifyWithinMs: number };
}

/** Something that is not as it should be. */
export interface Condition {
  readonly rule: string;
  readonly level: Level;
  /** Wall-clock time of its start. */
  readonly since: number;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly reason: string;
  readonly nextSteps: readonly string[];
}

/** What happened to a condition in one turn. */
export type ConditionChange =
  | { readonly kind: 'started'; readonly condition: Condition }
  | { readonly kind: 'changed'; readonly condition: Condition; readonly from: Level }
  | { readonly kind: 'ended'; readonly condition: Condition; readonly durationMs: number };

/** One moment on both clocks, in ms. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}
