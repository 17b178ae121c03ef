/** How a heartbeat is judged. Times in ms. */
export interface BeatSettings {
  /** Time between beats. */
  readonly beatMs: number;
  /** Time between looks at a loop that is late or blocked. One that beats is looked at less often. */
  readonly lookMs: number;
  /** A beat that is overdue by so much is missing: the loop is blocked. */
  readonly limitMs: number;
}

/**
 * Beats and looks for a limit. A thread that is woken costs many times what it then does, so there are no more than it
 * needs: a block is sure to be noticed when it lasts for the limit and the time between two beats.
 */
export function beatSettings(limitMs: number): BeatSettings {
  return { limitMs, beatMs: between(20, limitMs / 5, 250), lookMs: between(30, limitMs / 3, 500) };
}

/** What the watching thread knows of the loop. All but `ok` say for how long the beat has been overdue. */
export type LoopState =
  | { readonly kind: 'ok'; readonly beat: number; readonly look: Look }
  | {
      readonly kind: 'late';
      readonly beat: number;
      readonly look: Look;
      readonly overdueMs: number;
    }
  | {
      readonly kind: 'blocked';
      readonly beat: number;
      readonly look: Look;
      readonly overdueMs: number;
      /** The next report is due when it has been overdue for so long. */
      readonly nextReportMs: number;
    };

/** The last look, and how long the next one was to wait for. */
interface Look {
  readonly atMs: number;
  readonly waitMs: number;
}

/** What a look found. `ended` gives the bounds between which the block lasted. */
export type LoopNews =
  | { readonly kind: 'blocked'; readonly overdueMs: number }
  | { readonly kind: 'still-blocked'; readonly overdueMs: number }
  | { readonly kind: 'ended'; readonly beat: number; readonly atLeastMs: number; readonly atMostMs: number };

/** When a block that lasts is told of again. */
const REPORTS_MS = [1_000, 10_000, 60_000, 600_000] as const;
const HOUR_MS = 3_600_000;
/** A late look counts as so many times its wait. */
const MOST_COUNTED = 1.5;
/** Until a loop is blocked, no look counts as more than this share of the limit. */
const MOST_AT_ONCE = 0.5;
/** A look need not be more exact than this share of what it measures. */
const LOOKS_A_BLOCK = 10;

export const firstLook = (beat: number, nowMs: number, { lookMs }: BeatSettings): LoopState => ({
  kind: 'ok',
  beat,
  look: { atMs: nowMs, waitMs: lookMs },
});

/** The first time after `ms` at which a block is told of again. */
export function nextReport(ms: number): number {
  return REPORTS_MS.find((report) => report > ms) ?? (Math.floor(ms / HOUR_MS) + 1) * HOUR_MS;
}

/**
 * Judges one look. Pure.
 *
 * A process that is stopped, or a machine that sleeps, holds up the thread that looks as well. So a look adds to what a
 * beat is overdue half the limit at most: however long both slept, the loop still has the other half to beat in. For the
 * same reason no look is needed before a beat is overdue by half the limit.
 */
export function judgeBeat(
  before: LoopState,
  seen: { readonly beat: number; readonly atMs: number },
  nowMs: number,
  settings: BeatSettings,
): { readonly state: LoopState; readonly news: LoopNews | null } {
  const { beatMs, lookMs, limitMs } = settings;
  const mostMs = Math.min(
    MOST_COUNTED * before.look.waitMs,
    before.kind === 'blocked' ? Infinity : MOST_AT_ONCE * limitMs,
  );
  const passedMs = Math.min(Math.max(0, nowMs - before.look.atMs), mostMs);
  const isSame = seen.beat === before.beat;
  const overdueBefore = isSame && before.kind !== 'ok' ? before.overdueMs : 0;
  const overdueMs = Math.min(overdueBefore + passedMs, Math.max(0, nowMs - seen.atMs - beatMs));
  const ended: LoopNews | null =
    !isSame && before.kind === 'blocked'
      ? {
          kind: 'ended',
          beat: before.beat,
          atLeastMs: before.overdueMs,
          atMostMs: before.overdueMs + passedMs + beatMs,
        }
      : null;
  const lookIn = (waitMs: number): Look => ({ atMs: nowMs, waitMs });

  if (isSame && before.kind === 'blocked') {
    const waitMs = Math.min(Math.max(lookMs, overdueMs / LOOKS_A_BLOCK), Math.max(500, lookMs));
    const look = lookIn(waitMs);
    if (overdueMs < before.nextReportMs) return { state: { ...before, look, overdueMs }, news: null };
    return {
      state: { ...before, look, overdueMs, nextReportMs: nextReport(overdueMs) },
      news: { kind: 'still-blocked', overdueMs },
    };
  }
  // Two news at once do not come: who was blocked until now shows it at the next look.
  if (overdueMs >= limitMs && ended === null) {
    const nextReportMs = nextReport(Math.max(overdueMs, limitMs));
    return {
      state: { kind: 'blocked', beat: seen.beat, look: lookIn(lookMs), overdueMs, nextReportMs },
      news: { kind: 'blocked', overdueMs },
    };
  }
  if (overdueMs > 0) {
    const look = lookIn(Math.max(1, Math.min(lookMs, limitMs - overdueMs)));
    return { state: { kind: 'late', beat: seen.beat, look, overdueMs }, news: ended };
  }
  const halfwayMs = seen.atMs + beatMs + MOST_AT_ONCE * limitMs;
  return {
    state: { kind: 'ok', beat: seen.beat, look: lookIn(Math.max(1, halfwayMs - nowMs)) },
    news: ended,
  };
}

const between = (low: number, value: number, high: number): number =>
  Math.round(Math.min(high, Math.max(low, value)));
