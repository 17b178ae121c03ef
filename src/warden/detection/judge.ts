import { compose, type Composed, type JudgedRule } from './compose.ts';
import type { Condition, ConditionChange } from './condition.ts';
import { inputsOf, indexSamples, type PastSample, type SampleIndex } from './inputs.ts';
import { NO_LABELS, labelKey, sameLabels } from './labels.ts';
import { isUnknown, missingOf, type Missing } from './missing.ts';
import { measureOf } from './measure.ts';
import { inOrder } from './plan.ts';
import type { Input } from './reading.ts';
import { signalOf, type Moment, type Rule, type Sample } from './rule.ts';
import { newSeries, MAX_SERIES, type Judgement, type RuleState, type SeriesState } from './state.ts';
import { stepSeries } from './step.ts';
import { tickOf, type Tick } from './tick.ts';

/** The outcome of one turn. */
export interface Judged {
  readonly judgement: Judgement;
  readonly conditions: readonly Condition[];
  readonly changes: readonly ConditionChange[];
  /** Essential signals that cannot be measured now. */
  readonly unknown: readonly string[];
  /** Everything that has been missing for longer than its rule lets pass. */
  readonly missing: readonly Missing[];
  /** Rules that could not be judged because they are broken. They stay as they were, and stop no other one. */
  readonly failed: readonly { readonly rule: string; readonly error: unknown }[];
}

/** More that a turn may bring. */
export interface JudgeOptions {
  /** What signals were at this hour of other days, for rules that compare with it. */
  readonly past?: readonly PastSample[] | undefined;
  /** Usual time between turns, in ms: what is far beyond it is an interruption. */
  readonly turnMs?: number | undefined;
}

/** A series with labels that has not been measured for so long is forgotten. */
const FORGOTTEN_MS = 3_600_000;
/** Of a rule that looks for silence: that has been told for a day. */
const FORGOTTEN_SILENT_MS = 86_400_000;

/**
 * Holds each rule against the samples of this turn. Pure and incremental: state and samples in, state and changes out, and a
 * series whose figure says nothing new costs no memory. A rule without a value stays as it was.
 */
export function judge(
  before: Judgement,
  samples: readonly Sample[],
  rules: readonly Rule[],
  now: Moment,
  { past = [], turnMs = 1_000 }: JudgeOptions = {},
): Judged {
  const tick = tickOf(before.at, now, turnMs);
  const index = indexSamples(samples, past);
  const order = inOrder(rules);
  const judged = new Map<string, JudgedRule>();
  const out: Outcome = { changes: [], conditions: [], missing: [], failed: [] };
  const states = order.map((rule, place) => {
    const at = before.rules[place];
    const named = at?.rule === rule.name ? at : before.rules.find((state) => state.rule === rule.name);
    const measure = measureOf(rule);
    const known = named?.measure === measure ? named : null;
    const state = contained(rule, known ?? { rule: rule.name, measure, series: [], refused: 0 }, out, (own) =>
      judgeRule(rule, own, index, judged, tick, out),
    );
    judged.set(rule.name, { rule, state });
    return state;
  });
  endOthers(before, states, tick, out);
  const essential = new Set(order.filter((rule) => rule.essential).map(({ name }) => name));
  const unknown = out.missing.filter(({ rule }) => essential.has(rule)).map(({ signal }) => signal);
  return { judgement: { at: now, rules: states }, ...out, unknown: [...new Set(unknown)] };
}

interface Outcome {
  readonly changes: ConditionChange[];
  readonly conditions: Condition[];
  readonly missing: Missing[];
  readonly failed: { readonly rule: string; readonly error: unknown }[];
}

/** A rule that throws stays as it was, with its conditions; nothing of its turn is told. */
function contained(
  rule: Rule,
  before: RuleState,
  out: Outcome,
  judgeIt: (before: RuleState) => RuleState,
): RuleState {
  const [changes, conditions, missing] = [out.changes.length, out.conditions.length, out.missing.length];
  try {
    return judgeIt(before);
  } catch (error) {
    out.changes.length = changes;
    out.conditions.length = conditions;
    out.missing.length = missing;
    for (const { firing } of before.series) if (firing) out.conditions.push(firing.condition);
    if (rule.essential) out.missing.push(missingOf(rule, newSeries(NO_LABELS)));
    out.failed.push({ rule: rule.name, error });
    return before;
  }
}

