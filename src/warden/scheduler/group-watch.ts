import { RingBuffer, type Clock } from '../../kernel/index.ts';
import {
  judgeGroup,
  judgeJobs,
  sumUp,
  type GroupHealth,
  type GroupStatus,
  type RunFigures,
} from './group-health.ts';
import type { JobRunner } from './job-runner.ts';
import type { RunRecord } from './ledger.ts';
import type { SchedulerSettings } from './scheduler-api.ts';

const WINDOW_MS = 3_600_000;
const RUNS_WATCHED = 1_000;

/** Figures of runs are kept for so long at most: then the oldest may have left the window. */
const KEEP_MS = 60_000;

interface Ended {
  readonly endedMs: number;
  readonly record: RunRecord;
}

/** What a look at the groups asks for. */
export interface Findings {
  /** Groups whose status is another than at the last look. */
  readonly changed: readonly GroupHealth[];
  /** Why the scheduler is to restart itself; null when it is not. */
  readonly restart: string | null;
  readonly escalated: { readonly restarts: number; readonly reasons: readonly string[] } | null;
}

function byGroup(runners: readonly JobRunner[]): ReadonlyMap<string, readonly JobRunner[]> {
  const groups = new Map<string, JobRunner[]>();
  for (const runner of runners) {
    const { group } = runner.options;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [runner]);
    else members.push(runner);
  }
  return groups;
}

/** Keeps what groups are judged by, and notes for how long it has been critical. */
export class GroupWatch {
  readonly #clock: Clock;
  readonly #settings: SchedulerSettings;
  readonly #sinceMs: number;
  readonly #ended = new Map<string, RingBuffer<Ended>>();
  readonly #figures = new Map<
    string,
    { readonly untilMs: number; readonly fromMs: number; readonly runs: RunFigures }
  >();
  readonly #statuses = new Map<string, GroupStatus>();
  #criticalSinceMs: number | null = null;
  #restarts = 0;

  constructor(clock: Clock, settings: SchedulerSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#sinceMs = clock.monotonic();
  }

  ended(record: RunRecord): void {
    const ring = this.#ended.get(record.group) ?? new RingBuffer<Ended>(RUNS_WATCHED);
    this.#ended.set(record.group, ring);
    this.#figures.delete(record.group);
    ring.push({ endedMs: this.#clock.monotonic(), record });
  }

  /** The group has no job any more. */
  forget(group: string): void {
    this.#ended.delete(group);
    this.#figures.delete(group);
    this.#statuses.delete(group);
  }

  judge(runners: readonly JobRunner[]): readonly GroupHealth[] {
    return [...byGroup(runners)].map(([group, members]) => this.#healthOf(group, members));
  }

  /** Cheap where all is well: it comes every few seconds, and there may be many thousands of jobs. */
  look(runners: readonly JobRunner[]): Findings {
    const nowMs = this.#clock.monotonic();
    const changed: GroupHealth[] = [];
    const grave: string[] = [];
    for (const [group, members] of byGroup(runners)) {
      const troubled = members.filter((runner) => !runner.isCalm(nowMs)).map((runner) => runner.facts(nowMs));
      const newestMs = this.#ended.get(group)?.at(-1)?.endedMs ?? -Infinity;
      const hasRuns = newestMs > nowMs - WINDOW_MS;
      const { status, reasons } = judgeJobs(troubled, hasRuns, this.#settings.missedAfterMs);
      if (status === 'critical') grave.push(...reasons);
      if (this.#statuses.get(group) === status) continue;
      this.#statuses.set(group, status);
      changed.push(this.#healthOf(group, members));
    }
    return { changed, ...this.#decide(grave) };
  }

  #healthOf(group: string, members: readonly JobRunner[]): GroupHealth {
    const nowMs = this.#clock.monotonic();
    const { runs, fromMs } = this.#figuresOf(group, nowMs);
    return judgeGroup({
      group,
      jobs: members.map((runner) => runner.facts(nowMs)),
      runs,
      watchedMs: Math.min(WINDOW_MS, nowMs - fromMs),
      missedAfterMs: this.#settings.missedAfterMs,
    });
  }

  #figuresOf(group: string, nowMs: number): { readonly fromMs: number; readonly runs: RunFigures } {
    const kept = this.#figures.get(group);
    if (kept !== undefined && nowMs < kept.untilMs) return kept;
    const ring = this.#ended.get(group);
    const recent = [...(ring ?? [])].filter(({ endedMs }) => endedMs > nowMs - WINDOW_MS);
    const isFull = ring !== undefined && ring.length === ring.capacity;
    const figures = {
      untilMs: nowMs + KEEP_MS,
      fromMs: isFull ? (recent[0]?.endedMs ?? nowMs) : this.#sinceMs,
      runs: sumUp(recent.map(({ record }) => record)),
    };
    this.#figures.set(group, figures);
    return figures;
  }

  #decide(reasons: readonly string[]): Omit<Findings, 'changed'> {
    const nowMs = this.#clock.monotonic();
    const nothing = { restart: null, escalated: null };
    if (reasons.length === 0) {
      this.#criticalSinceMs = null;
      this.#restarts = 0;
      return nothing;
    }
    this.#criticalSinceMs ??= nowMs;
    const { criticalMs, mostRestarts } = this.#settings;
    if (nowMs - this.#criticalSinceMs < criticalMs) return nothing;
    this.#criticalSinceMs = nowMs;
    this.#restarts += 1;
    if (this.#restarts <= mostRestarts)
      return { restart: `critical for ${criticalMs / 1_000} s: ${reasons.join('; ')}`, escalated: null };
    if (this.#restarts > mostRestarts + 1) return nothing;
    return { restart: null, escalated: { restarts: mostRestarts, reasons } };
  }
}
