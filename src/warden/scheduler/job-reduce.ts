// Over 350 lines because what each event does to each state of a job is one whole.
import { nextDelay } from '../resilience/index.ts';
import type { Overlap } from './job.ts';
import type {
  ActiveRun,
  JobEffect,
  JobEvent,
  JobState,
  Parked,
  StartRequest,
  StateSettings,
  Transition,
} from './job-state.ts';
import type { AskedBy } from './ledger.ts';

/** How many runs of a job may go on at once. */
export const mostRuns = (overlap: Overlap): number => (typeof overlap === 'object' ? overlap.allow : 1);

/** `state` with other runs; what idle, running and stalled are follows from them. */
function withRuns(state: JobState, runs: readonly ActiveRun[]): JobState {
  if (!isCalm(state)) return { ...state, runs };
  const { pending, failures, parkings, serial } = state;
  return { kind: kindOf(runs), runs, pending, failures, parkings, serial };
}

/** Whether it goes by its plan: what it is then follows from its runs. */
const isCalm = ({ kind }: JobState): boolean => kind === 'idle' || kind === 'running' || kind === 'stalled';

function kindOf(runs: readonly ActiveRun[]): 'idle' | 'running' | 'stalled' {
  if (runs.some((run) => run.phase === 'ending')) return 'stalled';
  return runs.length > 0 ? 'running' : 'idle';
}

const calm = ({ runs, pending, failures, parkings, serial }: JobState): JobState => ({
  kind: kindOf(runs),
  runs,
  pending,
  failures,
  parkings,
  serial,
});

/** Collects what follows from one event. */
class Step {
  state: JobState;
  readonly effects: JobEffect[] = [];
  reason = '';
  readonly #settings: StateSettings;
  readonly #nowMs: number;

