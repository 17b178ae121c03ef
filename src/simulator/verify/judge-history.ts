import type { TokenStatus } from '../../contract/index.ts';
import { clip, gaps, lengthMs, type Span } from '../market/spans.ts';
import type { Timeline } from '../market/timeline.ts';

/** One status of a token, as the journal tells it. Times in ms since the epoch. */
export interface StatusSpan extends Span {
  readonly status: TokenStatus;
  /** The transition that ended it; undefined at the end of the run. */
  readonly next: { readonly to: TokenStatus; readonly reason: string } | undefined;
}

export type MoveKind = 'activation' | 'demotion' | 'archival' | 'timeout' | 'return';

/** The rules of a token's life, and how late each may be followed. */
export interface LifeRules {
  readonly minScore: number;
  /** Without the condition for so long, an active token goes back. */
  readonly demoteAfterMs: number;
  /** Below the least score, or in monitoring, for so long, a token is archived. */
  readonly archiveAfterMs: number;
  /** Trades in 5 minutes that bring an archived token back. */
  readonly returnTrades: number;
  /** When transitions for worse of tokens in a status were held, because many would have come at once. */
  readonly held: Readonly<Record<TokenStatus, readonly Span[]>>;
  /** By kind: how long after it was due a transition must have happened. Time in which it was held does not count. */
  readonly allowedMs: Readonly<Record<MoveKind, number>>;
}

/** A transition that was due, and how long afterwards it came; without the time in which it was held. */
export interface Followed {
  readonly kind: MoveKind;
  readonly delayMs: number;
}

/** Where status and truth disagree. */
export interface Disagreement {
  readonly kind: MoveKind | 'unexplained';
  readonly atMs: number;
  readonly why: string;
}

export interface HistoryVerdict {
  readonly followed: readonly Followed[];
  readonly disagreements: readonly Disagreement[];
}

/** A read is made of the market's minute, and takes a moment itself. */
const READ_MS = 120_000;
const HOUR_MS = 3_600_000;

/**
 * Judges what the service made of a token by what is true of it: each status must end within the allowed time once the
 * truth has said for so long that it must, and no status may end without that. Each status is judged from when it
 * really began, so one late step is told once. Pure.
 *
 * What it leaves open: a truth that holds for less than the allowed time may be followed or not; a score is taken
 * without smoothing, so archival is only called wrong when the true score was high enough for over 15 minutes of the
 * twelve hours, and only called missing when it never was.
 */
export function judgeHistory(
  history: readonly StatusSpan[],
  timeline: Timeline,
  rules: LifeRules,
): HistoryVerdict {
  const verdicts = history.map((span) => {
    if (span.status === 'monitoring') return judgeMonitoring(span, timeline, rules);
    return span.status === 'active'
      ? judgeActive(span, timeline, rules)
      : judgeArchived(span, timeline, rules);
  });
  return {
    followed: verdicts.flatMap(({ followed }) => followed),
    disagreements: verdicts.flatMap(({ disagreements }) => disagreements),
  };
}

function judgeMonitoring(span: StatusSpan, timeline: Timeline, rules: LifeRules): HistoryVerdict {
  const { fromMs, toMs, next } = span;
  const eligible = timeline.eligible(fromMs, toMs + 1);
  const timeoutMs = fromMs + rules.archiveAfterMs;
  const late = [
    ...missed(eligible, span, rules, 'activation', 'it was eligible and not activated'),
    ...missed([{ fromMs: timeoutMs, toMs }], span, rules, 'timeout', 'it was in monitoring for too long'),
  ];
  if (next === undefined) return { followed: [], disagreements: late };
  if (next.to === 'active') {
    const cause = lastBefore(eligible, toMs);
    if (cause === undefined)
      return wrong(late, span, `it was activated (${next.reason}) and was not eligible`);
    return followedBy('activation', cause.fromMs, span, rules, late);
  }
  if (next.to !== 'archived') return wrong(late, span, `from monitoring to ${next.to}`);
  if (toMs < timeoutMs) return wrong(late, span, `it was archived before its time (${next.reason})`);
  return followedBy('timeout', timeoutMs, span, rules, late);
}

