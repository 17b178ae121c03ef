import type { Labels } from '../metrics/index.ts';
import { readAbsence, type AbsenceMemory } from './readings/absence.ts';
import { readCount, type CountMemory } from './readings/count.ts';
import { readDegradation, type DegradationMemory } from './readings/degradation.ts';
import { readPast, type PastMemory } from './readings/past.ts';
import { readRate, type RateMemory } from './readings/rate.ts';
import { readRatio, type RatioMemory } from './readings/ratio.ts';
import { readTrend, type TrendMemory } from './readings/trend.ts';
import type { CompositeRule, Rule } from './rule.ts';
import type { Tick } from './tick.ts';

/** What a turn brings to one series of a rule. */
export interface Input {
  readonly labels?: Labels | undefined;
  readonly value: number | null;
  /** Of the other signal of a ratio. */
  readonly other?: number | null | undefined;
  /** What it was on other days. */
  readonly past?: readonly number[] | undefined;
}

/** What the figure of one series is made of, over time. Plain data. */
export type Memory =
  AbsenceMemory | CountMemory | DegradationMemory | PastMemory | RateMemory | RatioMemory | TrendMemory;

/**
 * The figure that is held against the levels. NaN: nobody knows it now. The infinity on the good side: there is nothing to
 * complain about, and no number for it.
 */
export interface Reading {
  readonly value: number;
  readonly memory: Memory | null;
}

/** A figure for every rule but composite ones. Pure. `input` is null where the series was not measured. */
export function readFigure(
  rule: Exclude<Rule, CompositeRule>,
  memory: Memory | null,
  input: Input | null,
  tick: Tick,
  heldMs: number | null,
): Reading {
  const value = knownOf(input?.value);
  switch (rule.kind) {
    case 'threshold':
      return { value, memory: null };
    case 'rate':
      return readRate(rule, ofKind(memory, 'rate'), value, tick);
    case 'absence':
      return readAbsence(rule, ofKind(memory, 'absence'), value, tick);
    case 'ratio':
      return readRatio(rule, ofKind(memory, 'ratio'), value, knownOf(input?.other), tick);
    case 'past':
      return readPast(rule, ofKind(memory, 'past'), value, input?.past ?? [], tick);
    case 'trend':
      return readTrend(rule, ofKind(memory, 'trend'), value, input?.labels, tick);
    case 'degradation':
      return readDegradation(rule, ofKind(memory, 'degradation'), value, input?.labels, tick, heldMs);
    case 'count':
      return readCount(rule, ofKind(memory, 'count'), value, tick);
  }
}

/** A number that is none has not been measured. */
const knownOf = (value: number | null | undefined): number =>
  value == null || !Number.isFinite(value) ? Number.NaN : value;

/** What was remembered for a rule of another kind is worth nothing to this one. */
function ofKind<K extends Memory['kind']>(
  memory: Memory | null,
  kind: K,
): Extract<Memory, { kind: K }> | null {
  const isOfKind = (one: Memory): one is Extract<Memory, { kind: K }> => one.kind === kind;
  return memory !== null && isOfKind(memory) ? memory : null;
}
