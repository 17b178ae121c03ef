import { describeError } from '../../kernel/index.ts';
import type { Labels } from '../metrics/index.ts';
import type { Composed } from './compose.ts';
import { labelText } from './labels.ts';
import { LEVELS, rankOf, type Level } from './level.ts';
import { plain, quantity, spanOf } from './quantity.ts';
import type { Memory } from './reading.ts';
import { sideOf, signalOf, type CountRule, type Rule } from './rule.ts';

/** What a sentence about a condition is made of. */
export interface Finding {
  readonly level: Level;
  readonly value: number;
  readonly limit: number;
  readonly labels: Labels;
  readonly memory: Memory | null;
  readonly composed: Composed | null;
  /** Monotonic. */
  readonly nowMs: number;
}

/** One plain sentence: why there is a condition. */
export function reasonOf(rule: Rule, finding: Finding): string {
  if (rule.describe === undefined) return ownReason(rule, finding);
  const { value, limit, labels } = finding;
  try {
    const sentence: unknown = rule.describe(value, limit, labels);
    if (typeof sentence === 'string' && sentence.trim() !== '') return sentence;
    return `${ownReason(rule, finding)} (The rule did not describe it.)`;
  } catch (error) {
    // Who words a rule badly must not blind the others.
    return `${ownReason(rule, finding)} (The rule could not describe it: ${describeError(error)}.)`;
  }
}

function ownReason(rule: Rule, finding: Finding): string {
  if (rule.kind === 'composite') return composedReason(finding);
  return `${figureText(rule, finding)}${limitText(rule, finding)}.`;
}

/** What a rule is about, with the labels of one series. */
export function subjectOf(rule: Rule, labels: Labels): string {
  const signal = signalOf(rule);
  if (signal !== null) return `${signal}${labelText(labels)}`;
  const named = rule.kind === 'count' && rule.occurrence.of === 'starts' ? rule.occurrence.rule : rule.name;
  return `the rule ${named}${labelText(labels)}`;
}

/** One plain sentence about a series with which all is well. @param value null: there is no figure to complain about. */
export function calmText(rule: Rule, labels: Labels, value: number | null): string {
  if (rule.kind === 'composite')
    return `What it looks for does not hold${labelText(labels) && ` for ${labelText(labels)}`}.`;
  const level = LEVELS.find((one) => rule[one] !== undefined);
  const limit = level === undefined ? null : (rule[level]?.enter ?? null);
  const limits = limit === null ? '' : `; the ${level} level begins at ${figure(rule, limit)}`;
  const subject = subjectOf(rule, labels);
  if (value === null) return `${subject} gives no cause for complaint${limits}.`;
  switch (rule.kind) {
    case 'threshold':
      return `${subject} is ${figure(rule, value)}${limits}.`;
    case 'absence':
      return `${subject} ${rule.unchanged ? 'changed' : 'was measured'} ${spanOf(1_000 * value)} ago${limits}.`;
    case 'trend':
      return `${subject} would cross ${quantity(rule.limit, rule.unit)} in ${spanOf(1_000 * value)}${limits}.`;
    default:
      return `The figure of ${subject} (${rule.kind}) is ${figure(rule, value)}${limits}.`;
  }
}

/** What was found, as the first half of a sentence. */
function figureText(rule: Exclude<Rule, { kind: 'composite' }>, finding: Finding): string {
  const { value, labels, memory } = finding;
  const series = rule.kind === 'count' ? '' : `${rule.signal}${labelText(labels)}`;
  switch (rule.kind) {
    case 'threshold':
      return `${series} is ${quantity(value, rule.unit)}`;
    case 'rate':
      return `${series} changes by ${quantity(value, rule.unit)} in ${spanOf(rule.perMs)}`;
    case 'absence':
      return memory?.kind === 'absence' && rule.unchanged && memory.last !== null
        ? `${series} has stayed at ${plain(memory.last)}, or not been measured, for ${spanOf(1_000 * value)}`
        : `${series} has not been measured for ${spanOf(1_000 * value)}`;
    case 'ratio': {
      const window = rule.windowMs === null ? '' : ` over ${spanOf(rule.windowMs)}`;
      return `${series} is ${quantity(value, rule.unit)} of ${rule.to}${window}`;
    }
    case 'past':
      return memory?.kind === 'past' && memory.compared
        ? `${series} is ${plain(memory.compared.value)} on average; at this hour of other days it was ${plain(memory.compared.usual)}, so it is ${departure(value, rule.side)} than usual`
        : `${series} is unlike other days`;
    case 'degradation':
      return memory?.kind === 'degradation' && memory.compared
        ? `${series} has a median of ${plain(memory.compared.value)} over ${spanOf(rule.windowMs)}; before that it was ${plain(memory.compared.usual)}, so it is ${departure(value, rule.side)}`
        : `${series} has become worse`;
    case 'trend':
      return trendText(rule, series, finding);
    case 'count':
      return countText(rule, finding);
  }
}

