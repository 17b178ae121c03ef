import { Cron } from 'croner';

/** When a job starts: every so often on the monotonic clock, or as a cron pattern says on the wall clock. */
export type Schedule = IntervalSchedule | CronSchedule;

export interface IntervalSchedule {
  /** From planned start to planned start, in ms; at least 1. */
  readonly everyMs: number;
  /** Each start is later by a random part of this share of the interval, 0..1. The plan does not drift by it. Default 0. */
  readonly jitter?: number | undefined;
  /** The first start is now and not after one interval. Default false. */
  readonly startAtOnce?: boolean | undefined;
  /** The first start is so many ms from now. Default: one interval; 0 with `startAtOnce`. */
  readonly firstAfterMs?: number | undefined;
}

export interface CronSchedule {
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** An IANA name. Default: that of the machine. */
  readonly timezone?: string | undefined;
}

/** A schedule made ready. It computes and holds no timer. */
export type CompiledSchedule =
  | { readonly kind: 'interval'; readonly everyMs: number; readonly jitter: number; readonly firstMs: number }
  /** `nextAfter` gives the next time after a wall-clock time; null when there is none. */
  | { readonly kind: 'cron'; readonly nextAfter: (wallMs: number) => number | null };

/** Both clocks at one moment, in ms. */
export interface Moment {
  readonly ms: number;
  readonly wallMs: number;
}

/** The next start of a job. */
export interface Plan {
  /** On the monotonic clock; Infinity when there is none. */
  readonly dueMs: number;
  /** By how much chance has moved it, in ms. */
  readonly offsetMs: number;
  /** The planned wall-clock time of a cron job; null for an interval, and without a start. */
  readonly wallMs: number | null;
}

/** @throws RangeError that names the option, its value and what is allowed. */
export function compileSchedule(schedule: Schedule): CompiledSchedule {
  if ('cron' in schedule) return compileCron(schedule);
  const { everyMs, jitter = 0, startAtOnce = false } = schedule;
  const firstMs = schedule.firstAfterMs ?? (startAtOnce ? 0 : everyMs);
  if (!(Number.isFinite(everyMs) && everyMs >= 1))
    throw new RangeError(`schedule.everyMs must be a number of at least 1, not ${String(everyMs)}`);
  if (!(jitter >= 0 && jitter <= 1))
    throw new RangeError(`schedule.jitter must be a number from 0 to 1, not ${String(jitter)}`);
  if (!(Number.isFinite(firstMs) && firstMs >= 0))
    throw new RangeError(`schedule.firstAfterMs must be a number of at least 0, not ${String(firstMs)}`);
  return { kind: 'interval', everyMs, jitter, firstMs };
}

function compileCron({ cron: pattern, timezone }: CronSchedule): CompiledSchedule {
  let cron: Cron;
  const nextAfter = (wallMs: number): number | null => cron.nextRun(new Date(wallMs))?.getTime() ?? null;
  try {
    cron = new Cron(pattern, timezone === undefined ? {} : { timezone });
    // It looks at the name of a time zone only when it computes.
    nextAfter(0);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(
      `schedule.cron must be a cron pattern in a known time zone, not ${JSON.stringify({ cron: pattern, timezone })}: ${why}`,
      { cause: error },
    );
  }
  return { kind: 'cron', nextAfter };
}

function cronPlan(wallMs: number | null, now: Moment): Plan {
  if (wallMs === null) return { dueMs: Infinity, offsetMs: 0, wallMs: null };
  return { dueMs: now.ms + Math.max(0, wallMs - now.wallMs), offsetMs: 0, wallMs };
}

/** The first start. `chance` is uniform in [0, 1). */
export function firstPlan(schedule: CompiledSchedule, now: Moment, chance: number): Plan {
  if (schedule.kind === 'cron') return cronPlan(schedule.nextAfter(now.wallMs), now);
  const { everyMs, jitter, firstMs } = schedule;
  const offsetMs = chance * jitter * everyMs;
  return { dueMs: now.ms + firstMs + offsetMs, offsetMs, wallMs: null };
}

/** No more of them are counted of a cron job. */
const MOST_MISSED = 100;

/**
 * The start after one that is due now, and how many in between were missed. Planned from the planned start, so that
 * nothing drifts; and after now, so that what was missed does not come in a burst.
 */
export function nextPlan(
  schedule: CompiledSchedule,
  plan: Plan,
  now: Moment,
  chance: number,
): { readonly plan: Plan; readonly missed: number } {
  if (schedule.kind === 'interval') {
    const { everyMs, jitter } = schedule;
    const missed = Math.max(0, Math.floor((now.ms - plan.dueMs) / everyMs));
    const offsetMs = chance * jitter * everyMs;
    const dueMs = plan.dueMs - plan.offsetMs + (missed + 1) * everyMs + offsetMs;
    return { plan: { dueMs, offsetMs, wallMs: null }, missed };
  }
  let missed = 0;
  let next = schedule.nextAfter(plan.wallMs ?? now.wallMs);
  while (next !== null && next <= now.wallMs) {
    missed += 1;
    next = schedule.nextAfter(missed < MOST_MISSED ? next : now.wallMs);
  }
  return { plan: cronPlan(next, now), missed };
}

/**
 * The plan after the wall clock has moved by `jumpMs` against the monotonic one, be it because somebody set it or because
 * the machine slept. Forward, what would have been due meanwhile is due once, now. Back, an interval is not touched; a
 * cron time that had its start (`lastWallMs`) has it again only where the job would otherwise miss a whole period.
 */
export function planAfterJump(
  schedule: CompiledSchedule,
  plan: Plan,
  now: Moment,
  jumpMs: number,
  lastWallMs: number | null,
): Plan {
  if (schedule.kind === 'interval') {
    return jumpMs > 0 && plan.dueMs <= now.ms + jumpMs && plan.dueMs > now.ms
      ? { dueMs: now.ms, offsetMs: 0, wallMs: null }
      : plan;
  }
  if (jumpMs >= 0 || lastWallMs === null || lastWallMs <= now.wallMs) {
    if (plan.wallMs !== null && jumpMs >= 0) return cronPlan(plan.wallMs, now);
    return cronPlan(schedule.nextAfter(now.wallMs), now);
  }
  const following = schedule.nextAfter(lastWallMs);
  const periodMs = following === null ? Infinity : following - lastWallMs;
  return -jumpMs >= periodMs ? cronPlan(schedule.nextAfter(now.wallMs), now) : cronPlan(following, now);
}
