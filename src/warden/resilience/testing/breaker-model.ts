import type { BreakerStats } from '../breaker-core.ts';
import type { BreakerState } from '../breaker-phases.ts';

/** The settings that the model understands; every one is given. */
export interface ModelSettings {
  readonly consecutiveFailures: number | null;
  readonly failureRatio: { readonly ratio: number; readonly minimumCalls: number } | null;
  readonly slowCalls: {
    readonly ratio: number;
    readonly minimumCalls: number;
    readonly slowMs: number;
  } | null;
  readonly openMs: number;
  readonly openGrowth: number;
  readonly longestOpenMs: number;
  readonly trials: number;
  readonly successesToClose: number;
  readonly ramp: { readonly start: number; readonly end: number; readonly longestMs: number } | null;
  readonly persistingAfter: number;
}

/** Leave to run, as the model gives it. */
export type ModelPermit =
  { readonly of: 'closed'; readonly era: number } | { readonly of: 'trial'; readonly untilMs: number };

interface Outcome {
  readonly atMs: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

const MODEL_PART_MS = 10;
export const MODEL_WINDOW_MS = 60 * MODEL_PART_MS;

/** What a breaker has to do, told as plainly as possible: it keeps every event, and looks at all of them each time. */
export class BreakerModel {
  settings: ModelSettings;
  nowMs = 0;
  kind: 'closed' | 'open' | 'half_open' = 'closed';
  sinceMs = 0;
  untilMs = 0;
  openings = 0;
  refused = 0;
  lastCause: string | null = null;
  isolations: { readonly id: number; readonly sinceMs: number }[] = [];
  #era = 0;
  /** Every outcome since it last closed. */
  #outcomes: Outcome[] = [];
  #persisting = 0;
  #trials: ModelPermit[] = [];
  #trialSuccesses = 0;
  #ramp: { readonly start: number; readonly sinceMs: number; successes: number; running: number } | null =
    null;
  #advisedUntilMs = -1;

  constructor(settings: ModelSettings) {
    this.settings = settings;
  }

  get state(): BreakerState {
    return this.isolations.length > 0 ? 'isolated' : this.kind;
  }

  get openTimeMs(): number {
    let ms = this.settings.openMs;
    for (let opening = 1; opening < this.openings; opening++) ms *= this.settings.openGrowth;
    return Math.min(ms, this.settings.longestOpenMs);
  }

  get trialsRunning(): number {
    return this.#trials.filter((trial) => this.#runs(trial)).length;
  }

