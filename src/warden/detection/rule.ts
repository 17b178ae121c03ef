import type { Labels } from '../metrics/index.ts';
import type { PerLevel } from './level.ts';

/** A measurement at one moment; null: it could not be taken, or there is nothing to measure yet. */
export interface Sample {
  readonly signal: string;
  /** Tell the series of one signal apart. */
  readonly labels?: Labels | undefined;
  readonly value: number | null;
}

/** One moment on both clocks, in ms. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Which way is bad. */
export type Side = 'above' | 'below';

/** Numbers apart for entering and leaving a level, so that a value near the limit does not flap. */
export interface Threshold {
  readonly enter: number;
  /** On the good side of `enter`. */
  readonly leave: number;
  /** Instead of the rule's, for this level. */
  readonly forMs?: number | undefined;
  /** Instead of the rule's, for this level. */
  readonly keepForMs?: number | undefined;
}

/** What every rule says, of whatever kind. */
export interface RuleBase {
  readonly name: string;
  /** Of its figure, for people: `s`, `%`, `bytes`, `ratio` (0..1, shown as %), any other word, or empty. */
  readonly unit: string;
  /**
   * It must be over the limit this long before the condition starts or worsens, in ms. Only time in which it was
   * measured counts.
   */
  readonly forMs: number;
  /** It must be below the limit this long before the condition eases or ends, in ms. */
  readonly keepForMs: number;
  /** What cannot be measured for so long is unknown; 0 for an essential rule, else 5 min. */
  readonly unknownForMs?: number | undefined;
  /** While this is unknown, health is unknown, not healthy. */
  readonly essential: boolean;
  /** One plain sentence about a figure over a limit; without it, one is made of name, figure and limit. */
  readonly describe?: ((value: number, limit: number, labels: Labels) => string) | undefined;
  readonly nextSteps: readonly string[];
  /** What it says something about, for health and recovery; default: the first part of its name. */
  readonly component?: string | undefined;
  /**
   * Rules that explain this one while they have a condition: those are healed, this one waits. `jobs.*` stands for all that
   * begin so.
   */
  readonly symptomOf?: readonly string[] | undefined;
}

/** A rule about one signal: each of its series is judged by itself. */
interface SignalRule extends RuleBase, PerLevel<Threshold> {
  readonly signal: string;
  /** Only series with all of these. */
  readonly labels?: Labels | undefined;
}

/** The value itself is held against the limits. */
export interface ThresholdRule extends SignalRule {
  readonly kind: 'threshold';
  /** Default: above the limit is bad. */
  readonly side?: Side | undefined;
}

/** How fast it changes. */
export interface RateRule extends SignalRule {
  readonly kind: 'rate';
  readonly side?: Side | undefined;
  /** The change over so long, in ms. */
  readonly windowMs: number;
  /** Given as change in so long: 1,000 for "a second", 60,000 for "a minute". */
  readonly perMs: number;
  /** A counter only rises: where it falls it was reset, and began anew at zero. */
  readonly counter: boolean;
}

/** For how long there has been no value, in seconds. */
export interface AbsenceRule extends SignalRule {
  readonly kind: 'absence';
  /** A value that stays the same counts as none: its source is stuck. */
  readonly unchanged: boolean;
}

/** One signal as a share of another one with the same labels, or with none. */
export interface RatioRule extends SignalRule {
  readonly kind: 'ratio';
  readonly side?: Side | undefined;
  readonly to: string;
  /** With less than this of the other signal there is nothing to complain about. */
  readonly atLeast: number;
  /** Both are counters, and what they grew by in so long is compared, in ms; null compares the values. */
  readonly windowMs: number | null;
}

/** How far it is from what it was at the same hour (UTC) of other days, as a share of that. */
export interface PastRule extends SignalRule {
  readonly kind: 'past';
  readonly side: Side;
  /** The average over so long is compared, in ms. */
  readonly windowMs: number;
  /** Fewer days than this say nothing. */
  readonly daysAtLeast: number;
}

