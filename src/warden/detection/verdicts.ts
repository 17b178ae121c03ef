import type { Labels } from '../metrics/index.ts';
import type { Condition } from './condition.ts';
import { LEVELS, rankOf, type Level } from './level.ts';
import { isUnknown } from './missing.ts';
import { spanOf } from './quantity.ts';
import { calmText, subjectOf } from './reasons.ts';
import type { Rule } from './rule.ts';
import { EVIDENCE_STEP_MS } from './step.ts';
import type { Judgement, SeriesState } from './state.ts';

/** How one series of a rule stands. */
export interface SeriesVerdict {
  readonly labels: Labels;
  /** `waiting`: there is no figure yet, and not for long enough to call it unknown. */
  readonly verdict: 'well' | 'waiting' | 'unknown' | Level;
  /** One plain sentence. */
  readonly reason: string;
  /** The last figure, in the unit of the rule; null where there is none. */
  readonly value: number | null;
  /** Wall-clock time since when the condition holds; null while there is none. */
  readonly since: number | null;
}

/** How each series of a rule stands, the gravest first. Pure; made when somebody asks, not in each turn. */
export function verdictsOf(rule: Rule, { at, rules }: Judgement): readonly SeriesVerdict[] {
  const series = rules.find((state) => state.rule === rule.name)?.series ?? [];
  return series
    .map((state) => verdictOf(rule, state, at?.wallMs ?? 0))
    .toSorted((a, b) => gravityOf(b) - gravityOf(a));
}

const GRAVITY = { well: -2, waiting: -1, unknown: 0 } as const;
const gravityOf = ({ verdict }: SeriesVerdict): number =>
  verdict === 'well' || verdict === 'waiting' || verdict === 'unknown' ? GRAVITY[verdict] : rankOf(verdict);

function verdictOf(rule: Rule, state: SeriesState, now: number): SeriesVerdict {
  const { labels, firing, missingMs } = state;
  const value = latest(state, now);
  const own = { labels, value, since: firing?.condition.since ?? null };
  const subject = subjectOf(rule, labels);
  if (firing !== null)
    return { ...own, verdict: firing.condition.level, reason: firingText(firing.condition, state) };
  if (isUnknown(rule, state)) return { ...own, verdict: 'unknown', reason: unknownText(rule, state) };
  if (missingMs !== null)
    return { ...own, verdict: 'waiting', reason: `Nothing is known of ${subject} yet.` };
  const coming = pendingText(rule, state);
  return { ...own, verdict: 'well', reason: coming ?? calmText(rule, labels, value) };
}

/** The newest figure is kept once in a while; an old one is of a time before there was none. */
function latest({ evidence, missingMs }: SeriesState, now: number): number | null {
  const [at, value] = evidence.slice(-2);
  return missingMs === null && at !== undefined && now - at < EVIDENCE_STEP_MS ? (value ?? null) : null;
}

/** What was found lasts while nobody measures, and that is to be said. */
const firingText = ({ reason }: Condition, { missingMs }: SeriesState): string =>
  missingMs === null || missingMs === 0
    ? reason
    : `${reason} It has not been known for ${spanOf(missingMs)} now.`;

function unknownText(rule: Rule, { labels, isAwaited, missingMs }: SeriesState): string {
  const subject = subjectOf(rule, labels);
  return isAwaited
    ? `${subject} was never measured: the name may be wrong, or what measures it is off.`
    : `${subject} has not been known for ${spanOf(missingMs ?? 0)}.`;
}

/** The gravest level that is about to begin. */
function pendingText(rule: Rule, { labels, latches }: SeriesState): string | null {
  const level = LEVELS.findLast((one) => latches[one]?.on === false);
  if (level === undefined) return null;
  const threshold = rule[level];
  const own = threshold !== undefined && 'enter' in threshold ? threshold.forMs : undefined;
  const forMs = spanOf(own ?? rule.forMs);
  return `${subjectOf(rule, labels)} has called for ${level} for ${spanOf(latches[level]?.turningMs ?? 0)}; it starts after ${forMs}.`;
}
