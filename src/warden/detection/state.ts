import type { Labels } from '../metrics/index.ts';
import type { Condition } from './condition.ts';
import type { Latch } from './latch.ts';
import type { PerLevel } from './level.ts';
import type { Memory } from './reading.ts';
import type { Moment } from './rule.ts';

/** Where one series of one rule stands. */
export interface SeriesState {
  readonly labels: Labels;
  /** Stands in for a signal that was never measured, until it is. */
  readonly isAwaited: boolean;
  /** For how long its figure has not been known, in ms; null while it is. */
  readonly missingMs: number | null;
  /** Levels that are on, or about to turn. */
  readonly latches: PerLevel<Latch>;
  readonly firing: { readonly condition: Condition; readonly startedMs: number } | null;
  /** How often a condition has started. */
  readonly starts: number;
  /** The last figures: one pair after the other of wall-clock time and figure, oldest first. */
  readonly evidence: readonly number[];
  readonly memory: Memory | null;
}

/** Where a rule stands, with each of its series. */
export interface RuleState {
  readonly rule: string;
  /** What the rule measured, by {@link measureOf}: what another measure remembers is worth nothing. */
  readonly measure: string;
  readonly series: readonly SeriesState[];
  /** Series for which there was no room. */
  readonly refused: number;
}

/** What judging remembers between turns. Plain data: it may be stored as JSON and go on from there. */
export interface Judgement {
  readonly at: Moment | null;
  readonly rules: readonly RuleState[];
}

export const noJudgement: Judgement = { at: null, rules: [] };

const NO_LATCHES: PerLevel<Latch> = {};

export const newSeries = (labels: Labels, isAwaited = false): SeriesState => ({
  labels,
  isAwaited,
  missingMs: null,
  latches: NO_LATCHES,
  firing: null,
  starts: 0,
  evidence: [],
  memory: null,
});

/** No series is kept beyond so many of one rule: labels without end must not eat the memory. */
export const MAX_SERIES = 10_000;
