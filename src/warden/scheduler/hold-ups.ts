/** What stands still for less is no matter: a large collection of garbage, a busy machine. */
const LEAST_MS = 1_000;
const MOST_NAMES = 10;

/** The event loop stood still. */
export interface HoldUp {
  readonly ms: number;
  /** Jobs that worked meanwhile, or may have: those that held it up are among them, if a job did. */
  readonly jobs: readonly string[];
}

/** Notices when nothing could run for a while, by how late things come. */
export class HoldUps {
  /** Jobs with a run that ended since the alarm rang last. */
  readonly #ended = new Set<string>();
  #toldUntilMs = -Infinity;

  ended(job: string): void {
    if (this.#ended.size < MOST_NAMES) this.#ended.add(job);
  }

  /** A job was started at `fromMs`, and gave the thread back only now. Null when that was soon. */
  started(job: string, fromMs: number, nowMs: number): HoldUp | null {
    if (nowMs - fromMs < LEAST_MS) return null;
    this.#toldUntilMs = nowMs;
    return { ms: nowMs - fromMs, jobs: [job] };
  }

  /** The alarm rang at `nowMs` and should have at `dueMs`. `running` gives the jobs with a run. Null when it was in time. */
  rang(dueMs: number, nowMs: number, running: () => Iterable<string>): HoldUp | null {
    const ms = nowMs - Math.max(dueMs, this.#toldUntilMs);
    if (ms < LEAST_MS) {
      if (this.#ended.size > 0) this.#ended.clear();
      return null;
    }
    const jobs = new Set(this.#ended);
    this.#ended.clear();
    for (const job of running()) {
      if (jobs.size >= MOST_NAMES) break;
      jobs.add(job);
    }
    return { ms, jobs: [...jobs] };
  }
}
