import type { Backoff } from '../resilience/index.ts';
import type { Overlap } from './job.ts';
import type { AskedBy, Outcome } from './ledger.ts';

/** Limits of a run; those that were in force when it began. */
export interface RunLimits {
  readonly deadlineMs: number;
  readonly stallMs: number;
  readonly graceMs: number;
}

/** What the state machine goes by. All of it may change between two events. */
export interface StateSettings extends RunLimits {
  readonly overlap: Overlap;
  readonly restart: Backoff;
  readonly parkAfter: number;
  /** How long it stays parked before its health is looked at. */
  readonly unpark: Backoff;
  /** How long a graceful stop waits for runs before it becomes an emergency one. */
  readonly stopMs: number;
}

/** A start that is asked for. */
export interface StartRequest {
  readonly plannedMs: number;
  readonly by: AskedBy;
  readonly who: string | null;
  readonly why: string | null;
}

/** A run that the scheduler waits for. `ending`: its signal has aborted. */
export type ActiveRun =
  | {
      readonly phase: 'running';
      readonly serial: number;
      readonly startedMs: number;
      readonly progressMs: number;
      readonly limits: RunLimits;
    }
  | {
      readonly phase: 'ending';
      readonly serial: number;
      readonly startedMs: number;
      readonly as: 'stalled' | 'timed_out' | 'failed';
      readonly cause: string;
      readonly graceEndsMs: number;
    };

interface Common {
  readonly runs: readonly ActiveRun[];
  /** Starts that wait for a run to end or for the job to start anew. */
  readonly pending: readonly StartRequest[];
  /** Failed and stalled runs since the last that succeeded. */
  readonly failures: number;
  /** How often it was parked because of failures since a run succeeded. */
  readonly parkings: number;
  /** How many runs it has had; the number of the newest. */
  readonly serial: number;
}

export interface Parked {
  readonly kind: 'parked';
  readonly sinceMs: number;
  readonly why: string;
  /** From then on a good health may end it; Infinity when somebody asked for it. */
  readonly trialMs: number;
}

export type JobState = Common &
  (
    | { readonly kind: 'idle' | 'running' | 'stalled' }
    | { readonly kind: 'backing_off'; readonly untilMs: number; readonly delayMs: number }
    | Parked
    /** `untilMs`: then what still runs is cut off. `anew`: it goes on as soon as nothing runs. */
    | {
        readonly kind: 'stopped';
        readonly sinceMs: number;
        readonly untilMs: number;
        readonly anew: boolean;
        readonly wasParked: Parked | null;
        readonly emergency: boolean;
      }
  );

export type JobEvent =
  | { readonly kind: 'due'; readonly request: StartRequest }
  | { readonly kind: 'progress'; readonly serial: number; readonly atMs: number }
  /** `cause` is null when it succeeded. */
  | {
      readonly kind: 'ended';
      readonly serial: number;
      readonly cause: string | null;
      readonly chance: number;
    }
  /** An error escaped from a run: it is told to end, and has failed however it does. */
  | { readonly kind: 'broken'; readonly serial: number; readonly cause: string }
  /** The event loop stood still for `ms`: no run could get on or end meanwhile. */
  | { readonly kind: 'held_up'; readonly ms: number }
  /** Time has passed. `chance` is uniform in [0, 1). */
  | { readonly kind: 'tick'; readonly chance: number }
  | { readonly kind: 'park'; readonly why: string }
  /** `trial`: for one run; if that fails it is parked again. */
  | { readonly kind: 'unpark'; readonly request: StartRequest; readonly trial: boolean }
  /** `request` is what starts in the place of each run that is cut off. */
  | {
      readonly kind: 'stop';
      readonly anew: boolean;
      readonly emergency: boolean;
      readonly request: StartRequest;
    };

export type JobEffect =
  | { readonly kind: 'start'; readonly serial: number; readonly request: StartRequest }
  /** To be handed in as `due` when its turn comes. */
  | { readonly kind: 'request'; readonly request: StartRequest }
  | { readonly kind: 'skipped'; readonly request: StartRequest }
  | { readonly kind: 'abort'; readonly serial: number; readonly why: string }
  /** A run has its outcome; of an abandoned one nothing counts any more. */
  | {
      readonly kind: 'close';
      readonly serial: number;
      readonly outcome: Outcome;
      readonly cause: string | null;
      readonly abandoned: boolean;
    }
  /** The result of a run that was abandoned. */
  | { readonly kind: 'late'; readonly serial: number }
  | { readonly kind: 'parked'; readonly why: string }
  | { readonly kind: 'stopped' | 'restarted'; readonly emergency: boolean };

export interface Transition {
  readonly state: JobState;
  readonly effects: readonly JobEffect[];
  /** Why, in one sentence; empty when nothing happened. */
  readonly reason: string;
}

export const initialState: JobState = {
  kind: 'idle',
  runs: [],
  pending: [],
  failures: 0,
  parkings: 0,
  serial: 0,
};

/** When a `tick` changes something at the earliest, if nothing happens before; Infinity for never. */
export function wakeMsOf(state: JobState): number {
  let wakeMs = Infinity;
  if (state.kind === 'backing_off') wakeMs = state.untilMs;
  if (state.kind === 'stopped' && state.runs.length > 0) wakeMs = state.untilMs;
  for (const run of state.runs) {
    const atMs =
      run.phase === 'ending'
        ? run.graceEndsMs
        : Math.min(run.startedMs + run.limits.deadlineMs, run.progressMs + run.limits.stallMs);
    if (atMs < wakeMs) wakeMs = atMs;
  }
  return wakeMs;
}