  constructor(state: JobState, settings: StateSettings, nowMs: number) {
    this.state = state;
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  due(request: StartRequest): void {
    const { state } = this;
    const { overlap } = this.#settings;
    if (state.kind === 'parked') return this.#skip(request, 'it is parked');
    if (state.kind === 'stopped') {
      if (!state.anew) return this.#skip(request, 'it is stopped');
      // What falls due meanwhile is one catch-up run, as everywhere.
      const { pending } = state;
      if (
        request.by === 'hand'
          ? pending.some(({ by }) => by === 'hand')
          : request.by === 'plan' && pending.length > 0
      )
        return this.#skip(request, 'a start waits already for the restart');
      this.state = { ...state, pending: [...state.pending, request] };
      this.reason = 'the start waits for the restart';
      return;
    }
    const byHand = request.by === 'hand';
    if (state.kind === 'backing_off' && !byHand) return this.#skip(request, 'it waits after a failure');
    if (state.runs.length >= mostRuns(overlap)) {
      const keeps = request.by !== 'plan' || overlap === 'queue';
      if (!keeps || state.pending.length > 0) return this.#skip(request, 'a run is under way');
      this.state = { ...state, pending: [request] };
      this.reason = 'the start waits for the run under way';
      return;
    }
    const serial = state.serial + 1;
    const { deadlineMs, stallMs, graceMs } = this.#settings;
    const run: ActiveRun = {
      phase: 'running',
      serial,
      startedMs: this.#nowMs,
      progressMs: this.#nowMs,
      limits: { deadlineMs, stallMs, graceMs },
    };
    const runs = [...state.runs, run];
    const { pending, failures, parkings } = state;
    this.state =
      state.kind === 'backing_off'
        ? { ...state, runs, serial }
        : { kind: kindOf(runs), runs, pending, failures, parkings, serial };
    this.effects.push({ kind: 'start', serial, request });
    this.reason = `started by ${request.by}`;
  }

  tick(chance: number): void {
    for (const run of this.state.runs) this.#look(run, chance);
    const { state } = this;
    if (state.kind === 'stopped' && state.runs.length > 0 && this.#nowMs >= state.untilMs) {
      this.reason = `runs did not end in ${this.#settings.stopMs / 1_000} s`;
      this.state = { ...state, emergency: true };
      this.#cutOff(this.#request('restart', this.reason));
    }
    if (state.kind === 'backing_off' && this.#nowMs >= state.untilMs) {
      const [first, ...rest] = state.pending;
      this.state = { ...calm(state), pending: rest };
      this.effects.push({ kind: 'request', request: first ?? this.#request('retry', null) });
      this.reason = `waited ${Math.round(state.delayMs)} ms after a failure`;
    }
  }

  ended(serial: number, cause: string | null, chance: number): void {
    const run = this.state.runs.find((one) => one.serial === serial);
    if (run === undefined) {
      this.effects.push({ kind: 'late', serial });
      this.reason = 'the run had been abandoned';
      return;
    }
    // A run that was aborted and then returns may have left off half-way: what it settled counts, the run does not.
    if (run.phase === 'ending') this.#close(run, run.as, run.cause, false, chance);
    else this.#close(run, cause === null ? 'succeeded' : 'failed', cause, false, chance);
  }

  broken(serial: number, cause: string): void {
    const run = this.state.runs.find((one) => one.serial === serial);
    if (run?.phase === 'running') this.#tellToEnd(run, 'failed', cause);
  }

  heldUp(ms: number): void {
    this.state = withRuns(
      this.state,
      this.state.runs.map((run) =>
        run.phase === 'running'
          ? { ...run, progressMs: Math.min(this.#nowMs, run.progressMs + ms) }
          : { ...run, graceEndsMs: run.graceEndsMs + ms },
      ),
    );
  }

  /** @param trialMs how long until its health is looked at. */
  park(why: string, trialMs = Infinity): void {
    const { state } = this;
    for (const request of state.pending) this.effects.push({ kind: 'skipped', request });
    const parked: Parked = { kind: 'parked', sinceMs: this.#nowMs, why, trialMs: this.#nowMs + trialMs };
    const { runs, failures, parkings, serial } = state;
    this.state =
      state.kind === 'stopped'
        ? { ...state, pending: [], wasParked: parked }
        : { ...parked, runs, failures, parkings, serial, pending: [] };
    this.effects.push({ kind: 'parked', why });
    this.reason = why;
  }

  unpark(request: StartRequest, trial: boolean): void {
    const { state } = this;
    const failures = trial ? this.#settings.parkAfter - 1 : 0;
    if (state.kind === 'stopped') this.state = { ...state, wasParked: null, failures };
    if (state.kind !== 'parked') return;
    this.state = { ...calm(state), failures };
    this.effects.push({ kind: 'request', request });
    this.reason = request.why ?? 'unparked';
  }

  stop(anew: boolean, emergency: boolean, request: StartRequest): void {
    const { state } = this;
    const { runs, failures, parkings, serial } = state;
    const waits = state.kind === 'backing_off' && state.pending.length === 0;
    const graceful = { sinceMs: this.#nowMs, untilMs: this.#nowMs + this.#settings.stopMs };
    this.state = {
      ...(state.kind === 'stopped' ? { sinceMs: state.sinceMs, untilMs: state.untilMs } : graceful),
      kind: 'stopped',
      runs,
      failures,
      parkings,
      serial,
      pending: waits ? [request] : state.pending,
      // What is to stop for good is not brought back by a restart that somebody else asks for.
      anew: anew && (state.kind !== 'stopped' || state.anew),
      wasParked: state.kind === 'parked' ? state : state.kind === 'stopped' ? state.wasParked : null,
      emergency: emergency || (state.kind === 'stopped' && state.emergency),
    };
    this.reason = request.why ?? 'stopped';
    if (emergency) this.#cutOff(request);
    else this.#drained();
  }

  #look(run: ActiveRun, chance: number): void {
    const now = this.#nowMs;
    if (run.phase === 'ending') {
      if (now < run.graceEndsMs) return;
      this.#close(run, run.as, `${run.cause}; it did not end when it was told to`, true, chance);
      return;
    }
    const { startedMs, limits } = run;
    const isLate = now - startedMs >= limits.deadlineMs;
    if (!isLate && now - run.progressMs < limits.stallMs) return;
    const cause = isLate
      ? `it ran longer than ${limits.deadlineMs / 1_000} s`
      : `no progress for ${limits.stallMs / 1_000} s`;
    this.#tellToEnd(run, isLate ? 'timed_out' : 'stalled', cause);
  }

  #tellToEnd(
    { serial, startedMs, limits }: Extract<ActiveRun, { phase: 'running' }>,
    as: 'stalled' | 'timed_out' | 'failed',
    cause: string,
  ): void {
    const graceEndsMs = this.#nowMs + limits.graceMs;
    const ending: ActiveRun = { phase: 'ending', serial, startedMs, as, cause, graceEndsMs };
    this.state = withRuns(
      this.state,
      this.state.runs.map((one) => (one.serial === serial ? ending : one)),
    );
    this.effects.push({ kind: 'abort', serial, why: cause });
    this.reason = cause;
  }

  #close(
    run: ActiveRun,
    outcome: 'succeeded' | 'failed' | 'timed_out' | 'stalled',
    cause: string | null,
    abandoned: boolean,
    chance: number,
  ): void {
    const { serial } = run;
    const good = outcome === 'succeeded';
    const failures = good ? 0 : this.state.failures + 1;
    const left = this.state.runs.filter((one) => one.serial !== serial);
    this.effects.push({ kind: 'close', serial, outcome, cause, abandoned });
    this.reason = cause ?? outcome;
    if (good && isCalm(this.state)) {
      const { pending, serial: newest } = this.state;
      this.state = { kind: kindOf(left), runs: left, pending, failures: 0, parkings: 0, serial: newest };
      this.#next();
      return;
    }
    this.state = { ...withRuns(this.state, left), failures };
    if (good) this.state = { ...this.state, parkings: 0 };
    const { kind } = this.state;
    if (this.state.kind === 'stopped') {
      if (!good && this.state.pending.length === 0)
        this.state = { ...this.state, pending: [this.#request('recovery', cause)] };
      this.#drained();
      return;
    }
    if (kind === 'parked') return;
    if (good) {
      if (kind === 'backing_off') this.state = calm(this.state);
      this.#next();
      return;
    }
    if (failures >= this.#settings.parkAfter) {
      const parkings = this.state.parkings + 1;
      this.state = { ...this.state, parkings };
      const trialMs = nextDelay(this.#settings.unpark, parkings, 0, chance);
      this.park(`${failures} runs in a row did not succeed; the last: ${cause ?? outcome}`, trialMs);
    } else if (outcome === 'stalled') {
      // A stall has cost its time already.
      if (kind !== 'backing_off' && !this.#next())
        this.effects.push({ kind: 'request', request: this.#request('recovery', cause) });
    } else {
      const before = this.state.kind === 'backing_off' ? this.state.delayMs : 0;
      const delayMs = nextDelay(this.#settings.restart, failures, before, chance);
      this.state = { ...this.state, kind: 'backing_off', untilMs: this.#nowMs + delayMs, delayMs };
    }
  }

  /** Asks for the start that has waited longest. */
  #next(): boolean {
    const [request, ...rest] = this.state.pending;
    if (request === undefined) return false;
    this.state = { ...this.state, pending: rest };
    this.effects.push({ kind: 'request', request });
    return true;
  }

  /** Aborts and fences all that runs; what starts anew starts each of them anew. */
  #cutOff(request: StartRequest): void {
    const { runs, pending } = this.state;
    const cause = `cut off: ${request.why ?? 'stopped'}`;
    for (const { serial } of runs) {
      this.effects.push(
        { kind: 'abort', serial, why: cause },
        { kind: 'close', serial, outcome: 'cancelled', cause, abandoned: true },
      );
    }
    this.state = { ...this.state, runs: [], pending: [...pending, ...runs.map(() => request)] };
    this.#drained();
  }

  #drained(): void {
    const { state } = this;
    if (state.kind !== 'stopped' || state.runs.length > 0) return;
    const { emergency, wasParked } = state;
    if (!state.anew) {
      this.state = { ...state, pending: [] };
      this.effects.push({ kind: 'stopped', emergency });
      return;
    }
    const { failures, parkings, serial, pending } = state;
    const common = { runs: [], pending: [], failures, parkings, serial };
    this.state = wasParked === null ? { kind: 'idle', ...common } : { ...wasParked, ...common };
    const kind = wasParked === null ? 'request' : 'skipped';
    for (const request of pending) this.effects.push({ kind, request });
    this.effects.push({ kind: 'restarted', emergency });
  }

  #skip(request: StartRequest, reason: string): void {
    this.effects.push({ kind: 'skipped', request });
    this.reason = reason;
  }

  #request(by: AskedBy, why: string | null): StartRequest {
    return { plannedMs: this.#nowMs, by, who: null, why };
  }
}

/** What an event does to a job at `nowMs` on the monotonic clock. */
export function reduce(state: JobState, event: JobEvent, nowMs: number, settings: StateSettings): Transition {
  const step = new Step(state, settings, nowMs);
  switch (event.kind) {
    case 'due':
      step.due(event.request);
      break;
    case 'progress':
      step.state = withRuns(
        state,
        state.runs.map((run) =>
          run.phase === 'running' && run.serial === event.serial
            ? { ...run, progressMs: Math.max(run.progressMs, event.atMs) }
            : run,
        ),
      );
      break;
    case 'ended':
      step.ended(event.serial, event.cause, event.chance);
      break;
    case 'broken':
      step.broken(event.serial, event.cause);
      break;
    case 'held_up':
      step.heldUp(event.ms);
      break;
    case 'tick':
      step.tick(event.chance);
      break;
    case 'park':
      step.park(event.why);
      break;
    case 'unpark':
      step.unpark(event.request, event.trial);
      break;
    case 'stop':
      step.stop(event.anew, event.emergency, event.request);
      break;
  }
  return { state: step.state, effects: step.effects, reason: step.reason };
}
