// Over 350 lines because one job has one owner: its plan, its state and its runs change together.
import { RingBuffer, describeError, type Clock, type Logger, type Random } from '../../kernel/index.ts';
import type { Timed } from './due-heap.ts';
import type { JobFacts } from './group-health.ts';
import { mostRuns, reduce } from './job-reduce.ts';
import {
  initialState,
  wakeMsOf,
  type JobEffect,
  type JobEvent,
  type JobState,
  type StartRequest,
  type StateSettings,
} from './job-state.ts';
import { jobSettings, type JobChanges, type JobOptions, type JobSettings } from './job.ts';
import type { AskedBy, RunChange, RunRecord, RunStart } from './ledger.ts';
import type { Left } from './left-over.ts';
import { Run } from './run.ts';
import {
  compileSchedule,
  firstPlan,
  nextPlan,
  planAfterJump,
  type CompiledSchedule,
  type Moment,
  type Plan,
} from './schedule.ts';
import type { Asked, JobReport, SchedulerEvents, Started } from './scheduler-api.ts';

/** What a job needs of its scheduler. */
export interface RunnerHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly stopMs: number;
  newRunId(job: string): string;
  readonly write: (change: RunChange) => void;
  emit<Name extends keyof SchedulerEvents>(name: Name, payload: SchedulerEvents[Name]): void;
  /** To be handed to {@link JobRunner.due} when its turn comes. */
  request(runner: JobRunner, request: StartRequest): void;
  /** Its time to wake is another one. */
  moved(runner: JobRunner, wakeMs: number): void;
  ended(record: RunRecord): void;
}

const RUNS_KEPT = 20;
const HOUR_MS = 3_600_000;
/** A stall is seen by who looks now and then, however soon the next run gets on. */
const GETS_ON_MS = 10_000;
const NEVER: Plan = { dueMs: Infinity, offsetMs: 0, wallMs: null };

/** One job: drives its state machine and does what that says. */
export class JobRunner implements Timed {
  wakeMs = Infinity;
  heapIndex = -1;
  options: JobOptions;
  settings: JobSettings;
  readonly #host: RunnerHost;
  #stateSettings: StateSettings;
  #schedule: CompiledSchedule;
  #state: JobState = initialState;
  #reason = '';
  #plan: Plan = NEVER;
  #lastDueMs: number | null = null;
  #lastWallMs: number | null = null;
  /** Since when a start waits for its turn. */
  #wantedMs: number | null = null;
  /** Whether a start that was asked for by hand waits for its turn. */
  #askedFor = false;
  #runs: readonly Run[] = [];
  #log: Logger | null = null;
  /** Items of runs that were cut off. */
  #returned: readonly string[] = [];
  #records: RingBuffer<RunRecord> | null = null;
  #late = 0;
  #skipped = 0;
  #stopping: Asked | null = null;
  #waiters: (() => void)[] = [];

  constructor(options: JobOptions, host: RunnerHost) {
    this.settings = jobSettings(options);
    this.options = options;
    this.#schedule = compileSchedule(options.schedule);
    this.#host = host;
    this.#stateSettings = { ...this.settings, stopMs: host.stopMs };
  }

  /** Begins to plan, with what an earlier process left. */
  begin(left: Left): void {
    this.#returned = left.items;
    if (left.last !== null) this.#keep(left.last);
    this.#plan = firstPlan(this.#schedule, this.#moment(), this.#host.random.next());
    if (left.cutOff) {
      const why = 'the run before was cut off by the end of its process';
      this.#host.request(this, this.request('recovery', { who: 'scheduler', why }));
    }
    this.#rest();
  }

