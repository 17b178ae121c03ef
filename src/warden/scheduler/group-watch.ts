import { RingBuffer, type Clock } from '../../kernel/index.ts';
import {
  judgeGroup,
  judgeJobs,
  sumUp,
  type GroupHealth,
  type GroupStatus,
  type JobFacts,
  type RunFigures,
} from './group-health.ts';
import type { JobRunner } from './job-runner.ts';
import type { RunRecord } from './ledger.ts';
import type { SchedulerSettings } from './scheduler-api.ts';

const WINDOW_MS = 3_600_000;
const RUNS_WATCHED = 1_000;

/** Figures of runs are kept for so long at most: then the oldest may have left the window. */
const KEEP_MS = 60_000;

/** What a look at the groups asks for. */
export interface Findings {
  /** Groups whose status is another than at the last look. */
  readonly changed: readonly GroupHealth[];
  /** Why the scheduler is to restart itself; null when it is not. */
  readonly restart: string | null;
  readonly escalated: { readonly restarts: number; readonly reasons: readonly string[] } | null;
}

function byGroup(runners: Iterable<JobRunner>): ReadonlyMap<string, readonly JobRunner[]> {
  const groups = new Map<string, JobRunner[]>();
  for (const runner of runners) {
    const { group } = runner.options;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [runner]);
    else members.push(runner);
  }
  return groups;
}

/** The last runs of a group. The times lie by themselves, as numbers that are no objects. */
class EndedRuns {
  readonly records = new RingBuffer<RunRecord>(RUNS_WATCHED);
  readonly endedMs = new RingBuffer<number>(RUNS_WATCHED);

  add(record: RunRecord, endedMs: number): void {
    this.records.push(record);
    this.endedMs.push(endedMs);
  }

  /** Those that ended after `sinceMs`, oldest first. */
  after(sinceMs: number): { readonly records: readonly RunRecord[]; readonly oldestMs: number | undefined } {
    const [times, records] = [[...this.endedMs], [...this.records]];
    const first = times.findIndex((endedMs) => endedMs > sinceMs);
    return first < 0
      ? { records: [], oldestMs: undefined }
      : { records: records.slice(first), oldestMs: times[first] };
  }
}

/** Keeps what groups are judged by, and notes for how long it has been critical. */
export class GroupWatch {
  readonly #clock: Clock;
  readonly #settings: SchedulerSettings;
  readonly #sinceMs: number;
  readonly #ended = new Map<string, EndedRuns>();
  readonly #figures = new Map<
    string,
    { readonly untilMs: number; readonly fromMs: number; readonly runs: RunFigures }
  >();
  /** How many jobs each group has. */
  readonly #sizes = new Map<string, number>();
  readonly #statuses = new Map<string, GroupStatus>();
  #criticalSinceMs: number | null = null;
  #restarts = 0;

  constructor(clock: Clock, settings: SchedulerSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#sinceMs = clock.monotonic();
  }

  ended(record: RunRecord): void {
    let ended = this.#ended.get(record.group);
    if (ended === undefined) this.#ended.set(record.group, (ended = new EndedRuns()));
    this.#figures.delete(record.group);
    ended.add(record, this.#clock.monotonic());
  }

  /** The group has a job more. */
  joined(group: string): void {
    this.#sizes.set(group, (this.#sizes.get(group) ?? 0) + 1);
  }

  /** The group has a job less; one without any is forgotten. */
  left(group: string): void {
    const size = (this.#sizes.get(group) ?? 0) - 1;
    if (size > 0) {
      this.#sizes.set(group, size);
      return;
    }
    this.#sizes.delete(group);
    this.#ended.delete(group);
    this.#figures.delete(group);
    this.#statuses.delete(group);
  }

  judge(runners: Iterable<JobRunner>): readonly GroupHealth[] {
    return [...byGroup(runners)].map(([group, members]) => this.#healthOf(group, members));
  }

  /**
   * Cheap where all is well: it comes every few seconds, and there may be many thousands of jobs. So it is `forEach`, which
   * makes no object for each.
   */
  look(runners: ReadonlyMap<string, JobRunner>): Findings {
    const nowMs = this.#clock.monotonic();
    const troubled = new Map<string, JobFacts[]>();
    runners.forEach((runner) => {
      if (runner.isCalm(nowMs)) return;
      const { group } = runner.options;
      const others = troubled.get(group);
      if (others === undefined) troubled.set(group, [runner.facts(nowMs)]);
      else others.push(runner.facts(nowMs));
    });
    const grave: string[] = [];
    const turned: string[] = [];
    for (const group of this.#sizes.keys()) {
      const facts = troubled.get(group) ?? [];
      const newestMs = this.#ended.get(group)?.endedMs.at(-1) ?? -Infinity;
      const hasRuns = newestMs > nowMs - WINDOW_MS;
      const { status, reasons } = judgeJobs(facts, hasRuns, this.#settings.missedAfterMs);
      if (status === 'critical') grave.push(...reasons);
      if (this.#statuses.get(group) === status) continue;
      this.#statuses.set(group, status);
      turned.push(group);
    }
    const members = turned.length === 0 ? null : byGroup(runners.values());
    const changed = turned.map((group) => this.#healthOf(group, members?.get(group) ?? []));
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
    const ended = this.#ended.get(group);
    const recent = ended?.after(nowMs - WINDOW_MS);
    const isFull = ended?.records.length === RUNS_WATCHED;
    const figures = {
      untilMs: nowMs + KEEP_MS,
      fromMs: isFull ? (recent?.oldestMs ?? nowMs) : this.#sinceMs,
      runs: sumUp(recent?.records ?? []),
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
