import { phaseOf } from './averages.ts';
import { isComposed, readComposed } from './composed-reading.ts';
import type { Composed } from './compose.ts';
import type { Condition, ConditionChange } from './condition.ts';
import { labelKey } from './labels.ts';
import { stepLatch, type Latch, type Stand } from './latch.ts';
import { LEVELS, type Level, type PerLevel } from './level.ts';
import { readFigure, type Input } from './reading.ts';
import { reasonOf } from './reasons.ts';
import { sideOf, type Rule } from './rule.ts';
import type { SeriesState } from './state.ts';
import type { Tick } from './tick.ts';

/**
 * One series of one rule goes on by one turn; what is to be told is added to `changes`. Of a condition that goes on, figure
 * and sentence are renewed with its evidence.
 */
export function stepSeries(
  rule: Rule,
  state: SeriesState,
  input: Input | Composed | null,
  tick: Tick,
  changes: ConditionChange[],
): SeriesState {
  const { firing } = state;
  const isAwaited = state.isAwaited && input === null;
  const composed = input !== null && isComposed(input) ? input : null;
  const heldMs = firing === null ? null : tick.now.monotonicMs - firing.startedMs;
  const { value, memory } =
    rule.kind === 'composite'
      ? readComposed(composed)
      : readFigure(rule, state.memory, input !== null && isComposed(input) ? null : input, tick, heldMs);
  if (Number.isNaN(value)) {
    const missingMs = state.missingMs === null ? 0 : state.missingMs + tick.passedMs;
    return { ...state, isAwaited, missingMs, memory };
  }
  // The time in which it was missing has not been observed.
  const passedMs = state.missingMs === null ? tick.passedMs : 0;
  const latches = stepLatches(rule, state.latches, passedMs, (level) =>
    composed ? standOfComposed(composed, level) : standOf(rule, level, value),
  );
  const evidence = withEvidence(rule, state, value, tick.now.wallMs);
  const level = levelOf(latches);
  // Written out: spreading a state costs more than all of the judging.
  const goOn = (firing: SeriesState['firing'], starts = state.starts): SeriesState => ({
    labels: state.labels,
    isAwaited,
    missingMs: null,
    latches,
    firing,
    starts,
    evidence,
    memory,
  });
  const isSaid =
    level === (firing?.condition.level ?? null) && (firing === null || evidence === state.evidence);
  if (isSaid) {
    const isSame =
      latches === state.latches &&
      evidence === state.evidence &&
      memory === state.memory &&
      state.missingMs === null &&
      isAwaited === state.isAwaited;
    return isSame ? state : goOn(firing);
  }
  const shown = Number.isFinite(value) ? value : (firing?.condition.value ?? 0);
  if (level === null && firing !== null) {
    const { condition, startedMs } = firing;
    const ended = { ...condition, value: shown };
    changes.push({ kind: 'ended', condition: ended, durationMs: tick.now.monotonicMs - startedMs });
    return goOn(null);
  }
  const since = firing?.condition.since ?? tick.now.wallMs;
  const known = { labels: state.labels, evidence, memory, composed, since };
  const condition = conditionOf(rule, known, level ?? 'warning', shown, tick);
  if (firing === null) {
    changes.push({ kind: 'started', condition });
    return goOn({ condition, startedMs: tick.now.monotonicMs }, state.starts + 1);
  }
  if (firing.condition.level !== condition.level)
    changes.push({ kind: 'changed', condition, from: firing.condition.level });
  return goOn({ condition, startedMs: firing.startedMs });
}

function stepLatches(
  rule: Rule,
  before: PerLevel<Latch>,
  passedMs: number,
  standFor: (level: Level) => Stand,
): PerLevel<Latch> {
  let after: { [L in Level]?: Latch | undefined } | null = null;
  let graver = false;
  // The gravest first: while it begins, those below hold as well, however long they would have waited.
  for (let place = LEVELS.length - 1; place >= 0; place--) {
    const level = LEVELS[place] ?? 'warning';
    const own = rule[level];
    if (own === undefined) continue;
    const stand = standFor(level);
    const was = before[level];
    const times = 'enter' in own ? own : undefined;
    let latch = stepLatch(was, stand, passedMs, {
      forMs: times?.forMs ?? rule.forMs,
      keepForMs: times?.keepForMs ?? rule.keepForMs,
    });
    if (graver && stand !== 'under' && latch?.on !== true) latch = { on: true, turningMs: null };
    graver ||= latch?.on === true && was?.on !== true;
    if (latch === was) continue;
    after ??= { ...before };
    after[level] = latch;
  }
  return after ?? before;
}

function standOf(rule: Rule, level: Level, value: number): Stand {
  const threshold = rule[level];
  if (threshold === undefined || !('enter' in threshold)) return 'under';
  const sign = sideOf(rule) === 'above' ? 1 : -1;
  const enter = sign * threshold.enter;
  if (sign * value >= enter) return 'over';
  return sign * value >= Math.min(sign * threshold.leave, enter) ? 'between' : 'under';
}

/** What is open changes nothing. */
function standOfComposed({ holds }: Composed, level: Level): Stand {
  if (holds[level] === true) return 'over';
  return holds[level] === null ? 'between' : 'under';
}

function levelOf(latches: PerLevel<Latch>): Level | null {
  let gravest: Level | null = null;
  for (const level of LEVELS) if (latches[level]?.on === true) gravest = level;
  return gravest;
}

/** Figures are kept so far apart. */
export const EVIDENCE_STEP_MS = 5_000;
const EVIDENCE_PAIRS = 8;

/** One figure in 5 s, the newest eight. The second one comes sooner, so that not all series are due in the same turn. */
function withEvidence(
  rule: Rule,
  { labels, evidence: before }: SeriesState,
  value: number,
  wallMs: number,
): readonly number[] {
  if (!Number.isFinite(value)) return before;
  const sinceMs = wallMs - (before[before.length - 2] ?? -Infinity);
  const soonerMs = before.length === 2 ? phaseOf(rule.name + labelKey(labels), EVIDENCE_STEP_MS) : 0;
  if (sinceMs >= 0 && sinceMs < EVIDENCE_STEP_MS - soonerMs) return before;
  const kept = before.slice(before.length >= 2 * EVIDENCE_PAIRS ? 2 - 2 * EVIDENCE_PAIRS : 0);
  kept.push(wallMs, value);
  return kept;
}

/** What is known of a series when its condition is made. */
interface Known extends Pick<SeriesState, 'labels' | 'evidence' | 'memory'> {
  readonly composed: Composed | null;
  readonly since: number;
}

function conditionOf(rule: Rule, known: Known, level: Level, value: number, tick: Tick): Condition {
  const { labels, memory, composed, evidence, since } = known;
  const threshold = rule[level];
  const limit = threshold !== undefined && 'enter' in threshold ? threshold.enter : 1;
  const { wallMs, monotonicMs } = tick.now;
  return {
    rule: rule.name,
    labels,
    level,
    since,
    value,
    limit,
    unit: rule.unit,
    reason: reasonOf(rule, { labels, memory, composed, level, value, limit, nowMs: monotonicMs }),
    evidence: pairsOf(evidence, wallMs, value),
    nextSteps: rule.nextSteps,
  };
}

function pairsOf(evidence: readonly number[], wallMs: number, value: number): Condition['evidence'] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < evidence.length; at += 2) pairs.push([evidence[at] ?? 0, evidence[at + 1] ?? 0]);
  if (pairs.at(-1)?.[0] !== wallMs) pairs.push([wallMs, value]);
  return pairs;
}