  /** How many may run at once after closing; null without a limit. */
  get rampLimit(): number | null {
    if (this.#ramp === null) return null;
    let limit = this.#ramp.start;
    for (let left = this.#ramp.successes; left >= limit; limit *= 2) left -= limit;
    return limit;
  }

  get stats(): Omit<BreakerStats, 'failureRatio' | 'slowRatio' | 'windowMs'> {
    const outcomes = this.#window();
    return {
      calls: outcomes.length,
      failures: outcomes.filter(({ failed }) => failed).length,
      slow: outcomes.filter(({ slow }) => slow).length,
      consecutiveFailures: this.#consecutiveFailures(),
      refused: this.refused,
      openings: this.openings,
      trialsRunning: this.kind === 'half_open' ? this.trialsRunning : 0,
      trialSuccesses: this.kind === 'half_open' ? this.#trialSuccesses : 0,
      ramp:
        this.#ramp === null || this.rampLimit === null
          ? null
          : { limit: this.rampLimit, running: this.#ramp.running },
    };
  }

  advance(ms: number): void {
    this.nowMs += ms;
    this.#turn();
  }

  admit(): ModelPermit | null {
    const permit = this.#leave();
    if (permit === null) this.refused += 1;
    return permit;
  }

  /** Whether the permit still has a say. */
  isCurrent(permit: ModelPermit): boolean {
    if (permit.of === 'closed') return permit.era === this.#era && this.state === 'closed';
    return this.state === 'half_open' && this.#trials.includes(permit) && this.#runs(permit);
  }

  settle(permit: ModelPermit, outcome: 'success' | 'failure' | 'persisting' | 'release', ms: number): void {
    const counts = this.isCurrent(permit);
    if (permit.of === 'closed' && counts && this.#ramp !== null) this.#ramp.running -= 1;
    this.#trials = this.#trials.filter((trial) => trial !== permit);
    if (!counts || outcome === 'release') return;
    if (outcome === 'persisting') {
      this.#persisting += 1;
      if (this.#persisting < this.settings.persistingAfter) return;
    }
    this.#ended(outcome !== 'success', ms);
  }

  record(failed: boolean, ms: number): void {
    if (this.state === 'closed' || this.state === 'half_open') this.#ended(failed, ms);
  }

  trial(): boolean {
    if (this.state !== 'open') return false;
    this.#enter('half_open');
    return true;
  }

  advise(forMs: number | null): void {
    this.#advisedUntilMs = forMs === null ? -1 : this.nowMs + forMs;
    if (forMs === null) this.trial();
  }

  isolate(id: number): void {
    this.#hold([...this.isolations, { id, sinceMs: this.nowMs }]);
  }

  release(id: number): void {
    if (this.isolations.some((held) => held.id === id))
      this.#hold(this.isolations.filter((held) => held.id !== id));
  }

  endIsolation(): void {
    if (this.isolations.length > 0) this.#hold([]);
  }

  configure(changes: Partial<ModelSettings>): void {
    const before = this.openTimeMs;
    this.settings = { ...this.settings, ...changes };
    if (this.kind === 'open' && this.openTimeMs !== before) this.untilMs = this.sinceMs + this.openTimeMs;
    this.#turn();
  }

  /** Goes through a snapshot into a new breaker, while `goneMs` pass in which nothing runs. */
  restart(goneMs: number): void {
    const earlier = (atMs: number): number => atMs - goneMs;
    this.#outcomes = this.#outcomes.map((outcome) => ({ ...outcome, atMs: earlier(outcome.atMs) }));
    this.isolations = this.isolations.map(({ id, sinceMs }) => ({ id, sinceMs: earlier(sinceMs) }));
    this.sinceMs = earlier(this.sinceMs);
    this.untilMs = earlier(this.untilMs);
    this.#trials = [];
    this.#trialSuccesses = 0;
    this.#persisting = 0;
    this.#advisedUntilMs = -1;
    this.refused = 0;
    this.#era += 1;
    this.#turn();
    // A new breaker begins closed: one that was is no stampede.
    this.#ramp = null;
  }

  #turn(): void {
    this.#endRamp();
    if (this.kind !== 'open' || this.nowMs < this.untilMs) return;
    if (this.state === 'open') this.#enter('half_open');
    this.kind = 'half_open';
    this.sinceMs = this.untilMs;
  }

  #leave(): ModelPermit | null {
    if (this.state === 'open' || this.state === 'isolated') return null;
    if (this.state === 'half_open') {
      if (this.trialsRunning >= this.settings.trials) return null;
      const trial: ModelPermit = { of: 'trial', untilMs: this.nowMs + this.openTimeMs };
      this.#trials.push(trial);
      return trial;
    }
    if (this.#ramp !== null) {
      if (this.#ramp.running >= (this.rampLimit ?? Infinity)) return null;
      this.#ramp.running += 1;
    }
    return { of: 'closed', era: this.#era };
  }

  #runs(trial: ModelPermit): boolean {
    return trial.of === 'trial' && this.nowMs < trial.untilMs;
  }

  #ended(failed: boolean, ms: number): void {
    const { slowCalls, successesToClose } = this.settings;
    const slow = slowCalls !== null && ms >= slowCalls.slowMs;
    this.#outcomes.push({ atMs: this.nowMs, failed, slow });
    if (failed) this.lastCause = 'broken';
    else this.#persisting = 0;
    if (this.kind === 'half_open') {
      if (failed || slow) this.#open();
      else if (++this.#trialSuccesses >= successesToClose) this.#close();
      return;
    }
    if (!failed && this.#ramp !== null) {
      this.#ramp.successes += 1;
      this.#endRamp();
    }
    if (this.#mustOpen(failed)) this.#open();
  }

  #mustOpen(failed: boolean): boolean {
    const { consecutiveFailures, failureRatio, slowCalls } = this.settings;
    const { calls, failures, slow } = this.stats;
    if (failed && consecutiveFailures !== null && this.#consecutiveFailures() >= consecutiveFailures)
      return true;
    if (failed && this.nowMs < this.#advisedUntilMs) return true;
    if (failureRatio !== null && calls >= failureRatio.minimumCalls && failures / calls >= failureRatio.ratio)
      return true;
    return slowCalls !== null && calls >= slowCalls.minimumCalls && slow / calls >= slowCalls.ratio;
  }

  #consecutiveFailures(): number {
    return this.#outcomes.length - 1 - this.#outcomes.findLastIndex(({ failed }) => !failed);
  }

  /** The outcomes of the part of now and of the 59 before it. */
  #window(): Outcome[] {
    const partOf = (atMs: number): number => Math.floor(atMs / MODEL_PART_MS);
    return this.#outcomes.filter(({ atMs }) => partOf(atMs) > partOf(this.nowMs) - 60);
  }

  #endRamp(): void {
    const { ramp } = this.settings;
    if (this.#ramp === null) return;
    const over =
      ramp === null || (this.rampLimit ?? 0) > ramp.end || this.nowMs >= this.#ramp.sinceMs + ramp.longestMs;
    if (over) this.#ramp = null;
  }

  #open(): void {
    this.openings += 1;
    this.#enter('open');
    this.untilMs = this.nowMs + this.openTimeMs;
  }

  #close(): void {
    this.openings = 0;
    this.#outcomes = [];
    this.#persisting = 0;
    this.#advisedUntilMs = -1;
    this.#enter('closed');
    this.#beginRamp();
  }

  #enter(kind: BreakerModel['kind']): void {
    this.kind = kind;
    this.sinceMs = this.nowMs;
    this.#era += 1;
    this.#trials = [];
    this.#trialSuccesses = 0;
    this.#ramp = null;
  }

  #hold(isolations: BreakerModel['isolations']): void {
    this.isolations = isolations;
    this.#era += 1;
    this.#trials = [];
    this.#trialSuccesses = 0;
    this.#ramp = null;
    if (isolations.length > 0) return;
    if (this.kind === 'closed') this.#beginRamp();
  }

  #beginRamp(): void {
    const { ramp } = this.settings;
    if (ramp !== null) this.#ramp = { start: ramp.start, sinceMs: this.nowMs, successes: 0, running: 0 };
  }
}