function judgeRule(
  rule: Rule,
  before: RuleState,
  index: SampleIndex,
  judged: ReadonlyMap<string, JudgedRule>,
  tick: Tick,
  out: Outcome,
): RuleState {
  const composed = rule.kind === 'composite' ? compose(rule, judged) : null;
  const inputs: readonly (Input | Composed)[] =
    rule.kind === 'composite' ? (composed ?? []) : inputsOf(rule, index, judged);
  const { known, brought, refused } = pair(rule, before, inputs);
  let isSame = known.length === before.series.length && refused === before.refused;
  const series: SeriesState[] = [];
  for (let place = 0; place < known.length; place++) {
    const input = brought[place] ?? null;
    const state = known[place] ?? newSeries(input?.labels ?? NO_LABELS);
    const next = isForgotten(rule, state) ? null : stepSeries(rule, state, input, tick, out.changes);
    if (next === null) {
      end(state, FORGOTTEN, tick, out);
      isSame = false;
      continue;
    }
    if (next.firing) out.conditions.push(next.firing.condition);
    if (isUnknown(rule, next)) out.missing.push(missingOf(rule, next));
    isSame &&= next === before.series[place];
    series.push(next);
  }
  return isSame ? before : { rule: rule.name, measure: before.measure, series, refused };
}

/** Each series with what this turn brings to it, side by side; null: a new one, or nothing. */
interface Paired {
  readonly known: readonly (SeriesState | null)[];
  readonly brought: readonly (Input | Composed | null)[];
  readonly refused: number;
}

/** New series come at the end. Of one that is given twice the last one counts. */
function pair(rule: Rule, before: RuleState, inputs: readonly (Input | Composed)[]): Paired {
  const { series, refused } = before;
  // Probes measure the same series in the same order, nearly always.
  if (
    series.length === inputs.length &&
    series.length > 0 &&
    series.every((one, place) => sameLabels(one.labels, inputs[place]?.labels ?? NO_LABELS))
  )
    return { known: series, brought: inputs, refused };
  const byKey = new Map(inputs.map((input) => [labelKey(input.labels ?? NO_LABELS), input]));
  const known: (SeriesState | null)[] = [];
  const brought: (Input | Composed | null)[] = [];
  for (const one of series) {
    const key = labelKey(one.labels);
    const input = byKey.get(key) ?? null;
    byKey.delete(key);
    // Who was waited for has come under another name.
    if (input === null && one.isAwaited && inputs.length > 0 && one.firing === null) continue;
    known.push(one);
    brought.push(input);
  }
  const room = MAX_SERIES - known.length;
  const added = [...byKey.values()].slice(0, room);
  known.push(...added.map(() => null));
  brought.push(...added);
  if (known.length === 0 && signalOf(rule) !== null)
    return { known: [awaited(rule)], brought: [null], refused };
  return { known, brought, refused: byKey.size - added.length };
}

const awaited = (rule: Rule): SeriesState =>
  newSeries('labels' in rule ? (rule.labels ?? NO_LABELS) : NO_LABELS, true);

function isForgotten(rule: Rule, { labels, missingMs, memory, isAwaited }: SeriesState): boolean {
  const isSilent =
    rule.kind === 'absence'
      ? memory?.kind === 'absence' && memory.silentMs >= FORGOTTEN_SILENT_MS
      : missingMs !== null && missingMs >= FORGOTTEN_MS;
  return isSilent && !isAwaited && !sameLabels(labels, NO_LABELS);
}

const FORGOTTEN = 'It has not been measured for so long that it is no longer looked at.';
const NO_RULE = 'The rule that found it is gone, or looks at something else now.';

/** Nobody else would ever end the conditions of a rule that there is no more. */
function endOthers(before: Judgement, states: readonly RuleState[], tick: Tick, out: Outcome): void {
  const isSame = (state: RuleState, place: number): boolean =>
    state.rule === states[place]?.rule && state.measure === states[place].measure;
  if (before.rules.every(isSame)) return;
  const measures = new Map(states.map(({ rule, measure }) => [rule, measure]));
  for (const { rule, measure, series } of before.rules)
    if (measures.get(rule) !== measure) for (const one of series) end(one, NO_RULE, tick, out);
}

function end({ firing }: SeriesState, why: string, { now }: Tick, out: Outcome): void {
  if (firing === null) return;
  const { condition, startedMs } = firing;
  out.changes.push({
    kind: 'ended',
    condition: { ...condition, reason: `${condition.reason} ${why}` },
    durationMs: now.monotonicMs - startedMs,
  });
}