function limitText(rule: Exclude<Rule, { kind: 'composite' }>, finding: Finding): string {
  const { value, limit, level } = finding;
  const threshold = rule[level];
  const [over, under] = sideOf(rule) === 'above' ? ['over', 'under'] : ['under', 'over'];
  const sign = over === 'over' ? 1 : -1;
  const number = (one: number): string => figure(rule, one);
  // The condition outlasts the value that made it, by its `leave` and its `keepFor`.
  if (sign * value < sign * limit)
    return `: it was ${over} the limit of ${number(limit)}, and ends when it stays ${under} ${number(threshold?.leave ?? limit)} for ${spanOf(threshold?.keepForMs ?? rule.keepForMs)}`;
  return value === limit ? `, at the limit of ${number(limit)}` : `, ${over} the limit of ${number(limit)}`;
}

/** A limit in the words of the figure that it belongs to. */
function figure(rule: Exclude<Rule, { kind: 'composite' }>, value: number): string {
  switch (rule.kind) {
    case 'absence':
    case 'trend':
      return spanOf(1_000 * value);
    case 'past':
    case 'degradation':
      return quantity(value, 'ratio');
    case 'count':
      return plain(value);
    default:
      return quantity(value, rule.unit);
  }
}

const departure = (share: number, side: 'above' | 'below'): string =>
  `${plain(Math.abs(100 * share))} % ${share >= 0 === (side === 'above') ? 'higher' : 'lower'}`;

function trendText(
  rule: Extract<Rule, { kind: 'trend' }>,
  series: string,
  { memory, nowMs }: Finding,
): string {
  const crossing = memory?.kind === 'trend' ? memory.crossing : null;
  if (crossing === null) return `${series} no longer nears ${quantity(rule.limit, rule.unit)}`;
  const { atMs, earliestMs, latestMs, slopePerMinute, sure } = crossing;
  const inTime = (ms: number): string => spanOf(Math.max(0, ms - nowMs));
  const direction = slopePerMinute > 0 ? 'rises' : 'falls';
  const latest = latestMs === null ? 'any time later, or never' : inTime(latestMs);
  return (
    `${series} ${direction} by ${quantity(Math.abs(slopePerMinute), rule.unit)} a minute and crosses ` +
    `${quantity(rule.limit, rule.unit)} in ${inTime(atMs)} if it goes on so (between ${inTime(earliestMs)} and ${latest}; ` +
    `${Math.min(99.9, Math.floor(1_000 * sure) / 10)} % sure that it ${direction})`
  );
}

function countText({ occurrence, windowMs }: CountRule, { value, labels }: Finding): string {
  const times = `${plain(value)} ${value === 1 ? 'time' : 'times'} in ${spanOf(windowMs)}`;
  if (occurrence.of === 'starts')
    return `The condition ${occurrence.rule}${labelText(labels)} started ${times}`;
  const series = `${occurrence.signal}${labelText(labels)}`;
  switch (occurrence.of) {
    case 'changes':
      return `${series} changed ${times}`;
    case 'crossings':
      return `${series} went ${occurrence.side} ${plain(occurrence.at)} ${times}`;
    case 'increase':
      return `${series} counted ${plain(value)} in ${spanOf(windowMs)}`;
  }
}

/** The reasons of those conditions that hold, once each. */
function composedReason({ level, labels, composed }: Finding): string {
  const levels = LEVELS.filter((one) => rankOf(one) >= rankOf(level));
  const reasons = new Set(levels.flatMap((one) => composed?.reasons[one]?.() ?? []));
  const about = labelText(labels) === '' ? '' : ` for ${labelText(labels)}`;
  if (reasons.size === 0) return `What it looks for holds${about}, by what is not wrong.`;
  if (reasons.size === 1) return [...reasons].join('');
  return `${reasons.size} things hold together${about}: ${[...reasons].join(' ')}`;
}