function judgeActive(span: StatusSpan, timeline: Timeline, rules: LifeRules): HistoryVerdict {
  const { fromMs, toMs, next } = span;
  const without = gaps(timeline.eligible(fromMs, toMs + 1), fromMs, toMs + 1)
    .map((gap) => ({ ...gap, fromMs: gap.fromMs + rules.demoteAfterMs }))
    .filter((gap) => gap.toMs > gap.fromMs);
  const above = timeline.scoreAtLeast(rules.minScore, fromMs, toMs);
  const below = gaps(above, fromMs, toMs)
    .map((gap) => ({ ...gap, fromMs: gap.fromMs + rules.archiveAfterMs }))
    .filter((gap) => gap.toMs > gap.fromMs);
  const late = [
    ...missed(without, span, rules, 'demotion', 'it was not eligible any more and stayed active'),
    ...missed(below, span, rules, 'archival', 'its score had been too low for twelve hours and stayed so'),
  ];
  if (next === undefined) return { followed: [], disagreements: late };
  if (next.to === 'monitoring') {
    const cause = lastBefore(without, toMs);
    if (cause === undefined) return wrong(late, span, `it was demoted (${next.reason}) and was eligible`);
    return followedBy('demotion', cause.fromMs, span, rules, late);
  }
  if (next.to !== 'archived') return wrong(late, span, `from active to ${next.to}`);
  const high = lengthMs(clip(above, toMs - rules.archiveAfterMs, toMs));
  if (toMs - fromMs < rules.archiveAfterMs || high > HOUR_MS / 4)
    return wrong(late, span, `it was archived (${next.reason}) and its score was high enough`);
  const dueMs =
    (above.findLast((one) => one.toMs <= toMs - rules.archiveAfterMs)?.toMs ?? fromMs) + rules.archiveAfterMs;
  return followedBy('archival', Math.min(dueMs, toMs), span, rules, late);
}

function judgeArchived(span: StatusSpan, timeline: Timeline, rules: LifeRules): HistoryVerdict {
  const { fromMs, toMs, next } = span;
  const busy = timeline.busy(rules.returnTrades, fromMs, toMs + 1);
  // Bursts make a busy token dip below the limit for a minute: a row of spans with short breaks is one.
  const rows = join(busy, 10 * 60_000);
  const late = missed(rows, span, rules, 'return', 'it was busy and stayed archived');
  if (next === undefined) return { followed: [], disagreements: late };
  if (next.to !== 'monitoring') return wrong(late, span, `from archived to ${next.to}`);
  const cause = lastBefore(rows, toMs);
  if (cause === undefined) return wrong(late, span, `it came back (${next.reason}) and was not busy`);
  return followedBy('return', cause.fromMs, span, rules, late);
}

/** The first span that called for a transition for longer than allowed. */
function missed(
  due: readonly Span[],
  span: StatusSpan,
  rules: LifeRules,
  kind: MoveKind,
  why: string,
): Disagreement[] {
  const first = clip(due, span.fromMs, span.toMs).find(
    (one) => freeMs(one, span.status, kind, rules) > rules.allowedMs[kind],
  );
  if (first === undefined) return [];
  const minutes = Math.round(freeMs(first, span.status, kind, rules) / 60_000);
  return [{ kind, atMs: first.fromMs, why: `${why} for ${minutes} min` }];
}

function followedBy(
  kind: MoveKind,
  dueMs: number,
  { status, fromMs, toMs }: StatusSpan,
  rules: LifeRules,
  disagreements: readonly Disagreement[],
): HistoryVerdict {
  const delayMs = freeMs({ fromMs: Math.max(fromMs, dueMs), toMs }, status, kind, rules);
  return { followed: [{ kind, delayMs }], disagreements };
}

/** How long a span lasts without the time in which its transition was held. Only those for worse ever are. */
function freeMs(span: Span, status: TokenStatus, kind: MoveKind, { held }: LifeRules): number {
  const whole = span.toMs - span.fromMs;
  if (kind === 'activation' || kind === 'return') return whole;
  return whole - lengthMs(clip(held[status], span.fromMs, span.toMs));
}

/** The last span that holds, or has held a moment ago, at a time. */
const lastBefore = (spans: readonly Span[], atMs: number): Span | undefined =>
  spans.findLast((span) => span.fromMs <= atMs && span.toMs >= atMs - READ_MS);

function join(spans: readonly Span[], breakMs: number): Span[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.fromMs - last.toMs <= breakMs) last.toMs = span.toMs;
    else joined.push({ ...span });
  }
  return joined;
}

const wrong = (late: readonly Disagreement[], { toMs }: Span, why: string): HistoryVerdict => ({
  followed: [],
  disagreements: [...late, { kind: 'unexplained', atMs: toMs, why }],
});