  /** Its time has come. */
  wake(): void {
    const now = this.#moment();
    if (wakeMsOf(this.#state) <= now.ms) this.#dispatch({ kind: 'tick', chance: this.#host.random.next() });
    const { wallMs } = this.#plan;
    if (this.#plan.dueMs <= now.ms && wallMs !== null && now.wallMs < wallMs) {
      // The clocks drift apart: the alarm came too early for the wall clock.
      this.#plan = { ...this.#plan, dueMs: now.ms + wallMs - now.wallMs };
    }
    if (this.#plan.dueMs <= now.ms) this.#planned(now);
    this.#rest();
  }

  due(request: StartRequest): void {
    this.#wantedMs = null;
    if (request.by === 'hand') this.#askedFor = false;
    this.#dispatch({ kind: 'due', request });
    this.#rest();
  }

  runNow(asked: Asked): Started {
    if (this.isParked) return { ok: false, reason: 'it is parked' };
    if (this.#askedFor) return { ok: false, reason: 'a start that was asked for waits already' };
    this.#askedFor = true;
    this.#host.request(this, this.request('hand', asked));
    return { ok: true };
  }

  /** An error escaped from one of its runs. False when none of those that are under way has this id. */
  broken(runId: string, cause: string): boolean {
    for (const { serial, start } of this.#runs) {
      if (start.runId !== runId) continue;
      this.#dispatch({ kind: 'broken', serial, cause });
      this.#rest();
      return true;
    }
    return false;
  }

  /** Nothing could run for `ms`. */
  heldUp(ms: number): void {
    if (!this.isRunning) return;
    this.#dispatch({ kind: 'held_up', ms });
    this.#rest();
  }

  /** The wall clock has moved against the monotonic one. */
  jumped(jumpMs: number): void {
    if (this.#plan.dueMs === Infinity && this.#schedule.kind === 'interval') return;
    this.#plan = planAfterJump(this.#schedule, this.#plan, this.#moment(), jumpMs, this.#lastWallMs);
    this.#rest();
  }

  configure(changes: JobChanges): void {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const options = { ...this.options, ...(Object.fromEntries(given) as JobChanges) };
    const settings = jobSettings(options);
    this.options = options;
    this.settings = settings;
    this.#stateSettings = { ...settings, stopMs: this.#host.stopMs };
    if (changes.schedule !== undefined) this.#replan(compileSchedule(changes.schedule));
    this.#rest();
  }

  /** Resolves once nothing runs; with `anew`, once it goes on. */
  stop(anew: boolean, emergency: boolean, asked: Asked): Promise<void> {
    this.#stopping = asked;
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#dispatch({ kind: 'stop', anew, emergency, request: this.request('restart', asked) });
      this.#rest();
    });
  }

  park({ who, why }: Asked): void {
    // One that is parked because of failures is not tried again from now on.
    if (!this.#isParkedByHand) this.#dispatch({ kind: 'park', why: `${who}: ${why}` });
    this.#rest();
  }

  unpark(asked: Asked): void {
    if (!this.isParked) return;
    this.#unpark(asked, false);
  }

  /** Tries a parked job again if its health allows it. */
  lookAtHealth(): void {
    const state = this.#state;
    if (state.kind !== 'parked') return;
    const { unparkWhen } = this.options;
    if (unparkWhen === undefined) return;
    if (this.#host.clock.monotonic() < state.trialMs) return;
    try {
      const why = unparkWhen();
      if (why !== null) this.#unpark({ who: 'scheduler', why }, true);
    } catch (error) {
      this.#host.log.warning('The health of a parked job could not be looked at.', {
        job: this.options.name,
        cause: describeError(error),
      });
    }
  }

  #unpark(asked: Asked, trial: boolean): void {
    const request = this.request(trial ? 'recovery' : 'hand', asked);
    this.#dispatch({ kind: 'unpark', request, trial });
    this.#host.emit('job_unparked', { job: this.options.name, group: this.options.group, ...asked });
    this.#rest();
  }

  get isParked(): boolean {
    return (
      this.#state.kind === 'parked' || (this.#state.kind === 'stopped' && this.#state.wasParked !== null)
    );
  }

  get #isParkedByHand(): boolean {
    const parked = this.#state.kind === 'stopped' ? this.#state.wasParked : this.#state;
    return parked?.kind === 'parked' && parked.trialMs === Infinity;
  }

  get isStopped(): boolean {
    return this.#state.kind === 'stopped';
  }

  /** Nothing of it runs, waits or is overdue. */
  isCalm(nowMs: number): boolean {
    const { kind, pending } = this.#state;
    return kind === 'idle' && pending.length === 0 && this.#wantedMs === null && this.#plan.dueMs > nowMs;
  }

  get isRunning(): boolean {
    return this.#runs.length > 0;
  }

  /** What a job of the same name goes on with. */
  get left(): Left {
    return { items: this.#returned, last: this.#records?.at(-1) ?? null, cutOff: false };
  }

  request(by: AskedBy, { who, why }: Asked): StartRequest {
    return { plannedMs: this.#host.clock.monotonic(), by, who, why };
  }

  facts(nowMs: number): JobFacts {
    const { kind, runs, pending } = this.#state;
    const sinceMs = Math.min(this.#wantedMs ?? Infinity, this.#plan.dueMs);
    const { name } = this.options;
    return {
      name,
      essential: this.settings.essential,
      state: kind,
      parkedByHand: this.#isParkedByHand,
      why: this.#why(),
      getsOn: this.#runs.some(
        (run) => nowMs - run.startedMs >= GETS_ON_MS && (run.itemsDone > 0 || run.progressed !== null),
      ),
      overdueMs: runs.length > 0 || kind === 'stopped' ? 0 : Math.max(0, nowMs - sinceMs),
      waiting: pending.length,
      plannedPerHour: this.#schedule.kind === 'interval' ? HOUR_MS / this.#schedule.everyMs : null,
    };
  }

  report(): JobReport {
    const { clock } = this.#host;
    const nextMs = this.#nextStartMs();
    return {
      name: this.options.name,
      group: this.options.group,
      state: this.#state.kind,
      reason: this.#why(),
      parkedByHand: this.#isParkedByHand,
      failures: this.#state.failures,
      running: this.#runs.map((run) => run.report()),
      waiting: this.#state.pending.length,
      mostRuns: mostRuns(this.settings.overlap),
      schedule: this.options.schedule,
      essential: this.settings.essential,
      nextStartAt: nextMs === Infinity ? null : Math.round(clock.now() + nextMs - clock.monotonic()),
      runs: [...(this.#records ?? [])].toReversed(),
      lateResults: this.#late,
      skipped: this.#skipped,
    };
  }

  /** Why it is in its state. What happened since, as a start that was left out, is not the reason. */
  #why(): string {
    const state = this.#state;
    switch (state.kind) {
      case 'parked':
        return state.why;
      case 'stalled':
        return state.runs.find((run) => run.phase === 'ending')?.cause ?? this.#reason;
      case 'backing_off': {
        const last = this.#records?.at(-1);
        return last?.cause ?? last?.outcome ?? this.#reason;
      }
      case 'stopped':
        return this.#stopping === null ? this.#reason : `${this.#stopping.who}: ${this.#stopping.why}`;
      default:
        return this.#reason;
    }
  }

  #nextStartMs(): number {
    switch (this.#state.kind) {
      case 'parked':
      case 'stopped':
        return Infinity;
      case 'backing_off':
        // What falls due before that is left out.
        return this.#state.untilMs;
      default:
        return this.#plan.dueMs;
    }
  }

  #planned(now: Moment): void {
    const { dueMs, wallMs } = this.#plan;
    this.#lastDueMs = dueMs;
    this.#lastWallMs = wallMs;
    const { plan, missed } = nextPlan(this.#schedule, this.#plan, now, this.#host.random.next());
    this.#plan = plan;
    this.#skipped += missed;
    // One that waits for its turn already is this one too.
    if (this.#wantedMs !== null) {
      this.#skipped += 1;
      return;
    }
    this.#wantedMs = dueMs;
    const why = missed > 0 ? `${missed} starts before were missed` : null;
    this.#host.request(this, { plannedMs: dueMs, by: 'plan', who: null, why });
  }

  /** An interval goes on from the last planned start. */
  #replan(schedule: CompiledSchedule): void {
    this.#schedule = schedule;
    if (this.#plan === NEVER) return;
    const now = this.#moment();
    const chance = this.#host.random.next();
    const first = firstPlan(schedule, now, chance);
    this.#plan =
      schedule.kind === 'interval' && this.#lastDueMs !== null
        ? { ...first, dueMs: Math.max(now.ms, this.#lastDueMs + schedule.everyMs + first.offsetMs) }
        : first;
  }

  #dispatch(event: JobEvent): void {
    const nowMs = this.#host.clock.monotonic();
    const settings = this.#stateSettings;
    if (event.kind === 'tick') {
      for (const { serial, progressMs, startedMs } of this.#runs) {
        if (progressMs > startedMs)
          this.#state = reduce(
            this.#state,
            { kind: 'progress', serial, atMs: progressMs },
            nowMs,
            settings,
          ).state;
      }
    }
    const { state, effects, reason } = reduce(this.#state, event, nowMs, settings);
    this.#state = state;
    if (reason !== '') this.#reason = reason;
    for (const effect of effects) this.#perform(effect, reason);
  }

  #perform(effect: JobEffect, reason: string): void {
    const { name: job, group } = this.options;
    switch (effect.kind) {
      case 'start':
        this.#start(effect.serial, effect.request);
        break;
      case 'request':
        this.#host.request(this, effect.request);
        break;
      case 'skipped':
        this.#skipped += 1;
        this.#host.emit('start_skipped', { job, reason });
        break;
      case 'abort':
        this.#runOf(effect.serial)?.abort(effect.why);
        break;
      case 'close':
        this.#close(effect);
        break;
      case 'late':
        this.#late += 1;
        this.#host.emit('late_result', { job, serial: effect.serial });
        break;
      case 'parked':
        this.#host.emit('job_parked', { job, group, why: effect.why });
        break;
      case 'restarted':
      case 'stopped': {
        const asked = this.#stopping ?? { who: 'scheduler', why: reason };
        if (effect.kind === 'restarted')
          this.#host.emit('job_restarted', { job, emergency: effect.emergency, ...asked });
        for (const waiter of this.#waiters.splice(0)) waiter();
        break;
      }
    }
  }

  #start(serial: number, { plannedMs, by, who, why }: StartRequest): void {
    const { clock, random } = this.#host;
    const { name: job, group } = this.options;
    const startedAt = clock.now();
    const start: RunStart = {
      runId: this.#host.newRunId(job),
      job,
      group,
      plannedAt: Math.round(startedAt - (clock.monotonic() - plannedMs)),
      startedAt,
      askedBy: by,
      who,
      why,
    };
    const resumed = this.#returned;
    this.#returned = [];
    const previous = this.#records?.at(-1) ?? null;
    const log = (this.#log ??= this.#host.log.child(job));
    const run = new Run({ start, serial, clock, log, previous, resumed, write: this.#host.write });
    this.#runs = [...this.#runs, run];
    this.#host.write({ kind: 'run.started', run: start, resumed });
    run.begin(this.options.run, (cause) => {
      this.#dispatch({ kind: 'ended', serial, cause, chance: random.next() });
      this.#rest();
    });
  }

  #close({ serial, outcome, cause, abandoned }: Extract<JobEffect, { kind: 'close' }>): void {
    const run = this.#runOf(serial);
    if (run === undefined) return;
    this.#runs = this.#runs.filter((other) => other !== run);
    run.fence();
    const record = run.recordOf(outcome, cause, abandoned);
    if (outcome !== 'succeeded') this.#returned = [...new Set([...this.#returned, ...run.inFlight])];
    this.#keep(record);
    this.#host.write({ kind: 'run.ended', record });
    this.#host.ended(record);
    this.#host.emit('run_ended', record);
  }

  #runOf(serial: number): Run | undefined {
    return this.#runs.find((run) => run.serial === serial);
  }

  #keep(record: RunRecord): void {
    this.#records ??= new RingBuffer(RUNS_KEPT);
    this.#records.push(record);
  }

  #rest(): void {
    const dueMs = this.#state.kind === 'stopped' && !this.#state.anew ? Infinity : this.#plan.dueMs;
    const wakeMs = Math.min(dueMs, wakeMsOf(this.#state));
    if (wakeMs !== this.wakeMs || this.heapIndex < 0) this.#host.moved(this, wakeMs);
  }

  #moment(): Moment {
    return { ms: this.#host.clock.monotonic(), wallMs: this.#host.clock.now() };
  }
}