/** Time until it crosses a level, if it goes on as it does, in seconds. */
export interface TrendRule extends SignalRule {
  readonly kind: 'trend';
  /** The level of the signal that must not be crossed. */
  readonly limit: number;
  /** The bad side of it. */
  readonly side: Side;
  /** Length of a point (the average of its values), in ms: the trend is judged once in it. */
  readonly stepMs: number;
  /** The trend is that of so many points at the most; it needs ten. */
  readonly points: number;
  /** How sure it must be that there is a trend at all, 0..1. */
  readonly sure: number;
}

/** How much worse it has become against its own baseline, as a share of that. */
export interface DegradationRule extends SignalRule {
  readonly kind: 'degradation';
  readonly side: Side;
  /** The median of so long is compared, in ms. */
  readonly windowMs: number;
  /** With the median of so long before that, in ms. */
  readonly baselineMs: number;
  /** Both need so many points. */
  readonly pointsAtLeast: number;
}

/** What is counted. */
export type Occurrence =
  | { readonly of: 'changes'; readonly signal: string; readonly labels?: Labels | undefined }
  /** Each time the value comes to the bad side of `at`. */
  | {
      readonly of: 'crossings';
      readonly signal: string;
      readonly labels?: Labels | undefined;
      readonly at: number;
      readonly side: Side;
    }
  /** What a counter grew by. */
  | { readonly of: 'increase'; readonly signal: string; readonly labels?: Labels | undefined }
  /** Each time a condition of another rule starts. */
  | { readonly of: 'starts'; readonly rule: string };

/** How often something happened: flapping, repeated failures. */
export interface CountRule extends RuleBase, PerLevel<Threshold> {
  readonly kind: 'count';
  readonly occurrence: Occurrence;
  readonly windowMs: number;
}

/** Conditions of other rules, put together. A rule holds when one of its series is at this level or at a graver one. */
export type Expression =
  | { readonly rule: string; readonly level?: keyof PerLevel<unknown> | undefined }
  | { readonly all: readonly Expression[] }
  | { readonly any: readonly Expression[] }
  | { readonly not: Expression };

/** Holds when an expression over the conditions of other rules does. */
export interface CompositeRule extends RuleBase, PerLevel<Expression> {
  readonly kind: 'composite';
  /** Judged apart for each combination of these labels; none judges all series together. */
  readonly by: readonly string[];
}

/**
 * The language of rules. Each kind makes one figure a series out of what is measured, and all of them go through the same
 * levels, with `forMs` and `keepForMs`. A new kind is a member here, a memory, and a reading in `reading.ts`.
 */
export type Rule =
  | ThresholdRule
  | RateRule
  | AbsenceRule
  | RatioRule
  | PastRule
  | TrendRule
  | DegradationRule
  | CountRule
  | CompositeRule;

/** The side of the limits on which the figure of a rule is bad. */
export function sideOf(rule: Rule): Side {
  switch (rule.kind) {
    case 'threshold':
    case 'rate':
    case 'ratio':
      return rule.side ?? 'above';
    // The sooner, the worse.
    case 'trend':
      return 'below';
    default:
      return 'above';
  }
}

/** Whether a name, or the beginning of one with a star after it, means a rule. */
export const meansRule = (name: string, rule: string): boolean =>
  name.endsWith('*') ? rule.startsWith(name.slice(0, -1)) : rule === name;

/** Whether a condition of a rule explains one of another rule. */
export const explains = (cause: string, symptom: Pick<RuleBase, 'symptomOf'> | undefined): boolean =>
  symptom?.symptomOf?.some((name) => meansRule(name, cause)) ?? false;

/** The component that a rule is about: what it says, or else the first part of its name. */
export const componentOf = (rule: Rule | undefined, name: string): string =>
  rule?.component ?? name.split('.')[0] ?? name;

/** The signal that a rule looks at; null for one that looks at other rules. */
export function signalOf(rule: Rule): string | null {
  if (rule.kind === 'composite') return null;
  if (rule.kind !== 'count') return rule.signal;
  return rule.occurrence.of === 'starts' ? null : rule.occurrence.signal;
}
